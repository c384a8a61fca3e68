"""`webgen sweep`: a recipe and values for its keys in; tables, figures and a page out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from webgen_r1.commands.interrupts import Interrupted, run
from webgen_r1.commands.report import say
from webgen_r1.commands.sweep_display import SweepDisplay
from webgen_r1.errors import DiskError, UserError
from webgen_r1.evaluate.benchmark import load_benchmark
from webgen_r1.report.sweep import write_sweep
from webgen_r1.report.sweep_tables import sweep_table
from webgen_r1.sweep.folder import SweepFolder
from webgen_r1.sweep.plan import make_plan
from webgen_r1.sweep.programs import ProgramRunner
from webgen_r1.sweep.records import Basis, SweepResult
from webgen_r1.sweep.run import Sweep
from webgen_r1.sweep.runner import Runner


@dataclass(frozen=True)
class SweepJob:
    """What the user asked for."""

    recipe: Path
    bench: str
    out: Path
    sets: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()
    """Without, the recipe's own."""
    overrides: tuple[str, ...] = ()
    limit: int | None = None
    samples: int = 1
    temperature: float | None = None
    """Of the evaluations; without, what the policy samples best with."""
    dry_run: bool = False
    """Print the plan and do nothing."""


def seeds_of(text: str | None) -> tuple[int, ...]:
    """`0,1,2`. Raises UserError."""
    try:
        seeds = tuple(int(part) for part in text.split(",")) if text else ()
    except ValueError:
        seeds = (-1,)
    if any(seed < 0 for seed in seeds):
        raise UserError(f"--seeds are whole numbers from 0 up, such as 0,1,2, not {text!r}")
    return seeds


def sweep(
    job: SweepJob, console: Console, make_runner: Callable[[SweepFolder], Runner] = ProgramRunner
) -> int:
    """Do the job; 0 all done, 1 some runs failed. Raises UserError, InfraFailure, Interrupted."""
    plan = make_plan(
        job.recipe,
        sets=job.sets,
        cases=job.cases,
        seeds=job.seeds,
        overrides=job.overrides,
    )
    load_benchmark(job.bench, job.limit)  # a wrong one is told before anything is trained
    basis = Basis(
        recipe=plan.reference.recipe.model_dump(mode="json", exclude={"output_dir"}),
        bench=job.bench,
        limit=job.limit,
        samples=job.samples,
        temperature=job.temperature,
    )
    folder = SweepFolder(job.out, plan, basis)
    folder.check()
    display = SweepDisplay(console, folder)
    display.plan()
    if job.dry_run:
        return 0
    folder.claim()
    work = Sweep(folder, make_runner(folder), display)
    try:
        with display:
            run(work.run())
    except (Interrupted, DiskError):
        say(console, f"stopped: what is done is kept in {job.out}; the same command goes on there")
        raise
    found = work.finish()
    publish(found, job.out, console)
    return 1 if found.failed else 0


def publish(found: SweepResult, out: Path, console: Console) -> None:
    """Page, tables and figures into `out`; the table, failures and notes on the screen."""
    with console.status("writing the report"):
        page = write_sweep(found, out)
    console.print(sweep_table(found, console.width))
    for failed in found.failed:
        say(console, f"failed  {failed.cell}, seed {failed.seed}: {failed.message}")
    for note in found.notes:
        say(console, f"note    {note}")
    say(console, f"report  {page}")

"""Everything that a sweep has found so far, read from its folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from webgen_r1 import __version__
from webgen_r1.evaluate.results import RunResults
from webgen_r1.sweep import measure
from webgen_r1.sweep.folder import SweepFolder
from webgen_r1.sweep.plan import Cell
from webgen_r1.sweep.records import AxisRecord, CellRecord, RunRecord, SweepResult


def collect(folder: SweepFolder, failed: Mapping[tuple[str, int], str]) -> SweepResult:
    """`failed`: cell and seed -> why, of the runs that failed in this call."""
    plan = folder.plan
    reference = plan.reference
    seed = reference.recipe.seed
    before = folder.results_before()
    found = {
        cell.name: {each: folder.results(cell, each) for each in plan.seeds} for cell in plan.cells
    }
    done = {name: [run for run in runs.values() if run] for name, runs in found.items()}
    pooled = {name: measure.pool(runs) for name, runs in done.items()}
    evaluated = [*([before] if before else []), *(run for runs in done.values() for run in runs)]
    runs = tuple(
        _run(folder, cell, each, found[cell.name][each], failed.get((cell.name, each)))
        for cell, each in plan.runs
    )
    return SweepResult(
        recipe=plan.recipe.name,
        overrides=plan.overrides,
        benchmark=evaluated[0].benchmark.name if evaluated else folder.basis.bench,
        instructions=len(evaluated[0].benchmark.items) if evaluated else 0,
        steps=reference.recipe.trainer.get("max_steps"),
        axes=tuple(AxisRecord(key=axis.key, values=axis.values) for axis in plan.axes),
        cases=plan.cases,
        seeds=plan.seeds,
        before=measure.figures(measure.pool([before] if before else []), seed),
        cells=tuple(
            CellRecord(
                name=cell.name,
                case=cell.change.case,
                at=dict(cell.change.at) if cell.change.at is not None else None,
                overrides=cell.change.overrides,
                done=len(done[cell.name]),
                figures=measure.figures(pooled[cell.name], seed),
            )
            for cell in plan.cells
        ),
        runs=runs,
        differences=measure.differences(
            {name: each for name, each in pooled.items() if each}, reference.name, seed
        )
        if pooled[reference.name]
        else (),
        notes=tuple(_notes(plan.seeds, evaluated, runs)),
        version=__version__,
    )


def _run(
    folder: SweepFolder, cell: Cell, seed: int, results: RunResults | None, why: str | None
) -> RunRecord:
    return RunRecord(
        cell=cell.name,
        seed=seed,
        overrides=cell.change.overrides,
        status="done" if results else "failed" if why else "waiting",
        message=why or "",
        folder=str(folder.of(cell, seed).relative_to(folder.path)),
        seconds=folder.seconds(cell, seed),
        figures=measure.figures(
            measure.pool([results] if results else []), folder.plan.reference.recipe.seed
        ),
    )


def _notes(
    seeds: Sequence[int], evaluated: Sequence[RunResults], runs: Sequence[RunRecord]
) -> Iterator[str]:
    """What a reader must know before quoting a figure."""
    left = sum(run.status != "done" for run in runs)
    if left:
        yield f"{left} of {len(runs)} training runs are not done"
    if len(seeds) == 1:
        yield (
            "one training for each cell: intervals are over instructions and do not show how "
            "much another seed would change (give --seeds)"
        )
    else:
        yield (
            "intervals are over instructions, all seeds pooled; how far the seeds are apart is "
            "shown beside them"
        )
    if any(run.manifest.training_judge for run in evaluated):
        yield (
            f"the grade (AAS) and the reward come from {evaluated[0].manifest.judges[0]}, the "
            "judge that training used: a policy that learned to please it is graded by it"
        )
    left = sum(run.summary.left for run in evaluated)
    if left:
        yield (
            f"{left} completions could not be evaluated or graded and are in no figure of that: "
            "the same command tries them again"
        )
    missing = sum(run.summary.missing for run in evaluated)
    if missing:
        yield f"{missing} completions are missing and count as failures"

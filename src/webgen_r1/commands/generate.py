"""`webgen generate`: instructions and a policy in, websites out."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from webgen_r1 import __version__, traces
from webgen_r1.bounded import finished
from webgen_r1.commands.generate_display import GenerateDisplay, Row, results_table
from webgen_r1.commands.generate_options import Asked
from webgen_r1.commands.generated_folder import GeneratedFolder, Wanted
from webgen_r1.commands.interrupts import Interrupted, run
from webgen_r1.commands.report import say
from webgen_r1.commands.scoring import EngineFactory, Scoring, score_items
from webgen_r1.config import EngineConfig
from webgen_r1.errors import InfraFailure, UserError
from webgen_r1.generate import GenerateConfig, make_generator
from webgen_r1.generate.records import Making, Written
from webgen_r1.inputs import ScoreInput
from webgen_r1.jsonl import RecordWriter
from webgen_r1.prompts import messages, system_prompt
from webgen_r1.protocols import Generator
from webgen_r1.samples import estimated_tokens
from webgen_r1.scaffold import load
from webgen_r1.types import Trace

DONE, INCOMPLETE, NOTHING = 0, 1, 3


@dataclass(frozen=True)
class GenerateJob:
    """What the user asked for."""

    asked: Asked
    out: Path
    generate: GenerateConfig
    engine: EngineConfig
    best_of: int = 1
    seed: int = 0
    score: bool = True
    open_site: bool = False
    json: bool = False
    fresh: bool = False


def generate(
    job: GenerateJob,
    make_engine: EngineFactory,
    console: Console,
    make: Callable[[GenerateConfig], Generator] = make_generator,
) -> int:
    """Run the job; the exit code. Raises UserError, InfraFailure, Interrupted."""
    _check(job)
    folder = GeneratedFolder(job.out, _making(job), fresh=job.fresh)
    wanted = folder.wanted(job.asked, job.best_of)
    try:
        _write_all(job, folder, wanted, make, console)
    except Interrupted:
        say(console, f"stopped: what is written is kept in {job.out}; the same call goes on there")
        raise
    written = [one for one in map(folder.found, wanted) if one is not None]
    if job.best_of == 1:  # nothing to choose from: there at once, whatever scoring finds
        folder.write_sites(written, job.engine)
    found = _score_all(job, written, make_engine, console) if job.score and written else {}
    best = folder.best(written, found)
    if job.best_of > 1:
        folder.write_sites(best, job.engine)
    _show(job, folder, written, found, best, console)
    if job.open_site:
        _open(job, folder, best, console)
    if not written:
        return NOTHING
    complete = len(written) == len(wanted) and not (job.score and None in _rewards(written, found))
    return DONE if complete else INCOMPLETE


def _check(job: GenerateJob) -> None:
    if not job.asked:
        raise UserError("nothing to build: give an instruction in words, or --file")
    if not all(text.strip() for _, text in job.asked):
        raise UserError("an instruction is empty: say in words what to build")
    if job.best_of > 1 and job.generate.temperature == 0:
        raise UserError(
            f"{job.best_of} samples at temperature 0 are {job.best_of} times the same: "
            "set --temperature"
        )
    if not job.score and (job.best_of > 1 or job.json):
        needs = "--best-of chooses by the reward" if job.best_of > 1 else "--json prints traces"
        raise UserError(f"{needs}: not with --no-score")
    if job.open_site and len(job.asked) > 1:
        raise UserError("--open shows one site: give one instruction")


def _making(job: GenerateJob) -> Making:
    system = system_prompt(load(job.engine.scaffold), job.engine.mode)
    return Making(
        model=job.generate.model,
        endpoint=job.generate.endpoint,
        **job.generate.sampling,
        seed=job.seed,
        scaffold=job.engine.scaffold,
        mode=job.engine.mode,
        prompt=hashlib.sha256(system.encode()).hexdigest()[:16],
        version=__version__,
    )


# ── writing ─────────────────────────────────────────────────────────────────────────


def _write_all(
    job: GenerateJob,
    folder: GeneratedFolder,
    wanted: Sequence[Wanted],
    make: Callable[[GenerateConfig], Generator],
    console: Console,
) -> None:
    """Write what the folder does not hold yet. One completion alone is shown as it grows."""
    todo = [one for one in wanted if folder.found(one) is None]
    if not todo:
        return
    with GenerateDisplay(console, job.generate.model, len(todo)) as display:
        run(_write(job, folder, todo, make(job.generate), display))


async def _write(
    job: GenerateJob,
    folder: GeneratedFolder,
    todo: Sequence[Wanted],
    generator: Generator,
    display: GenerateDisplay,
) -> None:
    on_text = display.text if len(todo) == 1 else None
    scaffold = load(job.engine.scaffold)

    async def one(wanted: Wanted) -> Written | InfraFailure:
        chat = messages(wanted.instruction, scaffold, job.engine.mode)
        try:
            said = await generator.generate(chat, job.seed + wanted.sample, on_text)
        except InfraFailure as error:
            return error
        exact = said.tokens is not None
        return Written(
            id=wanted.instruction.id,
            sample=wanted.sample,
            instruction=wanted.instruction.text,
            text=said.text,
            tokens=said.tokens if exact else estimated_tokens(said.text),
            tokens_exact=exact,
            seconds=round(said.seconds, 3),
            model=said.model,
            cut=said.cut,
        )

    async def jobs() -> AsyncIterator[Coroutine[Any, Any, Written | InfraFailure]]:
        for wanted in todo:
            yield one(wanted)

    async with generator:
        with folder.open() as writer:
            async with aclosing(finished(jobs(), job.generate.concurrency)) as results:
                async for result in results:
                    _keep(result, writer, folder, display, alone=len(todo) == 1)


def _keep(
    result: Written | InfraFailure,
    writer: RecordWriter[Written],
    folder: GeneratedFolder,
    display: GenerateDisplay,
    *,
    alone: bool,
) -> None:
    if isinstance(result, Written):
        writer.append(result)
        folder.add(result)
        display.wrote(result)
    elif alone:
        raise result
    else:
        display.failed(result)


# ── scoring and showing ─────────────────────────────────────────────────────────────


def _score_all(
    job: GenerateJob, written: Sequence[Written], make_engine: EngineFactory, console: Console
) -> dict[traces.Key, Trace]:
    """What the engine found, by key; what was found before is not looked for again."""
    items = [ScoreInput(one.key, one.instruction, one.text, None, one.key) for one in written]
    concurrency = job.engine.render.concurrency
    work = Scoring(make_engine, job.engine, job.out, concurrency, job.fresh)
    score_items(work, iter(items), len(items), console)
    found = {traces.key(trace): trace for trace in traces.read(work.file)}
    if job.json:
        for item in items:
            if trace := found.get((item.id, item.digest, item.instruction)):
                sys.stdout.write(trace.model_dump_json() + "\n")
    return found


def _rewards(written: Sequence[Written], found: dict[traces.Key, Trace]) -> list[float | None]:
    of = [GeneratedFolder.trace_of(one, found) for one in written]
    return [trace.reward if trace else None for trace in of]


def _show(
    job: GenerateJob,
    folder: GeneratedFolder,
    written: Sequence[Written],
    found: dict[traces.Key, Trace],
    best: Sequence[Written],
    console: Console,
) -> None:
    kept = {one.key for one in best}
    rows = [
        Row(one, GeneratedFolder.trace_of(one, found), kept=job.best_of > 1 and one.key in kept)
        for one in written
    ]
    if rows:
        console.print(results_table(rows, scored=job.score))
    for one in best:
        site = folder.site(one)
        if site.is_dir():
            say(console, f"site    {site}")
        else:
            say(console, f"{one.key} holds no file: its text is in {folder.completions}")


def _open(
    job: GenerateJob, folder: GeneratedFolder, best: Sequence[Written], console: Console
) -> None:
    if not best or not folder.site(best[0]).is_dir():
        raise UserError("there is no site to open")
    from webgen_r1.commands.preview import preview

    preview(folder.site(best[0]), job.engine, 0, console, open_page=True)

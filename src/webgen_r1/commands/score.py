"""`webgen score`: items in, traces on disk, a table and a report out."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console

from webgen_r1 import traces
from webgen_r1.commands import settings
from webgen_r1.commands.display import Display, make_display
from webgen_r1.commands.interrupts import Interrupted, run
from webgen_r1.config import EngineConfig
from webgen_r1.errors import DiskError
from webgen_r1.inputs import BadInput, ScoreInput, count, find, read
from webgen_r1.protocols import Stageful
from webgen_r1.report import summary_table, write_report
from webgen_r1.types import Project, Trace


class Engine(Stageful, Protocol):
    """What scores: `reward.CascadedReward`, or a stand-in for it."""

    async def score(
        self, text: str, instruction: str | None = None, id: str | None = None
    ) -> Trace: ...

    async def score_project(
        self, project: Project, instruction: str | None = None, id: str | None = None
    ) -> Trace: ...


EngineFactory = Callable[[EngineConfig, Path], Engine]


@dataclass(frozen=True)
class ScoreJob:
    """What the user asked for."""

    paths: list[Path]
    out: Path
    config: EngineConfig
    instruction: str | None = None
    instructions: str | None = None
    concurrency: int = 4
    limit: int | None = None
    fresh: bool = False
    json: bool = False
    report: bool = True


@dataclass
class Tally:
    """What became of the items. `keys` are those of this run, in order; values say if kept."""

    keys: dict[traces.Key, bool] = field(default_factory=dict)
    scored: int = 0
    infra: int = 0
    unreadable: int = 0

    @property
    def exit_code(self) -> int:
        """0 everything has a reward, 1 something has none, 3 nothing has one."""
        kept = sum(self.keys.values())
        missing = self.infra + self.unreadable
        if self.scored + kept == 0:
            return 3
        return 1 if missing else 0


def score(job: ScoreJob, make_engine: EngineFactory, console: Console) -> int:
    """Run the job; the exit code. Raises UserError, InfraFailure, Interrupted."""
    sources = find(job.paths)
    total = min(count(sources), job.limit or sys.maxsize)
    items = islice(
        read(sources, instruction=job.instruction, instructions=job.instructions), job.limit
    )
    file = job.out / traces.TRACES_FILE
    tally = Tally()
    with traces.TraceWriter(file) as writer:
        if job.fresh:
            writer.start_over()
        settings.keep(job.out, job.config, known := traces.scored(file))
        display = make_display(console, total)
        emit = _print_json if job.json else None
        try:
            with display:
                work = _score_all(job, items, make_engine, writer, known, tally, display, emit)
                run(work)
        except (Interrupted, DiskError):
            _say_what_is_kept(file, tally, console)
            raise
    _show(job, file, tally, console)
    return tally.exit_code


# ── scoring ─────────────────────────────────────────────────────────────────────────


async def _score_all(
    job: ScoreJob,
    items: Iterator[ScoreInput | BadInput],
    make_engine: EngineFactory,
    writer: traces.TraceWriter,
    known: set[traces.Key],
    tally: Tally,
    display: Display,
    emit: Callable[[Trace], None] | None,
) -> None:
    todo = _todo(items, known, tally, display)
    first = next(todo, None)
    if first is None:
        return  # everything is known: no worker, no browser

    async def worker(engine: Engine, item: ScoreInput | None) -> None:
        while item is not None:
            display.started(item)
            trace = await _score_one(engine, item)
            writer.append(trace)
            tally.scored += trace.outcome == "scored"
            tally.infra += trace.outcome != "scored"
            display.finished(item, trace)
            if emit:
                emit(trace)
            item = next(todo, None)

    async with make_engine(job.config, job.out) as engine:
        workers = [worker(engine, first)]
        workers += [worker(engine, item) for item in islice(todo, job.concurrency - 1)]
        await _all_or_first_error(workers)


def _todo(
    items: Iterator[ScoreInput | BadInput],
    known: set[traces.Key],
    tally: Tally,
    display: Display,
) -> Iterator[ScoreInput]:
    """The items that need scoring; the others are counted on the way."""
    for item in items:
        if isinstance(item, BadInput):
            tally.unreadable += 1
            display.unreadable(item)
            continue
        key = (item.id, item.digest, item.instruction)
        kept = key in known
        tally.keys[key] = kept
        if kept:
            display.skipped(item)
        else:
            yield item


async def _score_one(engine: Engine, item: ScoreInput) -> Trace:
    if item.project is not None:
        return await engine.score_project(item.project, instruction=item.instruction, id=item.id)
    return await engine.score(item.text or "", instruction=item.instruction, id=item.id)


async def _all_or_first_error(workers: list[Any]) -> None:
    """Await all; the first error cancels the others and is raised as itself."""
    tasks = [asyncio.ensure_future(worker) for worker in workers]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# ── showing ─────────────────────────────────────────────────────────────────────────


def _print_json(trace: Trace) -> None:
    sys.stdout.write(trace.model_dump_json() + "\n")
    sys.stdout.flush()


def _say_what_is_kept(file: Path, tally: Tally, console: Console) -> None:
    done = tally.scored + tally.infra
    console.print(
        f"stopped: {done} new result{'' if done == 1 else 's'} kept in {file}; "
        "the same command goes on from there",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )


def _show(job: ScoreJob, file: Path, tally: Tally, console: Console) -> None:
    found: dict[traces.Key, Trace | None] = dict.fromkeys(tally.keys)
    for trace in traces.read(file):
        key = traces.key(trace)
        if key in found:
            found[key] = _slim(trace)
            if job.json and tally.keys[key] and trace.outcome == "scored":
                _print_json(trace)
    shown = [trace for trace in found.values() if trace is not None]
    if shown:
        console.print(summary_table(shown, console.width))
    if tally.unreadable:
        _say(console, f"{tally.unreadable} not scored because they could not be read: see above")
    if kept := sum(tally.keys.values()):
        _say(console, f"{kept} already scored in {file} (--fresh scores them again)")
    _say(console, f"traces  {file}")
    if job.report and shown:
        page = write_report([(trace, job.out) for trace in shown], job.out / "report")
        _say(console, f"report  {page}")


def _say(console: Console, line: str) -> None:
    console.print(line, soft_wrap=True, highlight=False, markup=False)


def _slim(trace: Trace) -> Trace:
    """A trace without what only machines read, so that thousands fit into memory."""
    pages = tuple(page.model_copy(update={"text": "", "metrics": {}}) for page in trace.pages)
    return trace.model_copy(update={"pages": pages})

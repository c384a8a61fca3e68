"""Items in, traces on disk: what `webgen score` and `webgen probe` share.

Every trace is written the moment it is finished; what a folder holds already is not scored
again, and what could not be found out is tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console

from webgen_r1 import traces
from webgen_r1.commands import settings
from webgen_r1.commands.display import Display, make_display
from webgen_r1.commands.interrupts import Interrupted, run
from webgen_r1.config import EngineConfig
from webgen_r1.errors import DiskError
from webgen_r1.inputs import BadInput, ScoreInput
from webgen_r1.protocols import Engine
from webgen_r1.types import Trace

EngineFactory = Callable[[EngineConfig, Path], Engine]


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


@dataclass(frozen=True)
class Scoring:
    """With what, how many at once, into which folder (`out`/traces.jsonl, `out`/shots)."""

    make_engine: EngineFactory
    config: EngineConfig
    out: Path
    concurrency: int = 4
    fresh: bool = False
    """Set aside what the folder holds and score everything."""

    @property
    def file(self) -> Path:
        return self.out / traces.TRACES_FILE


def score_items(
    job: Scoring,
    items: Iterator[ScoreInput | BadInput],
    total: int,
    console: Console,
    emit: Callable[[Trace], None] | None = None,
) -> Tally:
    """Score what the folder does not know yet; `emit` hears each new trace.

    Raises UserError where the folder holds results of other settings, InfraFailure where
    nothing can be scored, Interrupted.
    """
    tally = Tally()
    with traces.TraceWriter(job.file) as writer:
        if job.fresh:
            writer.start_over()
        settings.keep(job.out, job.config, known := traces.scored(job.file))
        display = make_display(console, total)
        try:
            with display:
                run(_score_all(job, items, writer, known, tally, display, emit))
        except (Interrupted, DiskError):
            _say_what_is_kept(job.file, tally, console)
            raise
    return tally


async def _score_all(
    job: Scoring,
    items: Iterator[ScoreInput | BadInput],
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

    async with job.make_engine(job.config, job.out) as engine:
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


def _say_what_is_kept(file: Path, tally: Tally, console: Console) -> None:
    done = tally.scored + tally.infra
    console.print(
        f"stopped: {done} new result{'' if done == 1 else 's'} kept in {file}; "
        "the same command goes on from there",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )

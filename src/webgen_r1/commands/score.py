"""`webgen score`: items in, traces on disk, a table and a report out."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rich.console import Console

from webgen_r1 import traces
from webgen_r1.commands.scoring import EngineFactory, Scoring, Tally, score_items
from webgen_r1.config import EngineConfig
from webgen_r1.inputs import count, find, read
from webgen_r1.report import summary_table, write_report
from webgen_r1.types import Trace


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


def score(job: ScoreJob, make_engine: EngineFactory, console: Console) -> int:
    """Run the job; the exit code. Raises UserError, InfraFailure, Interrupted."""
    sources = find(job.paths)
    total = min(count(sources), job.limit or sys.maxsize)
    items = islice(
        read(sources, instruction=job.instruction, instructions=job.instructions), job.limit
    )
    work = Scoring(make_engine, job.config, job.out, job.concurrency, job.fresh)
    tally = score_items(work, items, total, console, _print_json if job.json else None)
    _show(job, work.file, tally, console)
    return tally.exit_code


# ── showing ─────────────────────────────────────────────────────────────────────────


def _print_json(trace: Trace) -> None:
    sys.stdout.write(trace.model_dump_json() + "\n")
    sys.stdout.flush()


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

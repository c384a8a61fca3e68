"""What a person sees of a distillation: always on stderr."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table

from webgen_r1.distill.config import DistillRecipe
from webgen_r1.distill.records import DATASET_FOLDER, TRAIN_FILE, Answer, Report
from webgen_r1.live import Live
from webgen_r1.report.table import plain
from webgen_r1.report.view import short
from webgen_r1.types import Trace

_LINE_EVERY_S = 10.0
"""Without a terminal."""
_SHOWN_FAILURES = 5


@dataclass
class _Count:
    """Things of one kind that are to be done."""

    total: int = 0
    done: int = 0
    now: int = 0
    """Of those done, the ones done in this run."""

    def add(self, *, now: bool) -> None:
        self.done += 1
        self.now += now

    def __str__(self) -> str:
        return f"{self.done:,}/{self.total:,}"


class DistillDisplay(Live):
    """One line that moves on a terminal; anywhere else a line now and then."""

    def __init__(self, console: Console, min_reward: float) -> None:
        self._console = console
        self._min_reward = min_reward
        self._asked = _Count()
        self._scored = _Count()
        self._failed = self._good = 0
        self._began = self._said_at = time.monotonic()
        self._progress = Progress(
            BarColumn(bar_width=28),
            TextColumn("{task.description}", markup=False),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        super().__init__(self._progress)
        self._task: TaskID | None = None

    def begin(self, asks: int, scorings: int) -> None:
        self._asked, self._scored = _Count(asks), _Count(scorings)
        self._began = self._said_at = time.monotonic()
        self._task = self._progress.add_task("", total=asks + scorings)

    def answered(self, answer: Answer, *, now: bool) -> None:
        if answer.infra:
            self._failed += 1
            if self._failed <= _SHOWN_FAILURES:
                self._print(f"{answer.key}: {answer.error}", "yellow")
        self._asked.add(now=now)
        self._advance(now)

    def scored(self, trace: Trace, *, now: bool) -> None:
        if trace.infra:
            self._print(f"{trace.id}: could not be scored, {trace.infra.message}", "yellow")
        self._good += trace.stage == "judge" and (trace.reward or 0.0) >= self._min_reward
        self._scored.add(now=now)
        self._advance(now)

    def stopped(self, folder: Path) -> None:
        self._print(f"stopped: {self._line()}; kept in {folder}, the same command goes on there")

    def _advance(self, now: bool) -> None:
        if self._task is not None:
            self._progress.update(self._task, advance=1, description=self._line())
        quiet_s = time.monotonic() - self._said_at
        if not self._console.is_terminal and now and quiet_s >= _LINE_EVERY_S:
            self._said_at = time.monotonic()
            self._print(self._line())

    def _line(self) -> str:
        """`asked 120/600, 2 failed · scored 110/600, 101 good · 2.1/s · 7 min left`."""
        parts = [f"asked {self._asked}" + (f", {self._failed:,} failed" if self._failed else "")]
        counts = [self._asked]
        if self._scored.total:
            parts.append(f"scored {self._scored}, {self._good:,} good")
            counts.append(self._scored)
        seconds = time.monotonic() - self._began
        if seconds > 0 and all(count.now or count.done >= count.total for count in counts):
            parts.append(f"{counts[-1].now / seconds:.1f}/s")
            left = [(count.total - count.done) * seconds / max(1, count.now) for count in counts]
            parts.append(f"{_duration(max(left))} left")
        return " · ".join(parts)

    def _print(self, line: str, style: str = "") -> None:
        self._console.print(plain(short(line, 300), style=style), soft_wrap=True)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def print_report(report: Report, recipe: DistillRecipe, console: Console) -> None:
    """The table of what became of the samples, and where the dataset is."""
    console.print(_table(report, recipe))
    place = recipe.output_dir / DATASET_FOLDER / TRAIN_FILE
    if report.kept:
        line = f"{report.kept:,} examples from {report.kept_instructions:,} instructions: {place}"
    else:
        line = f"nothing is worth learning from; {place} is empty"
    console.print(plain(line), soft_wrap=True)


def _table(report: Report, recipe: DistillRecipe) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("samples")
    table.add_column("number", justify="right")
    rows: list[tuple[str, int | str | None]] = [
        ("instructions left out", report.left_out or None),
        ("asked", report.asked),
        ("not answered", report.failed or None),
        ("could not be scored", report.unknown or None),
        *((f"failed at {stage}", count) for stage, count in report.failed_at.items()),
        (f"below reward {recipe.min_reward:g}", report.below or None),
        ("copies", report.copies or None),
        ("near copies", report.near_copies or None),
        (f"beyond the {recipe.keep} to keep", report.beyond or None),
        ("kept", report.kept),
        ("of them not scored", report.kept_unscored or None),
        ("mean reward", None if report.mean_reward is None else f"{report.mean_reward:.2f}"),
    ]
    for name, value in rows:
        if value is not None:
            table.add_row(name, value if isinstance(value, str) else f"{value:,}")
    return table

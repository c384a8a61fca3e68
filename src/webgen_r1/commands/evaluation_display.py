"""What a person sees while an evaluation works: always on stderr."""

from __future__ import annotations

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from webgen_r1.evaluate.watch import Part
from webgen_r1.live import Live
from webgen_r1.report.table import plain
from webgen_r1.report.view import short

NAMES: dict[Part, str] = {
    "generate": "generated",
    "score": "scored",
    "test": "tested",
}


class EvaluationDisplay(Live):
    """A bar for each part on a terminal; anywhere else one line for each thing done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tasks: dict[Part, TaskID] = {}
        self._counts: dict[Part, tuple[int, int]] = {}
        self._progress = Progress(
            TextColumn("{task.fields[part]:<9}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}", markup=False, style="dim"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        super().__init__(self._progress)

    def part(self, name: Part, total: int, done: int) -> None:
        self._counts[name] = (done, total)
        self._tasks[name] = self._progress.add_task(
            "", total=total, completed=done, part=NAMES[name]
        )

    def advance(self, name: Part, line: str) -> None:
        done, total = self._counts[name]
        self._counts[name] = (done + 1, total)
        self._progress.update(
            self._tasks[name], advance=1, description=plain(short(line, 60)).plain
        )
        if line and not self._console.is_terminal:
            self._print(f"{NAMES[name]} [{done + 1}/{total}] {line}")

    def say(self, line: str) -> None:
        self._print(line, style="yellow")

    def _print(self, line: str, style: str = "") -> None:
        self._console.print(plain(short(line, 300), style=style), soft_wrap=True)

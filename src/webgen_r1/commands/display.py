"""What a person sees while completions are scored: always on stderr."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from webgen_r1.inputs import BadInput, ScoreInput
from webgen_r1.live import Live
from webgen_r1.report.table import first_finding, plain, reward_text
from webgen_r1.report.view import short
from webgen_r1.types import Trace


class Display(Protocol):
    """Told about everything that happens to an item, in the order it happens."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def started(self, item: ScoreInput) -> None: ...

    def skipped(self, item: ScoreInput) -> None: ...

    def finished(self, item: ScoreInput, trace: Trace) -> None: ...

    def unreadable(self, item: BadInput) -> None: ...


def make_display(console: Console, total: int) -> Display:
    """A live display on a terminal, one line per completion anywhere else."""
    return LiveDisplay(console, total) if console.is_terminal else PlainDisplay(console, total)


class PlainDisplay:
    """One line per completion, for logs and pipes."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def started(self, item: ScoreInput) -> None:
        _print_notes(self._console, item)

    def skipped(self, item: ScoreInput) -> None:
        self._done += 1

    def finished(self, item: ScoreInput, trace: Trace) -> None:
        self._done += 1
        self._print(Text.assemble(f"[{self._done}/{self._total}] ", result_line(trace)))

    def unreadable(self, item: BadInput) -> None:
        self._done += 1
        self._print(bad_line(item))

    def _print(self, line: Text) -> None:
        self._console.print(line, soft_wrap=True)


class LiveDisplay(Live):
    """A progress bar that names what is being worked on, under the lines of what is done."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._working: dict[int, str] = {}
        self._progress = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False, style="dim"),
            console=console,
            transient=True,
        )
        super().__init__(self._progress)
        self._task = self._progress.add_task("starting", total=total)

    def started(self, item: ScoreInput) -> None:
        _print_notes(self._console, item)
        self._working[id(item)] = plain(short(item.id, 24)).plain
        self._describe()

    def skipped(self, item: ScoreInput) -> None:
        self._progress.advance(self._task)

    def finished(self, item: ScoreInput, trace: Trace) -> None:
        self._working.pop(id(item), None)
        self._describe()
        self._progress.advance(self._task)
        self._console.print(result_line(trace), no_wrap=True, overflow="ellipsis")

    def unreadable(self, item: BadInput) -> None:
        self._progress.advance(self._task)
        self._console.print(bad_line(item), soft_wrap=True)

    def _describe(self) -> None:
        names = ", ".join(self._working.values())
        self._progress.update(self._task, description=names)


def _print_notes(console: Console, item: ScoreInput) -> None:
    for note in item.notes:
        console.print(plain(f"{item.source}: {note}", style="yellow"), soft_wrap=True)


def result_line(trace: Trace) -> Text:
    """`4.21 judge   1.02 s  shop  missing-export: …`"""
    spent = sum(trace.timings.values())
    reward = reward_text(trace)
    reward.pad_left(max(0, 5 - len(reward)))
    finding = "" if trace.reward is not None and trace.stage == "judge" else first_finding(trace)
    return Text.assemble(
        reward,
        f"  {trace.stage:<6} {spent:6.2f} s  ",
        plain(short(trace.id, 60), style="bold"),
        "  ",
        plain(short(finding, 200), style="dim"),
    )


def bad_line(item: BadInput) -> Text:
    return plain(f"not scored: {item.source} {item.message}", style="red")

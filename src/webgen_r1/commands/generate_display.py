"""What a person sees while websites are written: always on stderr."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from webgen_r1.errors import InfraFailure
from webgen_r1.generate.records import Written
from webgen_r1.report.table import plain, reward_text
from webgen_r1.report.view import short
from webgen_r1.types import Trace

OPENS, CLOSES = "<think>", "</think>"


@dataclass(frozen=True)
class Row:
    """One completion in the table."""

    written: Written
    trace: Trace | None = None
    kept: bool = False
    """Chosen among several."""


class GenerateDisplay:
    """The text of one completion as it grows, or a line for each of many."""

    def __init__(self, console: Console, model: str, total: int) -> None:
        self._console = console
        self._total = total
        self._done = 0
        self._said = ""
        self._status = console.status(plain(f"loading {model}"))

    def __enter__(self) -> Self:
        self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._status.stop()
        if self._said and not self._said.endswith("\n"):
            self._console.print()

    def text(self, piece: str) -> None:
        """The next piece of the completion; what it thinks is dim."""
        self._status.stop()
        before = len(self._said)
        self._said += piece
        thought = max(0, thinking(self._said) - before)
        for part, style in ((piece[:thought], "dim"), (piece[thought:], "")):
            if part:
                self._console.print(Text(visible(part), style), end="", soft_wrap=True)

    def wrote(self, written: Written) -> None:
        self._done += 1
        if self._said:
            return
        self._line(f"{written.key}: {written.tokens} tokens")

    def failed(self, error: InfraFailure) -> None:
        self._done += 1
        self._line(f"not written: {error}", style="red")

    def _line(self, line: str, style: str = "") -> None:
        self._status.update(plain(f"{self._done} of {self._total} written"))
        self._console.print(plain(f"[{self._done}/{self._total}] {line}", style), soft_wrap=True)


def thinking(text: str) -> int:
    """How many of the first characters belong to the think element, closed or not."""
    start = text.lstrip()
    if not start.startswith(OPENS) and not OPENS.startswith(start):
        return 0
    end = text.find(CLOSES)
    return len(text) if end < 0 else end + len(CLOSES)


def visible(text: str) -> str:
    """Text of a model without what a terminal would obey."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t")


def results_table(rows: Sequence[Row], *, scored: bool) -> Table:
    """One row a completion; what scoring found only where it was asked."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    columns: list[tuple[str, JustifyMethod]] = [("site", "left")]
    if scored:
        columns += [("reward", "right"), ("reached", "left"), ("grade", "right")]
        columns += [("pages", "right")]
    columns += [("tokens", "right"), ("seconds", "right")]
    chosen = any(row.kept for row in rows)
    columns += [("", "left")] if chosen else []
    for header, justify in columns:
        table.add_column(header, justify=justify, no_wrap=True)
    for row in rows:
        found = _found(row.trace) if scored else ()
        written = row.written
        seconds = "–" if written.seconds is None else f"{written.seconds:.1f}"
        name = plain(short(written.key, 30), style="bold" if row.kept else "")
        cut = " cut" if written.cut else ""
        cells = (name, *found, Text(f"{written.tokens}{cut}"), Text(seconds, style="dim"))
        kept = (Text("kept" if row.kept else "", style="green"),) if chosen else ()
        table.add_row(*cells, *kept)
    return table


def _found(trace: Trace | None) -> tuple[Text, ...]:
    if trace is None:
        return (Text("none", style="magenta"), Text("–"), Text("–"), Text("–"))
    grade = f"{trace.verdict.score:.2f}" if trace.verdict else "–"
    return (
        reward_text(trace),
        Text(trace.stage),
        Text(grade),
        Text(str(len(trace.pages)) if trace.pages else "–"),
    )

"""What became of the rows of a source: as JSON, and as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import shorten
from typing import TYPE_CHECKING, Literal

from webgen_r1.instructions.clean import CleanSettings, Dropped, Reason
from webgen_r1.report.table import plain
from webgen_r1.types import Frozen

if TYPE_CHECKING:
    from rich.table import Table

_SHOWN = 5
"""Examples of each reason in the table; the JSON has all."""

_WIDTH = 60
"""Characters of what two rows share."""


class InstructionsReport(Frozen):
    """`report.json`. `parts` is the number of rows by the stem of the file they are in."""

    format: Literal["webgen-instructions/1"] = "webgen-instructions/1"
    source: str
    against: tuple[str, ...]
    settings: CleanSettings
    rows: int
    kept: int
    parts: dict[str, int]
    dropped: tuple[Dropped, ...]

    def count(self, reason: Reason) -> int:
        return sum(row.reason == reason for row in self.dropped)


def counts_table(report: InstructionsReport) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    table.add_column("Rows")
    table.add_column("Number", justify="right")
    lines = [
        (report.source, report.rows),
        (
            f"near a row of {', '.join(report.against) or 'no test set'}",
            -report.count("contaminated"),
        ),
        ("repeating an earlier row", -report.count("duplicate")),
        ("kept", report.kept),
        *((f"in {part}.jsonl", count) for part, count in report.parts.items()),
    ]
    for name, count in lines:
        table.add_row(plain(name), f"{count:,}")
    return table


def dropped_table(dropped: Iterable[Dropped]) -> Table:
    """The most similar of each reason, with what they share."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    for name in ("Dropped", "Because", "Like"):
        table.add_column(name, overflow="fold")
    table.add_column("Similarity", justify="right")
    table.add_column("Both say")
    ranked = sorted(dropped, key=lambda row: (row.reason, -row.similarity))
    for reason in ("contaminated", "duplicate"):
        for row in [row for row in ranked if row.reason == reason][:_SHOWN]:
            table.add_row(
                plain(row.id),
                f"{row.reason} ({row.by})",
                plain(row.like_id),
                f"{row.similarity:.2f}",
                plain(shorten(row.shared, _WIDTH, placeholder=" …")),
            )
    return table

"""The report of scored completions: one HTML file, pictures beside it (see `document`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from webgen_r1.report.document import render_page
from webgen_r1.report.pictures import Pictures
from webgen_r1.report.stats import BIN_WIDTH, overview
from webgen_r1.report.view import Card, card
from webgen_r1.types import Trace
from webgen_r1.whole_file import write_text

MAX_CARDS = 1000
"""Completions shown one by one; the overview counts all of them."""


def write_report(traces: Sequence[tuple[Trace, Path]], folder: Path) -> Path:
    """Write `folder`/index.html and return its path. Raises DiskError.

    Each trace comes with the folder that its screenshot paths are relative to.
    """
    pictures = {home: Pictures(home, folder) for _, home in traces}
    cards = [card(trace, pictures[home]) for trace, home in traces[:MAX_CARDS]]
    return write_text(folder / "index.html", _html([trace for trace, _ in traces], cards))


def _html(traces: Sequence[Trace], cards: Sequence[Card]) -> str:
    numbers = overview(traces)
    values = {
        "facts": _facts(traces),
        "numbers": numbers,
        "bin_width": BIN_WIDTH,
        "tallest": max(1, *numbers.histogram),
        "cards": cards,
        "hidden": len(traces) - len(cards),
    }
    return render_page("report.html", values, styles=("report.css",), scripts=("report.js",))


def _facts(traces: Sequence[Trace]) -> list[tuple[str, str]]:
    """What the traces were made with; several values where they differ."""
    rows = []
    for name in ("preset", "judge", "scaffold"):
        values = sorted({trace.versions[name] for trace in traces if name in trace.versions})
        if values:
            rows.append((name, ", ".join(values)))
    return rows

"""The summary table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from webgen_r1.report.stats import overview
from webgen_r1.report.view import short
from webgen_r1.types import Trace

MAX_ROWS = 60
NARROW = 80
"""Columns that a table without findings takes at most."""
MIN_ROOM = 16


def summary_table(traces: Sequence[Trace], width: int) -> Table:
    """One row per completion, then what holds for all of them; `width` of the terminal.

    Findings need room: a narrow table leaves them to the lines printed while scoring.
    """
    numbers = overview(traces)
    table = Table(box=SIMPLE_HEAD, show_footer=True, pad_edge=False, collapse_padding=True)
    mean = "" if numbers.mean_reward is None else f"{numbers.mean_reward:.2f}"
    share = f"{numbers.rendered.value:.0%} render" if numbers.scored else ""
    median = "" if numbers.median_seconds is None else f"{numbers.median_seconds:.2f} s"
    columns: tuple[tuple[str, str, JustifyMethod, int], ...] = (
        ("completion", f"{numbers.total} in all", "left", 12),
        ("reward", mean, "right", 6),
        ("reached", share, "left", 11),
        ("pages", str(numbers.pages), "right", 5),
        ("works", f"{numbers.clean.hits}/{numbers.clean.total}", "center", 5),
        ("time", median, "right", 7),
    )
    for header, footer, justify, least in columns:
        table.add_column(header, footer, justify=justify, min_width=least)
    room = width - NARROW
    if room >= MIN_ROOM:
        table.add_column("first finding", no_wrap=True, overflow="ellipsis")
    for trace in traces[:MAX_ROWS]:
        finding = plain(short(first_finding(trace), room), style="dim") if room >= MIN_ROOM else ""
        table.add_row(*_row(trace), finding)
    if len(traces) > MAX_ROWS:
        table.add_row(Text(f"… {len(traces) - MAX_ROWS} more in the report", style="dim"))
    return table


def _row(trace: Trace) -> tuple[Text, ...]:
    functional = trace.components.functional
    return (
        plain(short(trace.id, 30)),
        reward_text(trace),
        Text(trace.stage, style="dim" if trace.stage == "judge" else ""),
        Text(str(len(trace.pages)) if trace.pages else "–"),
        Text("–" if functional is None else "yes" if functional else "no"),
        Text(f"{sum(trace.timings.values()):.2f} s", style="dim"),
    )


def reward_text(trace: Trace) -> Text:
    if trace.reward is None:
        return Text("none", style="magenta")
    style = "green" if trace.reward >= 3 else "yellow" if trace.reward >= 1 else "red"
    return Text(f"{trace.reward:.2f}", style=style)


def first_finding(trace: Trace) -> str:
    """What to look at first: the outage, else the first error, else the first warning."""
    if trace.infra:
        return f"{trace.infra.code}: {trace.infra.message}"
    ranked = sorted(trace.failures, key=lambda failure: failure.severity != "error")
    return f"{ranked[0].code}: {ranked[0].message}" if ranked else ""


def plain(text: str, style: str = "") -> Text:
    """Text of a model for a terminal: one line, no control characters, no markup."""
    return Text("".join(c if c.isprintable() else " " for c in text), style=style)

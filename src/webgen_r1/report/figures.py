"""The figures of one run, exported: `<run>/figures/*.svg` and `*.png`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from webgen_r1.evaluate.results import RunResults
from webgen_r1.report import charts
from webgen_r1.report.drawing import (
    BAR,
    INK,
    PALETTE,
    SOFT,
    intervals,
    label,
    new_figure,
    save_all,
    scale,
)
from webgen_r1.report.metrics import BY_KEY

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER = "figures"


def write_figures(results: RunResults, folder: Path) -> list[Path]:
    """Write every figure of a run into `folder`/figures. Raises DiskError."""
    figures: dict[str, Callable[[], Figure]] = {}
    for name, bars in (
        ("scenarios", charts.scenario_bars(results)),
        ("applications", charts.application_bars(results)),
    ):
        if bars:
            figures[name] = _deferred(bars_figure, bars)
    checks = [
        charts.Bar(code, found) for code, found in sorted(results.summary.checks.items()) if found.n
    ]
    if checks:
        group = charts.Bars("Generic checks: sites that pass", BY_KEY["vrr"], tuple(checks))
        figures["checks"] = lambda: bars_figure([group], "sites that pass (%)")
    tokens = charts.token_histogram(results.sites)
    if tokens:
        figures["tokens"] = lambda: token_figure(tokens)
    stages = charts.stage_counts(results)
    if stages:
        figures["stages"] = lambda: stage_figure(stages)
    return save_all(figures, folder / FOLDER)


def _deferred(
    draw: Callable[[Sequence[charts.Bars]], Figure], bars: Sequence[charts.Bars]
) -> Callable[[], Figure]:
    return lambda: draw(bars)


def bars_figure(groups: Sequence[charts.Bars], axis: str = "") -> Figure:
    """The same rows for each metric, side by side; n of each bar at its right."""
    rows = len(groups[0].rows)
    figure = new_figure(2.0 + 1.75 * len(groups), 0.75 + 0.2 * rows)
    panels = figure.subplots(1, len(groups), sharey=True, squeeze=False)[0]
    at = list(range(rows))
    for panel, group in zip(panels, groups, strict=True):
        metric = group.metric
        found = [row.estimate for row in group.rows]
        values = [(each.value or 0.0) * metric.factor for each in found]
        panel.barh(at, values, height=0.66, color=BAR)
        intervals(panel, at, found, metric.factor)
        scale(panel, metric)
        if axis:
            panel.set_xlabel(axis)
        for y, each in zip(at, found, strict=True):
            text = f"{each.n}" if each.n else "none"
            panel.annotate(
                text,
                (1.02, y),
                xycoords=("axes fraction", "data"),
                va="center",
                color=SOFT,
                fontsize=6.5,
            )
        panel.annotate(
            "n", (1.02, 1.0), xycoords="axes fraction", va="bottom", color=SOFT, fontsize=6.5
        )
        panel.spines["left"].set_visible(False)
    panels[0].set_yticks(at, [label(row.name) for row in groups[0].rows])
    panels[0].set_ylim(rows - 0.4, -0.6)
    figure.suptitle(groups[0].title, x=0.01, ha="left", fontsize=9, fontweight="bold")
    return figure


def token_figure(tokens: charts.Histogram) -> Figure:
    """How long completions are."""
    figure = new_figure(4.6, 2.6)
    axes = figure.subplots()
    axes.bar(tokens.edges[:-1], tokens.counts, width=tokens.width * 0.94, align="edge", color=BAR)
    axes.axvline(tokens.median, color=INK, linewidth=0.9, linestyle=(0, (3, 2)))
    axes.annotate(
        f"median {tokens.median:,.0f}",
        (tokens.median, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(4, 2),
        textcoords="offset points",
        fontsize=7,
    )
    about = "" if tokens.exact else ", some estimated"
    axes.set_xlabel(f"tokens of a completion (n = {tokens.n}{about})")
    axes.set_ylabel("completions")
    axes.set_yticks([0, *tokens.ticks])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlim(0, tokens.edges[-1])
    axes.grid(axis="y")
    return figure


def stage_figure(stages: Sequence[charts.Count]) -> Figure:
    """Where completions stop."""
    total = sum(each.count for each in stages)
    figure = new_figure(4.6, 0.7 + 0.24 * len(stages))
    axes = figure.subplots()
    at = list(range(len(stages)))
    colours = [PALETTE[2] if each.name == charts.STATES["rendered"] else BAR for each in stages]
    axes.barh(at, [each.count for each in stages], height=0.66, color=colours)
    for y, each in zip(at, stages, strict=True):
        axes.annotate(
            f"{each.count}",
            (each.count, y),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
        )
    axes.set_yticks(at, [each.name for each in stages])
    axes.set_ylim(len(stages) - 0.4, -0.6)
    axes.set_xlabel(f"completions (n = {total})")
    axes.set_xlim(0, max(each.count for each in stages) * 1.1)
    axes.grid(axis="x")
    return figure

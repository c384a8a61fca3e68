"""The figures of a sweep, exported as SVG and PNG."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from webgen_r1.report.drawing import (
    BAR,
    INK,
    PALETTE,
    RULE,
    SOFT,
    intervals,
    label,
    new_figure,
    save_all,
)
from webgen_r1.report.figures import FOLDER
from webgen_r1.report.sweep_charts import (
    BEFORE,
    LEVELS,
    HeatMap,
    Series,
    cases,
    heading,
    heat_maps,
    lines,
)
from webgen_r1.sweep.records import SweepResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PALE, DARK = "#f4f7f5", "#12594a"
"""The ends of a heat map's colours."""


def write_sweep_figures(found: SweepResult, folder: Path) -> list[Path]:
    """Write every figure into `folder`/figures. Raises DiskError."""
    figures: dict[str, Callable[[], Figure]] = {}
    if maps := heat_maps(found):
        figures["grid"] = partial(grid_figure, maps)
    if series := lines(found):
        figures["lines"] = partial(lines_figure, series)
    if bars := cases(found):
        figures["cases"] = partial(cases_figure, bars)
    return save_all(figures, folder / FOLDER)


def _columns(panels: int) -> int:
    """Four as two by two; else at most three side by side."""
    return 2 if panels in (2, 4) else min(3, panels)


# ── two keys ────────────────────────────────────────────────────────────────────────


def grid_figure(maps: Sequence[HeatMap]) -> Figure:
    """Value and interval of every cell; the recipe's own is framed."""
    wide = _columns(len(maps))
    high = math.ceil(len(maps) / wide)
    rows, columns = len(maps[0].rows), len(maps[0].columns)
    figure = new_figure(wide * (0.8 + 0.95 * columns), high * (0.8 + 0.52 * rows))
    panels = figure.subplots(high, wide, squeeze=False)
    for panel, each in zip(panels.flat, maps, strict=False):
        _heat_map(panel, each)
    for panel in panels.flat[len(maps) :]:
        panel.set_axis_off()
    return figure


def _heat_map(axes: Axes, each: HeatMap) -> None:
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    colours = LinearSegmentedColormap.from_list("sweep", [PALE, DARK])
    for y, row in enumerate(each.tiles):
        for x, tile in enumerate(row):
            share = 0.0 if tile.level is None else tile.level / (LEVELS - 1)
            fill = "white" if tile.level is None else colours(share)
            ink = "white" if share > 0.7 else INK
            axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=fill, edgecolor="white"))
            metric = each.metric
            value = f"{metric.number(tile.estimate.value)}{tile.stars}"
            axes.text(x, y - 0.12, value, ha="center", va="center", color=ink, fontsize=9)
            if tile.estimate.low is not None:
                interval = metric.interval(tile.estimate)
                axes.text(x, y + 0.24, interval, ha="center", va="center", color=ink, fontsize=6)
            if tile.own:
                frame = Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, fill=False, edgecolor=INK)
                axes.add_patch(frame)
    axes.set_xlim(-0.5, len(each.columns) - 0.5)
    axes.set_ylim(len(each.rows) - 0.5, -0.5)
    axes.set_xticks(range(len(each.columns)), [label(name, 12) for name in each.columns])
    axes.set_yticks(range(len(each.rows)), [label(name, 12) for name in each.rows])
    axes.set_xlabel(each.across)
    axes.set_ylabel(each.down)
    axes.set_title(heading(each.metric))
    for spine in axes.spines.values():
        spine.set_visible(False)


# ── one key ─────────────────────────────────────────────────────────────────────────


def lines_figure(series: Sequence[Series]) -> Figure:
    """The values of the key at equal distances, in the order given."""
    wide = _columns(len(series))
    high = math.ceil(len(series) / wide)
    width = max(2.5, 0.5 * len(series[0].points) + 0.9)
    figure = new_figure(wide * width, high * 2.2)
    panels = figure.subplots(high, wide, squeeze=False)
    for panel, each in zip(panels.flat, series, strict=False):
        _line(panel, each)
    for panel in panels.flat[len(series) :]:
        panel.set_axis_off()
    return figure


def _line(axes: Axes, each: Series) -> None:
    factor = each.metric.factor
    known = [(x, p) for x, p in enumerate(each.points) if p.estimate.value is not None]
    if each.before.value is not None:
        axes.axhline(each.before.value * factor, color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)))
        axes.annotate(
            BEFORE,
            (1.0, each.before.value * factor),
            xycoords=("axes fraction", "data"),
            xytext=(-2, 2),
            textcoords="offset points",
            ha="right",
            color=SOFT,
            fontsize=6,
        )
    at = [x for x, _ in known]
    values = [(p.estimate.value or 0.0) * factor for _, p in known]
    axes.plot(at, values, color=PALETTE[0], linewidth=1.1, alpha=0.6)
    for x, point in known:
        found = point.estimate
        if found.low is not None and found.high is not None:
            axes.plot([x, x], [found.low * factor, found.high * factor], color=PALETTE[0], lw=1)
        for value in point.seeds:
            axes.plot(x - 0.12, value * factor, "o", color=SOFT, markersize=2)
    for x, point in known:
        face = "white" if point.own else PALETTE[0]
        value = (point.estimate.value or 0.0) * factor
        axes.plot(x, value, "o", color=PALETTE[0], markersize=5, markerfacecolor=face)
        if point.stars:
            top = max(value, (point.estimate.high or 0.0) * factor)
            axes.annotate(
                point.stars, (x, top), xytext=(0, 0), textcoords="offset points", ha="center"
            )
    axes.set_xticks(range(len(each.points)), [label(p.name, 12) for p in each.points])
    axes.set_xlim(-0.5, len(each.points) - 0.5)
    axes.set_ylim(0, each.top * factor * 1.02)
    axes.set_xlabel(each.key)
    axes.set_title(heading(each.metric))
    axes.grid(axis="y")


# ── cases ───────────────────────────────────────────────────────────────────────────


def cases_figure(series: Sequence[Series]) -> Figure:
    """One row for each case, one panel for each metric, intervals drawn; seeds as dots."""
    points = series[0].points
    has_before = any(each.before.value is not None for each in series)
    rows = len(points) + has_before
    figure = new_figure(1.7 + 1.55 * len(series), 0.75 + 0.29 * rows)
    panels = figure.subplots(1, len(series), sharey=True, squeeze=False)[0]
    for panel, each in zip(panels, series, strict=True):
        _bars(panel, each, has_before)
    names = [*([BEFORE] if has_before else []), *(point.name for point in points)]
    panels[0].set_yticks(range(rows), [label(name) for name in names])
    panels[0].set_ylim(rows - 0.4, -0.6)
    return figure


def _bars(axes: Axes, each: Series, has_before: bool) -> None:
    factor = each.metric.factor
    estimates = [*([each.before] if has_before else []), *(p.estimate for p in each.points)]
    at = list(range(len(estimates)))
    colours = [
        *([RULE] if has_before else []),
        *(PALETTE[5] if p.own else BAR for p in each.points),
    ]
    values = [(found.value or 0.0) * factor for found in estimates]
    axes.barh(at, values, height=0.64, color=colours)
    intervals(axes, at, estimates, factor)
    for y, point in enumerate(each.points, start=has_before):
        for value in point.seeds:
            axes.plot(value * factor, y + 0.2, "o", color=INK, markersize=1.8)
        axes.annotate(
            point.stars,
            (1.0, y),
            xycoords=("axes fraction", "data"),
            xytext=(2, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            fontsize=7,
        )
    axes.set_xlim(0, each.top * factor)
    axes.set_xticks([tick * factor for tick in each.metric.ticks])
    axes.set_xlabel(heading(each.metric))
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)

"""The figures of a training, exported: `figures/*.svg` and `*.png`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from webgen_r1.learn.records import Learning
from webgen_r1.report.drawing import BAR, INK, PALETTE, SOFT, intervals, new_figure, save_all
from webgen_r1.report.figures import FOLDER
from webgen_r1.report.learning_charts import Panel, Points, panels
from webgen_r1.report.learning_tables import NAMES, gain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 3
_BEFORE, _AFTER = SOFT, PALETTE[2]


def write_learning_figures(learning: Learning, folder: Path) -> list[Path]:
    """Write every figure into `folder`/figures. Raises DiskError."""
    shown = panels(learning.curves)
    figures: dict[str, Callable[[], Figure]] = {}
    if learning.changes:
        figures["before-after"] = lambda: change_figure(learning)
    if shown:
        figures["curves"] = lambda: curves_figure(shown)
        figures[shown[0].key] = lambda: curves_figure(shown[:1])
    return save_all(figures, folder / FOLDER)


def change_figure(learning: Learning) -> Figure:
    """Every metric before and after, with intervals; the difference above."""
    changes = learning.changes
    figure = new_figure(0.8 + 1.75 * len(changes), 1.3)
    row = figure.subplots(1, len(changes), squeeze=False)[0]
    for axes, change in zip(row, changes, strict=True):
        metric = NAMES[change.metric]
        found = (change.before, change.after)
        values = [(each.value or 0.0) * metric.factor for each in found]
        axes.barh([0, 1], values, height=0.6, color=[_BEFORE, _AFTER], alpha=0.55)
        intervals(axes, [0, 1], found, metric.factor)
        axes.set_ylim(1.6, -0.6)
        axes.set_xlim(0, metric.top * metric.factor)
        axes.set_yticks([0, 1], ["before", "after"] if axes is row[0] else ["", ""])
        axes.set_title(f"{metric.name} {gain(change)}")
        axes.set_xlabel(metric.unit if metric.top == 1 else "")
        axes.grid(axis="x")
    return figure


def curves_figure(shown: Sequence[Panel]) -> Figure:
    columns = min(_COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    figure = new_figure(0.3 + 2.6 * columns, 0.2 + 1.9 * rows)
    grid = figure.subplots(rows, columns, squeeze=False)
    places = [axes for row in grid for axes in row]
    for axes, panel in zip(places, shown, strict=False):
        _draw(axes, panel)
    for axes in places[len(shown) :]:
        axes.set_axis_off()
    return figure


def _draw(axes: Axes, panel: Panel) -> None:
    first, last, low, high = panel.limits
    if panel.band and all(panel.band):
        (steps, below), (_, above) = (_columns(side, panel.factor) for side in panel.band)
        axes.fill_between(steps, below, above, color=BAR, alpha=0.3, linewidth=0)
    part = 0
    for series in panel.series:
        look: dict[str, Any] = {"color": BAR, "linewidth": 0.7}
        if series.look == "bold":
            look = {"color": INK, "linewidth": 1.5}
        elif series.look == "part":
            look = {"color": PALETTE[part % len(PALETTE)], "linewidth": 1.3, "label": series.name}
            part += 1
        axes.plot(*_columns(series.points, panel.factor), **look)
    axes.set_title(panel.title)
    axes.set_ylabel(panel.unit)
    axes.set_xlabel("optimiser step")
    axes.set_xlim(first, last if last > first else first + 1)
    axes.set_ylim(low * panel.factor, high * panel.factor * (1 if panel.top else 1.05))
    axes.grid()
    if part > 1:
        axes.legend(fontsize=6, loc="best")


def _columns(points: Points, factor: float) -> tuple[list[float], list[float]]:
    return [step for step, _ in points], [value * factor for _, value in points]

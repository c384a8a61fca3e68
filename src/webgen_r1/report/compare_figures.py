"""The figures of a comparison, exported as SVG and PNG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from webgen_r1.evaluate.compare import Comparison
from webgen_r1.evaluate.results import RunResults
from webgen_r1.report.compare_charts import Lengths, group_rows, lengths, reach
from webgen_r1.report.compare_tables import shown_metrics
from webgen_r1.report.drawing import (
    INK,
    PALETTE,
    SOFT,
    intervals,
    label,
    new_figure,
    save_all,
    scale,
)
from webgen_r1.report.figures import FOLDER
from webgen_r1.report.metrics import BY_KEY, Metric
from webgen_r1.stats.estimate import Estimate

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_compare_figures(
    comparison: Comparison, runs: Sequence[RunResults], folder: Path
) -> list[Path]:
    """Write every figure into `folder`/figures. Raises DiskError."""
    metrics = shown_metrics(comparison)
    figures: dict[str, Callable[[], Figure]] = {}
    if metrics:
        figures["models"] = lambda: models_figure(comparison, metrics)
        for kind in ("scenarios", "applications"):
            if any(getattr(run.summary, kind) for run in runs):
                figures[kind] = _groups(comparison, runs, metrics, kind)
    if any(each.test.low is not None for each in comparison.differences):
        figures["differences"] = lambda: forest_figure(comparison)
    across, up = BY_KEY["aas"], BY_KEY["fsr" if _has(comparison, "fsr") else "vrr"]
    if _has(comparison, across.key) and _has(comparison, up.key):
        figures["scatter"] = lambda: plane_figure(comparison, across, up)
    known = lengths([model.name for model in comparison.models], runs)
    if known:
        figures["tokens"] = lambda: lengths_figure(known)
    return save_all(figures, folder / FOLDER)


def _has(comparison: Comparison, metric: str) -> bool:
    return any(model.estimates[metric].n for model in comparison.models)


def _groups(
    comparison: Comparison, runs: Sequence[RunResults], metrics: Sequence[Metric], kind: str
) -> Callable[[], Figure]:
    return lambda: groups_figure(comparison, runs, metrics, kind)


def models_figure(comparison: Comparison, metrics: Sequence[Metric]) -> Figure:
    """Model against model: one panel for each metric, intervals drawn, n at the right."""
    rows = len(comparison.models)
    figure = new_figure(1.6 + 1.7 * len(metrics), 0.75 + 0.27 * rows)
    panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    at = list(range(rows))
    for panel, metric in zip(panels, metrics, strict=True):
        found = [model.estimates[metric.key] for model in comparison.models]
        values = [(each.value or 0.0) * metric.factor for each in found]
        panel.barh(at, values, height=0.62, color=_colours(rows), alpha=0.55)
        intervals(panel, at, found, metric.factor)
        scale(panel, metric)
        for y, each in zip(at, found, strict=True):
            panel.annotate(
                f"n {each.n}",
                (1.01, y),
                xycoords=("axes fraction", "data"),
                va="center",
                color=SOFT,
                fontsize=6,
            )
        panel.spines["left"].set_visible(False)
    panels[0].set_yticks(at, [label(model.name) for model in comparison.models])
    panels[0].set_ylim(rows - 0.4, -0.6)
    return figure


def _colours(number: int) -> list[str]:
    return [PALETTE[n % len(PALETTE)] for n in range(number)]


def groups_figure(
    comparison: Comparison, runs: Sequence[RunResults], metrics: Sequence[Metric], kind: str
) -> Figure:
    """Every model's value in every group: dots with intervals."""
    names = dict.fromkeys(row.name for metric in metrics for row in group_rows(runs, metric, kind))
    at = {name: n for n, name in enumerate(names)}
    models = comparison.models
    step = 0.72 / len(models)
    figure = new_figure(
        2.0 + 1.8 * len(metrics), 1.0 + max(0.2, 0.085 * len(models)) * max(1, len(at))
    )
    panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    for panel, metric in zip(panels, metrics, strict=True):
        rows = group_rows(runs, metric, kind)
        for n, colour in enumerate(_colours(len(models))):
            found = [row.estimates[n] for row in rows]
            ys = [at[row.name] + (n - (len(models) - 1) / 2) * step for row in rows]
            intervals(panel, ys, found, metric.factor, {"ecolor": colour, "capsize": 0})
            shown = [
                (e.value * metric.factor, y)
                for e, y in zip(found, ys, strict=True)
                if e.value is not None
            ]
            if shown:
                panel.plot(*zip(*shown, strict=True), "o", color=colour, markersize=2.8)
        scale(panel, metric)
        panel.spines["left"].set_visible(False)
    sites = {row.name: row.n for row in group_rows(runs, BY_KEY["vrr"], kind)}
    names_n = [f"{label(name)} (n {sites.get(name, 0)})" for name in at]
    panels[0].set_yticks(list(at.values()), names_n)
    panels[0].set_ylim(len(at) - 0.4, -0.6)
    _legend(figure, comparison)
    return figure


def _legend(figure: Figure, comparison: Comparison, key: str = "", columns: int = 5) -> None:
    """Which colour is which model, with the n of the metric `key`."""
    from matplotlib.lines import Line2D

    handles = []
    for model, colour in zip(comparison.models, _colours(len(comparison.models)), strict=True):
        name = label(model.name) + (f" (n {model.estimates[key].n})" if key else "")
        handles.append(
            Line2D([], [], marker="o", linestyle="", color=colour, label=name, markersize=4)
        )
    figure.legend(
        handles=handles, loc="outside upper left", ncols=min(columns, len(handles)), fontsize=7
    )


def forest_figure(comparison: Comparison) -> Figure:
    """Paired differences from the baseline with their intervals; filled where significant."""
    metrics = list(dict.fromkeys(each.metric for each in comparison.differences))
    models = list(dict.fromkeys(each.model for each in comparison.differences))
    figure = new_figure(1.8 + 1.75 * len(metrics), 0.85 + 0.27 * len(models))
    panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    colours = {
        m.name: c for m, c in zip(comparison.models, _colours(len(comparison.models)), strict=True)
    }
    ends = reach(comparison)
    for panel, key in zip(panels, metrics, strict=True):
        metric = BY_KEY[key]
        panel.axvline(0, color=INK, linewidth=0.8)
        for y, name in enumerate(models):
            found = comparison.difference(key, name)
            if found is None or (difference := found.test.difference) is None:
                continue
            test = found.test
            intervals(
                panel,
                [y],
                [Estimate(value=difference, low=test.low, high=test.high, n=test.n)],
                metric.factor,
                {"ecolor": colours[name], "elinewidth": 1.2, "capsize": 0},
            )
            panel.plot(
                difference * metric.factor,
                y,
                "o",
                color=colours[name],
                markersize=4.5,
                markerfacecolor=colours[name] if found.stars else "white",
            )
            panel.annotate(
                f"{found.stars} n {test.n}".strip(),
                (1.01, y),
                xycoords=("axes fraction", "data"),
                va="center",
                color=SOFT,
                fontsize=6,
            )
        panel.set_xlabel(f"{metric.name} ({'points' if metric.top == 1 else 'grades'})")
        panel.set_xlim(-ends[key] * metric.factor, ends[key] * metric.factor)
        panel.grid(axis="x")
        panel.spines["left"].set_visible(False)
    panels[0].set_yticks(range(len(models)), [label(name) for name in models])
    panels[0].set_ylim(len(models) - 0.4, -0.6)
    figure.suptitle(
        f"Difference from {label(comparison.baseline)}",
        x=0.01,
        ha="left",
        fontsize=9,
        fontweight="bold",
    )
    return figure


def plane_figure(comparison: Comparison, across: Metric, up: Metric) -> Figure:
    """Models in the plane of two metrics, with both intervals."""
    figure = new_figure(3.6, 3.2)
    axes = figure.subplots()
    for model, colour in zip(comparison.models, _colours(len(comparison.models)), strict=True):
        x, y = model.estimates[across.key], model.estimates[up.key]
        if x.value is None or y.value is None:
            continue
        at = (x.value * across.factor, y.value * up.factor)
        for found, factor, flat in ((x, across.factor, True), (y, up.factor, False)):
            if found.low is not None and found.high is not None:
                ends = [found.low * factor, found.high * factor]
                line = (ends, [at[1]] * 2) if flat else ([at[0]] * 2, ends)
                axes.plot(*line, color=colour, linewidth=0.9, alpha=0.6)
        axes.plot(*at, "o", color=colour, markersize=5)
    axes.set_xlabel(f"{across.name} ({across.unit})")
    axes.set_ylabel(f"{up.name} ({up.unit})")
    axes.set_ylim(0, up.top * up.factor)
    axes.margins(x=0.1)
    axes.grid()
    _legend(figure, comparison, up.key, columns=2)
    return figure


def lengths_figure(known: Sequence[Lengths]) -> Figure:
    """Token lengths, model against model: 5 to 95 %, the middle half, the median."""
    figure = new_figure(4.8, 0.75 + 0.3 * len(known))
    axes = figure.subplots()
    for y, (each, colour) in enumerate(zip(known, _colours(len(known)), strict=True)):
        low, lower, middle, upper, high = each.at
        axes.plot([low, high], [y, y], color=colour, linewidth=1)
        axes.barh(y, upper - lower, left=lower, height=0.5, color=colour, alpha=0.5)
        axes.plot([middle, middle], [y - 0.3, y + 0.3], color=colour, linewidth=2)
    axes.set_yticks(range(len(known)), [f"{label(each.name)} (n {each.n})" for each in known])
    axes.set_ylim(len(known) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlabel("tokens of a completion: 5–95 %, middle half, median")
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    return figure

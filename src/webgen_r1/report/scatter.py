"""The scatter of a scorer against people, one dot per site, as SVG and PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, SOFT, LINE, DOT = "#1d2025", "#5d636d", "#e2e0d9", "#2f5d50"
SIZE_IN = (5.2, 4.4)
PNG_DPI = 200
DOT_AREA = 30
"""Of one site, in square points; sites with the same two numbers share a larger dot."""


@dataclass(frozen=True)
class Scatter:
    """What is drawn. `x` and `y` have one number per site; plain text everywhere."""

    title: str
    subtitle: str
    x: Sequence[float]
    y: Sequence[float]
    x_label: str
    y_label: str


def draw(scatter: Scatter) -> tuple[bytes, bytes]:
    """SVG and PNG. The same numbers give the same bytes; at least two sites."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # The salt makes identifiers of the SVG the same in every run; titles are never formulas.
    with matplotlib.rc_context({"svg.hashsalt": "webgen", "text.parse_math": False}):
        figure = Figure(figsize=SIZE_IN, layout="constrained", facecolor="white")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        _plot(axes, scatter)
        svg, png = io.BytesIO(), io.BytesIO()
        figure.savefig(svg, format="svg", metadata={"Date": None})
        figure.savefig(png, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return svg.getvalue(), png.getvalue()


def _plot(axes: Axes, scatter: Scatter) -> None:
    x, y = np.asarray(scatter.x, dtype=float), np.asarray(scatter.y, dtype=float)
    fit = fitted_line(x, y)
    if fit is not None:
        ends = np.array([x.min(), x.max()])
        axes.plot(ends, fit[0] * ends + fit[1], color=INK, linewidth=1.4, zorder=3)
    spots, counts = np.unique(np.stack([x, y]), axis=1, return_counts=True)
    alpha = 0.75 if len(x) <= 60 else 0.5
    dots = axes.scatter(spots[0], spots[1], s=DOT_AREA * counts, color=DOT, alpha=alpha, zorder=2)
    dots.set(edgecolor="white", linewidth=0.6, gid="sites")
    several = "\n(a larger dot is several sites)" if counts.max() > 1 else ""
    _dress(axes, scatter, scatter.x_label + several)


def _dress(axes: Axes, scatter: Scatter, x_label: str) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_title(scatter.title, loc="left", color=INK, fontsize=12, fontweight="bold", pad=22)
    axes.text(
        0, 1.03, scatter.subtitle, transform=axes.transAxes, color=SOFT, fontsize=9, va="bottom"
    )
    axes.set_xlabel(x_label, color=SOFT, fontsize=10)
    axes.set_ylabel(scatter.y_label, color=SOFT, fontsize=10)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.tick_params(colors=SOFT, labelsize=9, length=0)
    axes.grid(color=LINE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.margins(0.06)


def fitted_line(
    x: np.ndarray[tuple[int], np.dtype[np.float64]], y: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> tuple[float, float] | None:
    """Slope and intercept of least squares; None where all x are the same."""
    if np.ptp(x) == 0:
        return None
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    return slope, float(y.mean() - slope * x.mean())

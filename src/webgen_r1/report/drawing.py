"""How exported figures look, and how they are written: SVG for papers, PNG for slides.

Only the object interface of matplotlib is used, with settings that hold while a figure is
drawn, so nothing of the caller's changes. The same values give the same SVG.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from webgen_r1.errors import DiskError
from webgen_r1.report.metrics import Metric
from webgen_r1.stats.estimate import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#b5588f", "#b87c00", "#3d94c9", "#444444", "#7a5195")
"""Okabe and Ito's colours, told apart by colour-blind readers too; the light ones darker."""

INK, SOFT, RULE, BAR = "#1d2025", "#5d636d", "#d9d7d0", "#8fb8ab"
DPI = 200

_SETTINGS: Any = {  # matplotlib names its keys one by one in its types
    "svg.hashsalt": "webgen-r1",
    "svg.fonttype": "path",  # looks the same without our fonts
    "text.parse_math": False,  # a dollar in a model's name is a dollar
    "font.family": "DejaVu Sans",  # ships with matplotlib
    "font.size": 8,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelcolor": SOFT,
    "axes.edgecolor": RULE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
}


@contextmanager
def style() -> Iterator[None]:
    """Our settings, while figures are made and saved."""
    import matplotlib

    with matplotlib.rc_context(_SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a name in a script we have no font for
        yield


def new_figure(width: float, height: float) -> Figure:
    """Inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))


def save_all(figures: Mapping[str, Callable[[], Figure]], folder: Path) -> list[Path]:
    """Draw each and write `folder`/<name>.svg and .png. Raises DiskError."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with style():
            for name, draw in figures.items():
                figure = draw()
                vector, raster = folder / f"{name}.svg", folder / f"{name}.png"
                figure.savefig(vector, metadata={"Date": None, "Creator": None})
                figure.set_layout_engine("none")  # laid out once: half of the time
                figure.savefig(raster, dpi=DPI, metadata={"Software": None})
                written += [vector, raster]
    except OSError as error:
        raise DiskError(f"cannot write {folder}: {error.strerror}") from error
    return written


def label(text: str, limit: int = 34) -> str:
    """A name that fits beside a chart, on one line, printable."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def scale(axes: Axes, metric: Metric) -> None:
    """The x axis of a metric, whole, with its unit."""
    factor = metric.factor
    axes.set_xlim(0, metric.top * factor)
    axes.set_xticks([tick * factor for tick in metric.ticks])
    axes.set_xlabel(f"{metric.name} ({metric.unit})")
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)


def intervals(
    axes: Axes,
    at: Sequence[float],
    found: Sequence[Estimate],
    factor: float,
    look: Mapping[str, Any] | None = None,
) -> None:
    """Horizontal 95 % intervals around values at the heights `at`."""
    rows = [
        (y, one.value * factor, (one.value - one.low) * factor, (one.high - one.value) * factor)
        for y, one in zip(at, found, strict=True)
        if one.value is not None and one.low is not None and one.high is not None
    ]
    if not rows:
        return
    ys, values, below, above = zip(*rows, strict=True)
    spans = [[max(0.0, each) for each in side] for side in (below, above)]
    options = {"fmt": "none", "ecolor": INK, "elinewidth": 0.8, "capsize": 1.8, **(look or {})}
    axes.errorbar(values, ys, xerr=spans, **options)

"""What the curves of a training show, as values: page and figures draw the same.

Of one seed the values of each step are drawn thin and their moving mean bold; of several
seeds each one's moving mean thin and the mean of all bold.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from webgen_r1.learn.curve import RENDERED
from webgen_r1.learn.records import Curve

Points = tuple[tuple[float, float], ...]
"""(optimiser step, value), in order of the steps."""


@dataclass(frozen=True)
class Series:
    """One line. `look`: `thin`, `bold`, or `part` for one of several named lines."""

    name: str
    look: str
    points: Points


@dataclass(frozen=True)
class Panel:
    """One chart. `band` are lower and upper ends around the bold line."""

    key: str
    title: str
    says: str
    series: tuple[Series, ...]
    unit: str = ""
    factor: float = 1.0
    top: float | None = None
    """End of the scale, where it has one; in recorded values."""
    band: tuple[Points, Points] | None = None

    @property
    def named(self) -> tuple[Series, ...]:
        return tuple(each for each in self.series if each.look == "part")

    @property
    def limits(self) -> tuple[float, float, float, float]:
        """First and last step, least and largest value shown, in recorded values.

        The band does not lower the least: a reward of 0 less its deviation is no reward.
        """
        lines = [point for each in self.series for point in each.points]
        steps = [step for step, _ in lines]
        values = [value for _, value in lines]
        low = min(0.0, *values)
        above = self.band[1] if self.band else ()
        high = max([*values, *(value for _, value in above)]) if self.top is None else self.top
        return min(steps), max(steps), low, high if high > low else low + 1.0


@dataclass(frozen=True)
class _Kind:
    key: str
    title: str
    says: str
    unit: str = ""
    factor: float = 1.0
    top: float | None = None


PARTS = {
    "visual": ("appearance", 5.0),
    "functional": ("works", 1.0),
    "reasoning": ("reasoning", 1.0),
    "static": ("static rules", 1.0),
    "checks": ("interaction checks", 1.0),
}
"""Component of the reward -> its name, and the largest value that it can have."""

_KINDS = (
    _Kind("reward", "Reward", "mean of the scored completions"),
    _Kind(RENDERED, "Sites that render", "VRR of what is sampled in training", "%", 100, 1),
    _Kind("length", "Length", "tokens of a completion"),
    _Kind("entropy", "Entropy", "nats per token"),
    _Kind("kl", "KL", "to the policy that training began with"),
    _Kind("waiting", "Waiting", "share of a step spent waiting for rewards", "%", 100, 1),
)


def panels(curves: Sequence[Curve]) -> tuple[Panel, ...]:
    """Every chart of which something was measured, the reward first."""
    found = [panel for kind in _KINDS if (panel := _panel(kind, curves))]
    parts = _parts(curves)
    return (*found[:2], *((parts,) if parts else ()), *found[2:])


def _panel(kind: _Kind, curves: Sequence[Curve]) -> Panel | None:
    runs = [points for curve in curves if (points := _points(curve, kind.key))]
    if not runs:
        return None
    smooth = [moving_mean(points) for points in runs]
    several = len(runs) > 1
    thin = smooth if several else runs
    bold = mean_of(smooth)
    return Panel(
        key=kind.key,
        title=kind.title,
        says=kind.says,
        unit=kind.unit,
        factor=kind.factor,
        top=kind.top,
        series=(*(Series("", "thin", points) for points in thin), Series("mean", "bold", bold)),
        band=_band(curves[0], bold) if kind.key == "reward" and not several else None,
    )


def _band(curve: Curve, bold: Points) -> tuple[Points, Points] | None:
    """One standard deviation of the rewards around their moving mean."""
    spread = dict(moving_mean(_points(curve, "reward_std")))
    if not spread:
        return None
    known = [(step, value, spread[step]) for step, value in bold if step in spread]
    return (
        tuple((step, value - std) for step, value, std in known),
        tuple((step, value + std) for step, value, std in known),
    )


def _parts(curves: Sequence[Curve]) -> Panel | None:
    series = []
    for key, (name, top) in PARTS.items():
        runs = [points for curve in curves if (points := _points(curve, key))]
        if runs:
            mean = mean_of([moving_mean(points) for points in runs])
            series.append(Series(name, "part", tuple((step, v / top) for step, v in mean)))
    if not series:
        return None
    return Panel(
        key="components",
        title="Components of the reward",
        says="share of the largest possible, where the component was measured",
        series=tuple(series),
        unit="%",
        factor=100,
        top=1,
    )


def _points(curve: Curve, key: str) -> Points:
    values = curve.series.get(key, ())
    return tuple(
        (float(step), value)
        for step, value in zip(curve.steps, values, strict=False)
        if value is not None and math.isfinite(value)
    )


def moving_mean(points: Points) -> Points:
    """Each point the mean of those within a fortieth of the run to either side."""
    reach = len(points) // 40
    values = [value for _, value in points]
    return tuple(
        (step, fmean(values[max(0, n - reach) : n + reach + 1]))
        for n, (step, _) in enumerate(points)
    )


def mean_of(runs: Sequence[Points]) -> Points:
    """The mean over runs, at the steps that all have."""
    tables = [dict(points) for points in runs]
    common = set.intersection(*map(set, tables))
    return tuple((step, fmean(table[step] for table in tables)) for step in sorted(common))


# ── in a few numbers ────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Stretch:
    """Means over the first and the last tenth of the steps."""

    name: str
    unit: str
    first: float
    last: float
    highest: float


def stretches(shown: Sequence[Panel]) -> tuple[Stretch, ...]:
    """For a table: what the curves say to those who do not see them."""
    return tuple(
        _stretch(panel, series)
        for panel in shown
        for series in panel.series
        if series.look != "thin" and series.points
    )


def _stretch(panel: Panel, series: Series) -> Stretch:
    values = [value * panel.factor for _, value in series.points]
    tenth = max(1, len(values) // 10)
    name = panel.title if series.look == "bold" else f"{panel.title}: {series.name}"
    first, last = fmean(values[:tenth]), fmean(values[-tenth:])
    return Stretch(name, panel.unit, first, last, max(values))


# ── in words ────────────────────────────────────────────────────────────────────────


def number(value: float) -> str:
    """Short, with as many digits as it needs."""
    size = abs(value)
    if size >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}" if size >= 0.1 else f"{value:.2g}"


def phases(seconds: Mapping[str, float]) -> list[tuple[str, str]]:
    """Phase and its time, in words, the sum last."""
    names = {"before": "evaluate before", "train": "train", "during": "evaluate half-way"}
    rows = [(names.get(name, f"evaluate {name}"), clock(spent)) for name, spent in seconds.items()]
    return [*rows, ("in all", clock(sum(seconds.values())))]


def clock(seconds: float) -> str:
    """`42 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"

"""The curves of a training as shapes, for the small charts of its page."""

from __future__ import annotations

import math
from dataclasses import dataclass

from webgen_r1.report.learning_charts import Panel, Points, number, stretches

LEFT, RIGHT, TOP, BOTTOM = 40.0, 352.0, 10.0, 142.0
"""The plot within a view box of 360 x 176."""


@dataclass(frozen=True)
class Line:
    name: str
    look: str
    path: str


@dataclass(frozen=True)
class Tick:
    """`at` in the view box."""

    at: float
    text: str


@dataclass(frozen=True)
class Shape:
    """A panel drawn."""

    panel: Panel
    lines: tuple[Line, ...]
    band: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    label: str
    """The chart in words."""


def shape(panel: Panel) -> Shape:
    first, last, low, high = panel.limits
    span = last - first or 1.0

    def at(point: tuple[float, float]) -> str:
        x = LEFT + (point[0] - first) / span * (RIGHT - LEFT)
        share = min(1.0, max(0.0, (point[1] - low) / (high - low)))
        return f"{x:.1f} {BOTTOM - share * (BOTTOM - TOP):.1f}"

    def path(points: Points) -> str:
        return "M" + "L".join(map(at, points)) if points else ""

    band = ""
    if panel.band and all(panel.band):
        band = f"{path(panel.band[0])}L{'L'.join(at(p) for p in reversed(panel.band[1]))}Z"
    whole = [tick for tick in ticks(first, last) if tick == int(tick)]
    return Shape(
        panel=panel,
        lines=tuple(Line(each.name, each.look, path(each.points)) for each in panel.series),
        band=band,
        across=tuple(
            Tick(round(LEFT + (tick - first) / span * (RIGHT - LEFT), 1), f"{tick:,.0f}")
            for tick in whole
        ),
        up=tuple(
            Tick(
                round(BOTTOM - (tick / panel.factor - low) / (high - low) * (BOTTOM - TOP), 1),
                f"{number(tick)}{panel.unit and f' {panel.unit}'}",
            )
            for tick in ticks(low * panel.factor, high * panel.factor)
        ),
        label=_in_words(panel),
    )


def _in_words(panel: Panel) -> str:
    parts = [
        f"{each.name} from {number(each.first)} to {number(each.last)} {each.unit}".strip()
        for each in stretches([panel])
    ]
    return "; ".join(parts) + ", first and last tenth of the steps"


def ticks(low: float, high: float) -> list[float]:
    """Round values within [low, high], three to six."""
    step = _round_step((high - low) / 5)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-9))

"""What the figures of a sweep show, as values: the page and the exported files draw the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from webgen_r1.evaluate.compare import Difference
from webgen_r1.report.learning_tables import NAMES
from webgen_r1.report.metrics import Metric
from webgen_r1.stats.estimate import Estimate
from webgen_r1.sweep.plan import REFERENCE, short_keys, shown
from webgen_r1.sweep.records import CellRecord, SweepResult

BEFORE = "before training"
LEVELS = 9
"""Steps of the colours of a heat map."""

_DRAWN = ("vrr", "aas", "reward", "fsr_verified", "fsr")
_LISTED = (*_DRAWN, "ldpr")
_LEAST_SPAN = {"%": 0.2, "0–5": 1.0}
"""A heat map spans at least so much from its palest to its darkest: noise stays pale."""


@dataclass(frozen=True)
class Tile:
    """One cell of a heat map. `level` in [0, LEVELS), None where nothing is known."""

    name: str
    estimate: Estimate
    level: int | None
    own: bool
    """Whether it is the recipe as it is."""
    stars: str


@dataclass(frozen=True)
class HeatMap:
    """`tiles[row][column]`; rows are the values of the first key."""

    metric: Metric
    down: str
    across: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    tiles: tuple[tuple[Tile, ...], ...]


@dataclass(frozen=True)
class Point:
    """One value of a key, or one case; `seeds` has the value of each training."""

    name: str
    estimate: Estimate
    seeds: tuple[float, ...]
    own: bool
    stars: str


@dataclass(frozen=True)
class Series:
    """A metric over the values of one key, or over the cases."""

    metric: Metric
    key: str
    points: tuple[Point, ...]
    before: Estimate

    @property
    def top(self) -> float:
        """End of the scale, in recorded values: a reward may be above 5."""
        ends = (self.before, *(point.estimate for point in self.points))
        return max(self.metric.top, *(end.high for end in ends if end.high is not None), 0.0)


def heading(metric: Metric) -> str:
    """Name and unit; the end of the reward's scale is the recipe's."""
    return metric.name if metric.key == "reward" else f"{metric.name} ({metric.unit})"


def metrics(found: SweepResult) -> tuple[Metric, ...]:
    """All that were observed, for tables."""
    return tuple(
        NAMES[key]
        for key in _LISTED
        if key in found.before or any(key in cell.figures for cell in found.cells)
    )


def drawn(found: SweepResult) -> tuple[Metric, ...]:
    """Those of which there is a figure."""
    return tuple(metric for metric in metrics(found) if metric.key in _DRAWN)


def stars(found: SweepResult, metric: Metric, cell: str) -> str:
    each = difference(found, metric, cell)
    return each.stars if each else ""


def difference(found: SweepResult, metric: Metric, cell: str) -> Difference | None:
    """From the reference, None where it was not tested."""
    return next((d for d in found.differences if (d.metric, d.model) == (metric.key, cell)), None)


# ── two keys ────────────────────────────────────────────────────────────────────────


def heat_maps(found: SweepResult) -> tuple[HeatMap, ...]:
    """One for each drawn metric; none where the grid has not two keys."""
    if len(found.axes) != 2:
        return ()
    return tuple(_heat_map(found, metric) for metric in drawn(found))


def _heat_map(found: SweepResult, metric: Metric) -> HeatMap:
    down, across = found.axes
    short = short_keys([down.key, across.key])
    known = [e.value for e in _grid_estimates(found, metric) if e.value is not None]
    tiles = tuple(
        tuple(
            _tile(found, metric, _at(found, {down.key: row, across.key: column}), known)
            for column in across.values
        )
        for row in down.values
    )
    return HeatMap(
        metric=metric,
        down=short[down.key],
        across=short[across.key],
        rows=tuple(map(shown, down.values)),
        columns=tuple(map(shown, across.values)),
        tiles=tiles,
    )


def _at(found: SweepResult, place: dict[str, object]) -> CellRecord:
    return next(cell for cell in found.cells if cell.at == place)


def _grid_estimates(found: SweepResult, metric: Metric) -> list[Estimate]:
    return [_estimate(cell, metric) for cell in found.cells if cell.at is not None]


def _tile(found: SweepResult, metric: Metric, cell: CellRecord, known: Sequence[float]) -> Tile:
    estimate = _estimate(cell, metric)
    return Tile(
        name=cell.name,
        estimate=estimate,
        level=None if estimate.value is None else _level(metric, estimate.value, known),
        own=cell.name == REFERENCE,
        stars=stars(found, metric, cell.name),
    )


def _level(metric: Metric, value: float, known: Sequence[float]) -> int:
    span = max(max(known) - min(known), _LEAST_SPAN[metric.unit])
    return min(LEVELS - 1, int((value - min(known)) / span * LEVELS))


def _estimate(cell: CellRecord, metric: Metric) -> Estimate:
    return cell.figures.get(metric.key, Estimate())


# ── one key, and cases ──────────────────────────────────────────────────────────────


def lines(found: SweepResult) -> tuple[Series, ...]:
    """One for each drawn metric; none where the grid has not one key."""
    if len(found.axes) != 1:
        return ()
    axis = found.axes[0]
    cells = [(shown(value), _at(found, {axis.key: value})) for value in axis.values]
    return tuple(_series(found, metric, axis.key, cells) for metric in drawn(found))


def cases(found: SweepResult) -> tuple[Series, ...]:
    """One for each drawn metric, the reference first; none where there is no case beside it."""
    if len(found.cases) < 2:
        return ()
    called = {cell.case: cell for cell in found.cells if cell.case}
    cells = [(name, called[name]) for name in found.cases]
    return tuple(_series(found, metric, "", cells) for metric in drawn(found))


def _series(
    found: SweepResult, metric: Metric, key: str, cells: Sequence[tuple[str, CellRecord]]
) -> Series:
    return Series(
        metric=metric,
        key=key,
        points=tuple(
            Point(
                name=name,
                estimate=_estimate(cell, metric),
                seeds=_by_seed(found, metric, cell),
                own=cell.name == REFERENCE,
                stars=stars(found, metric, cell.name),
            )
            for name, cell in cells
        ),
        before=found.before.get(metric.key, Estimate()),
    )


def _by_seed(found: SweepResult, metric: Metric, cell: CellRecord) -> tuple[float, ...]:
    """Empty for one seed alone: it is the estimate."""
    values = (
        run.figures[metric.key].value
        for run in found.runs
        if run.cell == cell.name and metric.key in run.figures
    )
    known = tuple(value for value in values if value is not None)
    return known if len(known) > 1 else ()

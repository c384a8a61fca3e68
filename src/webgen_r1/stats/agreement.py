"""How well a scorer agrees with people about which sites are better.

Each measure is a function of counts (rows, sites), how often each site was drawn, so
that its interval is the bootstrap over sites of `stats.resample`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.resample import (
    LEVEL,
    RESAMPLES,
    Floats,
    Statistic,
    interval,
    ratio,
    without_spread,
)
from webgen_r1.types import Frozen

MIN_SITES = 3
"""Of fewer sites a correlation says nothing: it is 1, -1 or undefined."""
FEW_SITES = 5
"""Resamples of fewer sites are mostly of one or two, and so look certain."""


class Agreement(Frozen):
    """A scorer against people. An estimate is empty where it is undefined."""

    n: int = 0
    pearson: Estimate = Estimate()
    spearman: Estimate = Estimate()
    pairwise: Estimate = Estimate()
    """Share of the pairs of sites that people do not rate alike which the scorer orders as
    they do; a pair that the scorer ties counts half. 0.5 is chance."""


def agreement(
    scores: Sequence[float],
    people: Sequence[float],
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Agreement:
    """Compare two numbers per site, in the same order.

    Raises ValueError for lengths that differ or numbers that are not finite.
    """
    x, y = np.asarray(scores, dtype=np.float64), np.asarray(people, dtype=np.float64)
    if x.shape != y.shape or not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("scores and ratings must be finite, one of each per site")

    def measure(statistic: Statistic, bounds: tuple[float, float]) -> Estimate:
        return estimate(
            statistic, len(x), bounds=bounds, level=level, resamples=resamples, seed=seed
        )

    return Agreement(
        n=len(x),
        pearson=measure(pearson(x, y), (-1.0, 1.0)),
        spearman=measure(spearman(x, y), (-1.0, 1.0)),
        pairwise=measure(pairwise(x, y), (0.0, 1.0)),
    )


def estimate(
    statistic: Statistic,
    units: int,
    *,
    bounds: tuple[float, float],
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """A statistic of units and pairs of units with its interval; empty where undefined."""
    if units < MIN_SITES:
        return Estimate()
    value = float(statistic(np.ones((1, units)))[0])
    if not np.isfinite(value):
        return Estimate()
    low, high = without_spread(value, units, bounds, level=level, degree=2)
    if units >= FEW_SITES:
        low, high = interval(
            statistic, units, level=level, resamples=resamples, seed=seed, bounds=bounds
        ) or (low, high)
    return Estimate(value=value, low=low, high=high, n=units)


# ── measures ────────────────────────────────────────────────────────────────────────


def pearson(x: Floats, y: Floats) -> Statistic:
    """The product-moment correlation of x and y, each (sites,)."""

    def statistic(drawn: Floats) -> Floats:
        return _correlation(np.broadcast_to(x, drawn.shape), np.broadcast_to(y, drawn.shape), drawn)

    return statistic


def spearman(x: Floats, y: Floats) -> Statistic:
    """The rank correlation of x and y, each (sites,): ties share their mean rank."""
    below_x, below_y = _below(x), _below(y)

    def statistic(drawn: Floats) -> Floats:
        # Sites drawn twice tie with themselves, so ranks are of the resample, not of the sample.
        return _correlation(drawn @ below_x, drawn @ below_y, drawn)

    return statistic


def pairwise(x: Floats, y: Floats) -> Statistic:
    """Share of pairs that y orders which x orders alike, ties of x counted as half."""
    order_x, order_y = _order(x), _order(y)
    counts = np.abs(order_y)
    alike = counts * (1 + order_x * order_y) / 2

    def statistic(drawn: Floats) -> Floats:
        pairs = ((drawn @ counts) * drawn).sum(axis=1)
        agreed = ((drawn @ alike) * drawn).sum(axis=1)
        return ratio(agreed, pairs)

    return statistic


def _correlation(x: Floats, y: Floats, drawn: Floats) -> Floats:
    """Pearson's correlation row by row (rows, sites), sites counted as often as drawn."""
    total = np.maximum(drawn.sum(axis=1, keepdims=True), 1)  # of none drawn: no spread below
    x = _snap(x - (x * drawn).sum(axis=1, keepdims=True) / total, x)
    y = _snap(y - (y * drawn).sum(axis=1, keepdims=True) / total, y)
    xy = (drawn * x * y).sum(axis=1)
    correlation: Floats = np.clip(xy / np.sqrt(_spread(x, drawn) * _spread(y, drawn)), -1.0, 1.0)
    return correlation


def _snap(centred: Floats, values: Floats) -> Floats:
    """`centred` with 0 for what is only rounding, so that a constant has no spread."""
    return np.where(np.abs(centred) > 1e-12 * np.abs(values).max(), centred, 0.0)


def _spread(centred: Floats, drawn: Floats) -> Floats:
    squares: Floats = (drawn * centred * centred).sum(axis=1)
    return np.where(squares > 0, squares, np.nan)


def _below(values: Floats) -> Floats:
    """(sites, sites): 1 where the row's value is below the column's, 1/2 where they tie."""
    return (1 - _order(values)) / 2


def _order(values: Floats) -> Floats:
    """(sites, sites): 1 where the row's value is above the column's, -1 below, 0 tied."""
    order: Floats = np.sign(values[:, None] - values[None, :])
    return order

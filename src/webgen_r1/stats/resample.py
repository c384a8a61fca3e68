"""The bootstrap that every interval of this package is made with.

A sample is a number of units (clusters, sites) that are resampled whole. A resample is a
row of counts, how often each unit was drawn, and a statistic is a function of such rows,
so that ten thousand resamples are a few matrix products.

Intervals are BCa (Efron 1987, *Better bootstrap confidence intervals*), taken at the
level that makes up for the bootstrap's narrowness in small samples (the "expanded"
interval of Hesterberg 2015, *What teachers should know about the bootstrap*). In the
simulations of `benchmarks/intervals.py`, with 101 sites and a true rate of 95 %, the plain
percentile interval holds the truth in 88 % of cases and this one in 97 %.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""Counts (rows, units) in, one value per row out; NaN where it is undefined."""

LEVEL = 0.95
RESAMPLES = 10_000
FEW = 8
_CHUNK = 2**20
"""Counts held in memory at a time."""


def interval(
    statistic: Statistic,
    units: int,
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
    bounds: tuple[float, float] | None = None,
) -> tuple[float, float] | None:
    """The BCa interval of `statistic`; None where resamples say nothing about it.

    That is where it is undefined, for the sample or for most resamples, or the same in all.
    Fewer than eight units have too few different resamples: the interval is then at least
    that of Student's t with the jackknife's standard error, within `bounds`.
    """
    value = float(statistic(np.ones((1, units)))[0])
    found = np.concatenate([statistic(rows) for rows in _draws(units, resamples, seed)])
    found = found[np.isfinite(found)]
    if not np.isfinite(value) or found.size * 2 < resamples:
        return None
    if np.ptp(found) <= 1e-12 * max(1.0, abs(value)):
        return None
    left_out = np.concatenate([statistic(rows) for rows in _all_but_one(units)])
    shares = _bca_shares(found, value, left_out, _expanded_tail(level, units))
    low, high = np.quantile(found, shares)
    if units < FEW:
        reach = _student_reach(left_out, level)
        low, high = min(low, value - reach), max(high, value + reach)
        if bounds is not None:
            low, high = max(low, bounds[0]), min(high, bounds[1])
    # A skewed statistic of few units can lie outside its own quantiles.
    return min(float(low), value), max(float(high), value)


def without_spread(
    value: float,
    units: int,
    bounds: tuple[float, float],
    *,
    level: float = LEVEL,
    degree: int = 1,
) -> tuple[float, float]:
    """An interval where all units agree, so that a bootstrap would claim certainty.

    With `units` all alike, at most a share s = 1 - (alpha/2)^(1/units) of the population
    is otherwise (Clopper and Pearson 1934), and could be anywhere within `bounds`. For 0/1
    values this is their exact interval. `degree` is how many units one term of the
    statistic involves: 2 for statistics of pairs.
    """
    alike = ((1 - level) / 2) ** (1 / units)
    other = 1 - alike**degree
    low, high = bounds
    return value - other * max(0.0, value - low), value + other * max(0.0, high - value)


def known_bounds(values: Floats) -> tuple[float, float] | None:
    """(0, 1) where all values lie there, as rates do; None: nothing known."""
    return (0.0, 1.0) if values.min() >= 0 and values.max() <= 1 else None


def ratio(top: Floats, bottom: Floats) -> Floats:
    """`top` / `bottom`, both (rows,); NaN, which is undefined, where `bottom` is 0."""
    parts: Floats = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    return parts


# ── resamples ───────────────────────────────────────────────────────────────────────


def _draws(units: int, resamples: int, seed: int) -> Iterator[Floats]:
    random = np.random.default_rng(seed)
    for rows in chunks(resamples, units):
        drawn = random.integers(0, units, (rows, units))
        drawn += np.arange(rows)[:, None] * units
        counts = np.bincount(drawn.ravel(), minlength=rows * units)
        yield counts.reshape(rows, units).astype(np.float64)


def _all_but_one(units: int) -> Iterator[Floats]:
    start = 0
    for rows in chunks(units, units):
        counts = np.ones((rows, units))
        counts[np.arange(rows), np.arange(start, start + rows)] = 0
        start += rows
        yield counts


def chunks(rows: int, units: int) -> Iterator[int]:
    """How many of `rows` to hold in memory at a time, for rows of `units` numbers."""
    most = max(1, _CHUNK // units)
    for start in range(0, rows, most):
        yield min(most, rows - start)


# ── where the interval ends ─────────────────────────────────────────────────────────


def _expanded_tail(level: float, units: int) -> float:
    """Share to cut off at either end: that of Student's t, scaled to the bootstrap's spread."""
    from scipy.special import ndtr, stdtrit

    tail = (1 - level) / 2
    if units < 2:
        return tail
    expanded = float(ndtr(np.sqrt(units / (units - 1)) * stdtrit(units - 1, tail)))
    return max(expanded, 1e-9)  # of two units nothing is left to cut off


def _student_reach(left_out: Floats, level: float) -> float:
    """Half the width of the t interval; infinite where a unit less leaves nothing defined."""
    from scipy.special import stdtrit

    units = len(left_out)
    if not np.isfinite(left_out).all():
        return np.inf
    error = np.sqrt((units - 1) / units * ((left_out - left_out.mean()) ** 2).sum())
    return float(-stdtrit(units - 1, (1 - level) / 2) * error)


def _bca_shares(found: Floats, value: float, left_out: Floats, tail: float) -> Floats:
    """The quantiles (2,) of `found` that correct its bias and skew; without, `tail` and 1 - it."""
    from scipy.special import ndtr, ndtri

    slack = 1e-12 * max(1.0, abs(value))
    below = ((found < value - slack).mean() + (found <= value + slack).mean()) / 2
    if not 0 < below < 1:
        return np.array([tail, 1 - tail])
    bias = ndtri(below)
    defined = left_out[np.isfinite(left_out)]
    influence = (defined.mean() if defined.size else 0.0) - defined
    spread = float((influence**2).sum() ** 1.5)
    skew = float((influence**3).sum()) / (6 * spread) if spread > 0 else 0.0
    ends = bias + ndtri(np.array([tail, 1 - tail]))
    shares: Floats = ndtr(bias + ends / np.maximum(1 - skew * ends, 1e-9))
    return shares

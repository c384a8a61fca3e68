"""The interval of a mean whose values come in clusters."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np

from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.resample import (
    LEVEL,
    RESAMPLES,
    Floats,
    interval,
    known_bounds,
    without_spread,
)


def mean_interval(
    values: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
    bounds: tuple[float, float] | None = None,
) -> Estimate:
    """The mean of all `values`, with an interval from resampling whole `clusters`.

    `clusters` names the cluster of each value (the instruction it belongs to); without,
    each value is its own. The mean of a resample is the sum of its values over their
    number, so that clusters weigh as many values as they have.

    `bounds` is the range possible, (0, 1) where it is not given and no value lies
    outside. It is what the interval falls back to: where all values are alike it is
    Clopper and Pearson's for as many trials as there are clusters, and one cluster alone
    says almost nothing. Where no range is known, the interval is then that of the values.

    The order of values, of clusters and their names change nothing. Raises ValueError for
    a value that is not finite.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if not numbers.size:
        return Estimate()
    if not np.isfinite(numbers).all():
        raise ValueError("a mean of values that are not finite")
    value = math.fsum(numbers) / numbers.size
    sums, counts = _per_cluster(numbers, clusters)
    bounds = bounds or known_bounds(numbers)
    found = interval(
        lambda drawn: (drawn @ sums) / (drawn @ counts),
        len(sums),
        level=level,
        resamples=resamples,
        seed=seed,
        bounds=bounds,
    )
    if found is None:
        found = _fall_back(value, numbers, len(sums), bounds, level)
    return Estimate(value=value, low=found[0], high=found[1], n=numbers.size)


def _per_cluster(numbers: Floats, clusters: Sequence[Hashable] | None) -> tuple[Floats, Floats]:
    """Sum and number of the values of each cluster, in an order that depends on them alone."""
    if clusters is None:
        return np.sort(numbers), np.ones(numbers.size)
    members: dict[Hashable, list[float]] = defaultdict(list)
    for cluster, number in zip(clusters, numbers, strict=True):
        members[cluster].append(float(number))
    rows = sorted((len(each), math.fsum(each)) for each in members.values())
    counts, sums = np.array(rows, dtype=np.float64).T
    return sums, counts


def _fall_back(
    value: float,
    numbers: Floats,
    clusters: int,
    bounds: tuple[float, float] | None,
    level: float,
) -> tuple[float, float]:
    if bounds is None:
        return float(numbers.min()), float(numbers.max())
    return without_spread(value, clusters, bounds, level=level)

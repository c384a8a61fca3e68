"""How well raters agree with each other about the same units, some ratings missing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from webgen_r1.stats.agreement import MIN_SITES, estimate, spearman
from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.resample import LEVEL, RESAMPLES, Floats, Statistic, ratio

Metric = Literal["nominal", "ordinal", "interval"]

Ratings = Sequence[Sequence[float | None]]
"""One row per rater, one column per unit; None where a rater did not rate."""


def krippendorff_alpha(
    ratings: Ratings,
    metric: Metric = "interval",
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Krippendorff's alpha: 1 for raters who agree, 0 for raters who might as well guess.

    Krippendorff 2011, *Computing Krippendorff's Alpha-Reliability*, with a bootstrap over
    units. Units with fewer than two ratings say nothing about agreement and are left out:
    `n` is the number of the others. Empty where alpha is undefined: fewer than three units,
    or all ratings alike.
    """
    table = _table(ratings)
    table = table[:, np.isfinite(table).sum(axis=0) >= 2]
    values = np.unique(table[np.isfinite(table)])
    # (units, values): how often each value was given to each unit
    given = (table.T[:, :, None] == values).sum(axis=1).astype(np.float64)
    return estimate(
        _alpha(given, values, metric),
        len(given),
        bounds=(-1.0, 1.0),
        level=level,
        resamples=resamples,
        seed=seed,
    )


def mean_pairwise_spearman(
    ratings: Ratings,
    *,
    level: float = LEVEL,
    resamples: int = 2_000,
    seed: int = 0,
) -> Estimate:
    """Mean rank correlation over the pairs of raters with three units or more in common.

    Pairs of whom one rated all their common units alike have none and do not count. The
    interval is from resampling units; `n` is the number of units of which a pair was used.
    """
    table = _table(ratings)
    known = np.isfinite(table)
    pairs = [
        (one, other)
        for one, other in combinations(range(len(table)), 2)
        if (known[one] & known[other]).sum() >= MIN_SITES
    ]
    used = np.zeros(table.shape[1], dtype=bool)
    for one, other in pairs:
        used |= known[one] & known[other]
    parts: list[tuple[NDArray[np.intp], Statistic]] = []
    for one, other in pairs:
        common = np.flatnonzero(known[one, used] & known[other, used])
        parts.append((common, spearman(table[one, used][common], table[other, used][common])))

    def statistic(drawn: Floats) -> Floats:
        each = [part(drawn[:, common]) for common, part in parts]
        return _mean_of_defined(np.stack(each)) if each else np.full(len(drawn), np.nan)

    return estimate(
        statistic,
        int(used.sum()),
        bounds=(-1.0, 1.0),
        level=level,
        resamples=resamples,
        seed=seed,
    )


# ── inside ──────────────────────────────────────────────────────────────────────────


def _table(ratings: Ratings) -> Floats:
    """(raters, units), NaN where a rating is missing."""
    rows = [[np.nan if rating is None else rating for rating in row] for row in ratings]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(rows[0]) if rows else 0)


def _alpha(given: Floats, values: Floats, metric: Metric) -> Statistic:
    """1 - observed over expected disagreement, from how often `values` (v,) were `given` (u, v)."""
    raters = given.sum(axis=1)

    def statistic(drawn: Floats) -> Floats:
        totals = drawn @ given  # (rows, values)
        within = _disagreement(given, values, totals, metric)  # (rows, units)
        observed = (drawn * within / (raters - 1)).sum(axis=1)
        expected = _expected(totals, values, metric) / (totals.sum(axis=1) - 1)
        return 1 - ratio(observed, expected)

    return statistic


def _disagreement(given: Floats, values: Floats, totals: Floats, metric: Metric) -> Floats:
    """Squared differences summed over the ordered pairs of ratings within each unit."""
    raters = given.sum(axis=1)
    if metric == "nominal":
        return np.broadcast_to(raters**2 - (given**2).sum(axis=1), (len(totals), len(raters)))
    place = _places(values, totals, metric)
    squares: Floats = 2 * (raters * (place**2 @ given.T) - (place @ given.T) ** 2)
    return squares


def _expected(totals: Floats, values: Floats, metric: Metric) -> Floats:
    """The same over the ordered pairs of all ratings, whatever their unit."""
    n: Floats = totals.sum(axis=1)
    if metric == "nominal":
        unlike: Floats = n**2 - (totals**2).sum(axis=1)
        return unlike
    place = _places(values, totals, metric)
    squares: Floats = 2 * (n * (totals * place**2).sum(axis=1) - (totals * place).sum(axis=1) ** 2)
    # Where all ratings drawn are alike, what is left is rounding.
    return np.where(squares > 1e-9 * n, squares, 0.0)


def _places(values: Floats, totals: Floats, metric: Metric) -> Floats:
    """Where each value lies (rows, values), in any unit: at itself, or at its mean rank.

    Krippendorff's ordinal difference of two values is the number of ratings from one to
    the other, less half of those at either end: the distance between their mean ranks.
    """
    if metric == "interval":
        centred = values - values.mean()
        return np.broadcast_to(centred / (np.abs(centred).max() or 1.0), totals.shape)
    ranks: Floats = np.cumsum(totals, axis=1) - totals / 2
    return ranks


def _mean_of_defined(each: Floats) -> Floats:
    """Mean over the first axis of what is not NaN; NaN where nothing is."""
    defined = np.isfinite(each)
    total: Floats = np.where(defined, each, 0.0).sum(axis=0)
    number: Floats = defined.sum(axis=0, dtype=np.float64)
    return ratio(total, number)

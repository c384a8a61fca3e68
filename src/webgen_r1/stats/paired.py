"""Whether b is better than a on the same instructions, or only luckier."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from webgen_r1.stats.resample import (
    LEVEL,
    RESAMPLES,
    Floats,
    chunks,
    interval,
    known_bounds,
    without_spread,
)
from webgen_r1.types import Frozen

SIGNIFICANT = 0.05
POWER = 0.8
EXACT_UP_TO = 16
"""Differences other than 0 up to which every assignment of signs is tried."""

Key = TypeVar("Key", bound=Hashable)


class PairedTest(Frozen):
    """`difference` is the mean of b - a over the `n` keys that both have.

    All numbers are None where nothing is common to both. `detectable` is the smallest true
    difference that a sample like this one finds significant (5 %, two-sided) in 80 % of
    cases; None where the differences do not vary and so say nothing about it.
    """

    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    n: int = 0
    left_out: int = 0
    """Keys that only one of the two has."""
    detectable: float | None = None
    note: str = ""
    """What to be wary of, in one sentence; empty where nothing is."""


def paired_test(
    a: Mapping[Key, float],
    b: Mapping[Key, float],
    *,
    seed: int = 0,
    weights: Mapping[Key, float] | None = None,
    bounds: tuple[float, float] | None = None,
    unit: str = "instruction",
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    permutations: int = RESAMPLES,
) -> PairedTest:
    """Compare `a` with `b`, key by key: one value each, several samples averaged by the caller.

    `weights` is what each key counts, for a rate over cases their number, so that the
    difference is the difference of the two rates; 1 without. `bounds` is the range
    possible of the values, as in `mean_interval`. The p-value is of a sign-flip
    permutation test: exact for up to 16 differences other than 0, else from
    `permutations` random ones, those counted with the observed (Phipson and Smyth 2010).
    Raises ValueError for a value that is not finite or a weight that is not above 0.
    """
    keys = sorted(a.keys() & b.keys(), key=str)
    left_out = len(a.keys() ^ b.keys())
    if not keys:
        return PairedTest(left_out=left_out, note=f"no {unit} is common to both")
    before, after = (np.array([side[key] for key in keys], dtype=np.float64) for side in (a, b))
    weight = np.array([weights[key] if weights else 1.0 for key in keys], dtype=np.float64)
    if not (np.isfinite(before).all() and np.isfinite(after).all() and (weight > 0).all()):
        raise ValueError("values must be finite and weights above 0")
    change = after - before
    difference = math.fsum(change * weight) / math.fsum(weight)
    bounds = bounds or known_bounds(np.concatenate([before, after]))
    reach = (bounds[0] - bounds[1], bounds[1] - bounds[0]) if bounds else None
    found = interval(
        lambda drawn: (drawn @ (change * weight)) / (drawn @ weight),
        len(keys),
        level=level,
        resamples=resamples,
        seed=seed,
        bounds=reach,
    )
    if found is None:
        possible = reach or (difference, difference)
        found = without_spread(difference, len(keys), possible, level=level)
    p_value = sign_flip_p(change * weight, permutations=permutations, seed=seed)
    detectable = _detectable(change, weight, difference)
    return PairedTest(
        difference=difference,
        low=found[0],
        high=found[1],
        p_value=p_value,
        n=len(keys),
        left_out=left_out,
        detectable=detectable,
        note=_note(difference, p_value, len(keys), detectable, unit),
    )


def sign_flip_p(differences: Floats, *, permutations: int = RESAMPLES, seed: int = 0) -> float:
    """Two-sided p-value of the sum of `differences` (n,) if each could as well be its opposite."""
    moving = differences[differences != 0]  # the sign of 0 changes no sum
    observed = abs(math.fsum(moving)) * (1 - 1e-12) - 1e-15
    if len(moving) <= EXACT_UP_TO:
        sums = _all_signs(len(moving)) @ moving
        return float((np.abs(sums) >= observed).mean())
    random = np.random.default_rng(seed)
    as_far = sum(
        int(
            (
                np.abs((random.integers(0, 2, (rows, len(moving))) * 2 - 1) @ moving) >= observed
            ).sum()
        )
        for rows in chunks(permutations, len(moving))
    )
    return (as_far + 1) / (permutations + 1)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust p-values for their number (Holm 1979): each compares with the same 5 % as alone.

    None is a comparison that could not be made, and does not count.
    """
    known = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, index) in enumerate(known):
        largest = max(largest, min(1.0, p * (len(known) - rank)))
        adjusted[index] = largest
    return adjusted


def _all_signs(n: int) -> Floats:
    """Every assignment of signs (2^n, n)."""
    bits = np.arange(2**n)[:, None] >> np.arange(n)
    return np.where(bits & 1, 1.0, -1.0)


def _detectable(change: Floats, weight: Floats, difference: float) -> float | None:
    """By the normal approximation, from the spread of the differences seen."""
    from scipy.special import ndtri

    n = len(change)
    if n < 2:
        return None
    squares = math.fsum((weight * (change - difference)) ** 2)
    error = math.sqrt(squares * n / (n - 1)) / math.fsum(weight)
    if error <= 1e-12:
        return None
    return float(ndtri(1 - SIGNIFICANT / 2) + ndtri(POWER)) * error


def _note(difference: float, p_value: float, n: int, detectable: float | None, unit: str) -> str:
    units = f"{n} {unit}{'' if n == 1 else 's'}"
    if 2 / 2**n > SIGNIFICANT:
        return f"with {units} no difference, however large, can be told from chance"
    if detectable is None or p_value < SIGNIFICANT or abs(difference) >= detectable:
        return ""
    return f"with {units} a difference below {detectable:.2g} cannot be told from chance"

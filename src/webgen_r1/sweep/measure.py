"""From evaluated runs to the figures of a cell, and what it differs in from the reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webgen_r1.evaluate.compare import PERMUTATIONS, Difference
from webgen_r1.evaluate.results import RunResults
from webgen_r1.learn.numbers import bounds_of, observed
from webgen_r1.stats.bootstrap import mean_interval
from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.paired import holm, paired_test

Pooled = Mapping[str, Mapping[str, Sequence[float]]]
"""Metric -> instruction -> what was observed of it in all trainings of a cell."""


def pool(runs: Sequence[RunResults]) -> Pooled:
    """Metrics without an observation are left out."""
    pooled: dict[str, dict[str, list[float]]] = {}
    for run in runs:
        for metric, found in observed(run).items():
            for instruction, values in found.items():
                pooled.setdefault(metric, {}).setdefault(instruction, []).extend(values)
    return pooled


def figures(pooled: Pooled, seed: int = 0) -> dict[str, Estimate]:
    """Every metric with an interval that resamples instructions."""
    return {
        metric: mean_interval(
            [value for values in found.values() for value in values],
            [instruction for instruction, values in found.items() for _ in values],
            seed=seed,
            bounds=bounds_of(metric),
        )
        for metric, found in pooled.items()
    }


def differences(
    cells: Mapping[str, Pooled], reference: str, seed: int = 0
) -> tuple[Difference, ...]:
    """What every cell has more than the reference, paired by instruction; p adjusted (Holm)."""
    base = cells[reference]
    found = [
        Difference(
            metric=metric,
            model=name,
            test=paired_test(
                _means(base[metric]),
                _means(mine[metric]),
                seed=seed,
                weights=_weights(base[metric], mine[metric]),
                bounds=bounds_of(metric),
                permutations=PERMUTATIONS,
            ),
        )
        for name, mine in cells.items()
        if name != reference
        for metric in base
        if metric in mine
    ]
    adjusted = holm([each.test.p_value for each in found])
    return tuple(
        each.model_copy(update={"p_holm": p}) for each, p in zip(found, adjusted, strict=True)
    )


def _means(values: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {id: sum(each) / len(each) for id, each in values.items()}


def _weights(
    before: Mapping[str, Sequence[float]], after: Mapping[str, Sequence[float]]
) -> dict[str, float]:
    """An instruction weighs what it was observed of, so that the difference is of the means."""
    return {id: float(max(len(before[id]), len(after[id]))) for id in before.keys() & after}

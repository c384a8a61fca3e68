"""What the figures of a comparison show, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from webgen_r1.evaluate.compare import Comparison
from webgen_r1.evaluate.results import RunResults
from webgen_r1.report.metrics import BY_KEY, Metric
from webgen_r1.stats.estimate import Estimate

_ENOUGH = 6
"""Pairs below which no difference can be significant at 5 %."""


@dataclass(frozen=True)
class GroupRow:
    """One scenario or application type, with an estimate of each model in order."""

    name: str
    estimates: tuple[Estimate, ...]

    @property
    def best(self) -> float | None:
        return max((each.value for each in self.estimates if each.value is not None), default=None)

    @property
    def n(self) -> int:
        """Observations of the model that has most."""
        return max(each.n for each in self.estimates)


@dataclass(frozen=True)
class Lengths:
    """Lengths of a model's completions in tokens: quantiles at 5, 25, 50, 75 and 95 %."""

    name: str
    at: tuple[float, float, float, float, float]
    n: int


def group_rows(runs: Sequence[RunResults], metric: Metric, kind: str) -> tuple[GroupRow, ...]:
    """`kind`: `scenarios` or `applications` of the summaries; rows that any model has."""
    tables = [getattr(run.summary, kind) for run in runs]
    names = dict.fromkeys(name for table in tables for name in table)
    rows = (
        GroupRow(name, tuple(table.get(name, {}).get(metric.key, Estimate()) for table in tables))
        for name in names
    )
    return tuple(row for row in rows if any(each.n for each in row.estimates))


def lengths(names: Sequence[str], runs: Sequence[RunResults]) -> tuple[Lengths, ...]:
    """Of the models whose lengths are known."""
    found = []
    for name, run in zip(names, runs, strict=True):
        tokens = [site.sample.tokens for site in run.sites if site.sample.tokens is not None]
        if tokens:
            cuts = quantiles([*tokens, *tokens], n=20, method="inclusive")
            found.append(
                Lengths(name, (cuts[0], cuts[4], cuts[9], cuts[14], cuts[18]), len(tokens))
            )
    return tuple(found)


def reach(comparison: Comparison) -> dict[str, float]:
    """How far each metric's axis goes to either side; rates share one, what sticks out is cut.

    The interval of very few sites spans the whole scale and would flatten all others.
    """
    found: dict[bool, float] = {}
    for each in comparison.differences:
        ends = (each.test.low, each.test.high) if each.test.n >= _ENOUGH else ()
        rate = BY_KEY[each.metric].top == 1
        known = (abs(end) for end in (*ends, each.test.difference) if end is not None)
        found[rate] = max(found.get(rate, 0.0), *known, 0.0)
    return {key: (found.get(metric.top == 1) or 1.0) * 1.08 for key, metric in BY_KEY.items()}

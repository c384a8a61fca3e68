"""Before and after training in numbers: over instructions, and over seeds where there are several.

The interval over both is the one over instructions and the one over seeds, their reaches added
as independent errors are. What varies with both at once is counted in either, so it is rather
too wide; of two or three seeds little is known, and it says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import hypot

from webgen_r1.evaluate.compare import PERMUTATIONS, by_instruction
from webgen_r1.evaluate.results import RunResults
from webgen_r1.evaluate.summary import GRADE, METRICS, RATE
from webgen_r1.learn.records import Change
from webgen_r1.stats.bootstrap import mean_interval
from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.paired import PairedTest, holm, paired_test

ORDER = ("reward", "vrr", "aas", "ldpr", "fsr_verified", "fsr")

Observed = Mapping[str, Sequence[float]]
"""Instruction -> what was observed of it."""
Observations = Mapping[str, Observed]
"""Metric -> that; every metric of `ORDER`."""
Bounds = tuple[float, float] | None


def changes(
    before: Observations, afters: Sequence[Observations], seed: int = 0
) -> tuple[Change, ...]:
    """Every metric that was observed before or after, adjusted for their number (Holm)."""
    found = [
        _change(metric, before[metric], [each[metric] for each in afters], seed)
        for metric in ORDER
        if before[metric] or any(each[metric] for each in afters)
    ]
    adjusted = holm([change.test.p_value for change in found])
    return tuple(
        change.model_copy(update={"p_holm": p}) for change, p in zip(found, adjusted, strict=True)
    )


def observed(run: RunResults) -> Observations:
    """Metric -> instruction -> values; an instruction without a completion is a failure."""
    rewards: dict[str, list[float]] = defaultdict(list)
    for site in run.sites:
        if site.trace is not None and site.trace.reward is not None:
            rewards[site.item.id].append(site.trace.reward)
    for id in run.missing:
        rewards[id].append(0.0)
    measured = by_instruction(run)
    return {"reward": rewards, **{metric: measured[metric] for metric in METRICS}}


def bounds_of(metric: str) -> Bounds:
    """Between what a mean of the metric lies; None for the reward, which has no bounds."""
    return None if metric == "reward" else GRADE if metric == "aas" else RATE


def _change(metric: str, before: Observed, afters: Sequence[Observed], seed: int) -> Change:
    bounds = bounds_of(metric)
    return Change(
        metric=metric,
        before=_mean([before], seed, bounds),
        after=_mean(afters, seed, bounds),
        after_by_seed=tuple(_mean([each], seed, bounds) for each in afters),
        test=_difference(before, afters, seed, bounds),
    )


def _mean(runs: Sequence[Observed], seed: int, bounds: Bounds) -> Estimate:
    """The mean of all observations with its interval over instructions and runs."""
    together = _pooled(runs)
    found = mean_interval(
        [value for values in together.values() for value in values],
        [id for id, values in together.items() for _ in values],
        seed=seed,
        bounds=bounds,
    )
    each = [_average([v for values in run.values() for v in values]) for run in runs if run]
    return _wider(found, each, seed, bounds)


def _difference(
    before: Observed, afters: Sequence[Observed], seed: int, bounds: Bounds
) -> PairedTest:
    found = _paired(before, _pooled(afters), len(afters), seed, bounds)
    each = [_paired(before, after, 1, seed, bounds).difference for after in afters]
    known = [difference for difference in each if difference is not None]
    reach = (bounds[0] - bounds[1], bounds[1] - bounds[0]) if bounds else None
    narrow = Estimate(value=found.difference, low=found.low, high=found.high)
    wide = _wider(narrow, known, seed, reach)
    return found.model_copy(update={"low": wide.low, "high": wide.high})


def _wider(found: Estimate, runs: Sequence[float], seed: int, bounds: Bounds) -> Estimate:
    """`found`, an interval over instructions, with the reach of the interval over `runs`.

    Runs that are all alike add nothing: they are means over many instructions, so that their
    agreement is not the luck of a few draws.
    """
    if found.value is None or len(set(runs)) < 2:
        return found
    down, up = zip(
        _reach(found), _reach(mean_interval(runs, seed=seed, bounds=bounds)), strict=True
    )
    low, high = found.value - hypot(*down), found.value + hypot(*up)
    if bounds:
        low, high = max(bounds[0], low), min(bounds[1], high)
    return found.model_copy(update={"low": low, "high": high})


def _reach(found: Estimate) -> tuple[float, float]:
    """How far the interval goes below and above the value."""
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    return found.value - found.low, found.high - found.value


def pooled(runs: Sequence[Observations]) -> Observations:
    """What several runs observed, as of one with more samples."""
    return {metric: _pooled([run[metric] for run in runs]) for metric in ORDER}


def _pooled(runs: Sequence[Observed]) -> Observed:
    found: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        for id, values in run.items():
            found[id].extend(values)
    return found


def _paired(before: Observed, after: Observed, runs: int, seed: int, bounds: Bounds) -> PairedTest:
    """`after` holds the values of so many runs."""
    # An instruction weighs its test cases, so that the difference is that of the two rates.
    weights = {
        id: max(float(len(before[id])), len(after[id]) / runs) for id in before.keys() & after
    }
    return paired_test(
        {id: _average(values) for id, values in before.items()},
        {id: _average(values) for id, values in after.items()},
        seed=seed,
        weights=weights,
        bounds=bounds,
        permutations=PERMUTATIONS,
    )


def _average(values: Sequence[float]) -> float:
    return sum(values) / len(values)

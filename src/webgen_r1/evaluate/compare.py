"""Models side by side: their tables, and whether their differences are more than luck.

Only runs of the same benchmark compare. A difference is taken on the instructions that
both models have an observation of, each instruction counting as many cases as it has, and
tested as a pair (`stats.paired`); p-values are adjusted for all differences shown (Holm).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean as mean
from typing import Literal

from webgen_r1.errors import UserError
from webgen_r1.evaluate.results import RunResults, SiteResult
from webgen_r1.evaluate.summary import GRADE, METRICS, RATE, absent, observations
from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.paired import PairedTest, holm, paired_test
from webgen_r1.types import Frozen

PERMUTATIONS = 50_000
"""More than for one test: after Holm's adjustment p can still fall below 0.001."""

STARS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))


class Difference(Frozen):
    """What `model` has more than the baseline, in the metric's own scale."""

    metric: str
    model: str
    test: PairedTest
    p_holm: float | None = None

    @property
    def stars(self) -> str:
        """`*` below 0.05, `**` below 0.01, `***` below 0.001, of the adjusted p."""
        if self.p_holm is None:
            return ""
        return next((stars for limit, stars in STARS if self.p_holm < limit), "")


class ModelColumn(Frozen):
    """One model's table. `name` is distinct within the comparison."""

    name: str
    model: str
    estimates: dict[str, Estimate]
    start_failures: int
    undecided_cases: int
    unknown: int
    missing: int


class Comparison(Frozen):
    """Everything that tables and figures of a comparison show: `compare.json`."""

    schema_version: Literal[1] = 1
    benchmark: str
    benchmark_digest: str
    instructions: int
    baseline: str
    models: tuple[ModelColumn, ...]
    differences: tuple[Difference, ...]
    incomparable: tuple[str, ...] = ()
    """Metrics that were not measured alike: shown, but not compared."""
    notes: tuple[str, ...] = ()

    def best(self, metric: str) -> frozenset[str]:
        """Names of the models with the highest value; none where nothing was observed, or where
        values do not compare."""
        if metric in self.incomparable:
            return frozenset()
        values = {model.name: model.estimates[metric].value for model in self.models}
        known = {name: value for name, value in values.items() if value is not None}
        top = max(known.values(), default=None)
        return frozenset(name for name, value in known.items() if value == top)

    def difference(self, metric: str, model: str) -> Difference | None:
        return next(
            (each for each in self.differences if (each.metric, each.model) == (metric, model)),
            None,
        )


Observed = Mapping[str, Mapping[str, Sequence[float]]]
"""Metric -> instruction -> what was observed of it."""


def compare(runs: Sequence[RunResults], baseline: str | None = None, seed: int = 0) -> Comparison:
    """Compare `runs` with `baseline` (a name; else the first). Raises UserError."""
    if len(runs) < 2:
        raise UserError("a comparison needs at least two runs")
    _same_benchmark(runs)
    names = distinct_names(runs)
    if baseline is not None and baseline not in names:
        raise UserError(f"no run is called {baseline}; there are: {', '.join(names)}")
    base = names.index(baseline) if baseline is not None else 0
    incomparable = () if _graded_alike(runs) else ("aas",)
    return Comparison(
        benchmark=runs[0].benchmark.name,
        benchmark_digest=runs[0].benchmark.digest,
        instructions=len(runs[0].benchmark.items),
        baseline=names[base],
        models=tuple(_column(name, run) for name, run in zip(names, runs, strict=True)),
        differences=_differences(names, list(map(by_case, runs)), base, seed, incomparable),
        incomparable=incomparable,
        notes=tuple(_notes(names, runs)),
    )


def distinct_names(runs: Sequence[RunResults]) -> list[str]:
    """Model names; where several runs have the same, with their folder, then with a number."""
    models = [run.manifest.model for run in runs]
    named = [
        model if models.count(model) == 1 else f"{model} ({_folder(run.folder)})"
        for model, run in zip(models, runs, strict=True)
    ]
    taken: set[str] = set()
    for n, name in enumerate(named):
        number, free = 1, name
        while free in taken:
            number += 1
            free = f"{name} #{number}"
        taken.add(free)
        named[n] = free
    return named


def _folder(path: Path) -> str:
    return path.resolve().name or "run"


def _same_benchmark(runs: Sequence[RunResults]) -> None:
    first = runs[0]
    for run in runs[1:]:
        if run.manifest.benchmark_digest != first.manifest.benchmark_digest:
            raise UserError(
                f"{first.folder} and {run.folder} are not of the same benchmark "
                f"({first.manifest.benchmark} {first.manifest.benchmark_digest[:8]}, "
                f"{run.manifest.benchmark} {run.manifest.benchmark_digest[:8]}): "
                "their numbers cannot be compared"
            )


def _column(name: str, run: RunResults) -> ModelColumn:
    summary = run.summary
    return ModelColumn(
        name=name,
        model=run.manifest.model,
        estimates={metric: getattr(summary, metric) for metric in METRICS},
        start_failures=summary.start_failures,
        undecided_cases=summary.undecided_cases,
        unknown=summary.unknown,
        missing=summary.missing,
    )


# ── differences ─────────────────────────────────────────────────────────────────────


def by_instruction(run: RunResults) -> Observed:
    """All observations of a run, by metric and instruction, missing ones as failures."""
    found: dict[str, dict[str, list[float]]] = {metric: {} for metric in METRICS}
    for site in _sites(run):
        for metric, values in observations(site, run.manifest).items():
            if values:
                found[metric].setdefault(site.item.id, []).extend(values)
    return found


ByCase = Mapping[str, Mapping[str, Mapping[int, Sequence[float]]]]
"""Metric -> instruction -> test case (0 where the metric has none) -> what was observed of it."""


def by_case(run: RunResults) -> ByCase:
    """As `by_instruction`, for cases that only one of two runs has decided not to be compared."""
    found: dict[str, dict[str, dict[int, list[float]]]] = {metric: {} for metric in METRICS}
    for site in _sites(run):
        observed = observations(site, run.manifest)
        decided = {
            "fsr": [case.case for case in site.cases if case.worth is not None],
            "fsr_verified": [case.case for case in site.verified],
        }
        for metric, values in observed.items():
            cases = decided.get(metric, [0] * len(values))
            for case, value in zip(cases, values, strict=False):  # none of what is unknown
                mine = found[metric].setdefault(site.item.id, {})
                mine.setdefault(case, []).append(value)
    return found


def _sites(run: RunResults) -> list[SiteResult]:
    items = {item.id: item for item in run.benchmark.items}
    return [*run.sites, *(absent(items[id], run.manifest) for id in run.missing)]


def _graded_alike(runs: Sequence[RunResults]) -> bool:
    """Whether one judge with one rubric gave the grades."""
    first = runs[0].manifest
    return all(
        (run.manifest.judges[:1], run.manifest.settings.get("judge"))
        == (first.judges[:1], first.settings.get("judge"))
        for run in runs
    )


def _differences(
    names: Sequence[str],
    observed: Sequence[ByCase],
    base: int,
    seed: int,
    incomparable: Sequence[str],
) -> tuple[Difference, ...]:
    pairs = (
        (metric, name, *_in_both(observed[base][metric], mine[metric]))
        for n, (name, mine) in enumerate(zip(names, observed, strict=True))
        for metric in METRICS
        if n != base and metric not in incomparable
    )
    tested = [
        Difference(metric=metric, model=name, test=_test(before, after, metric, seed))
        for metric, name, before, after in pairs
        if before
    ]
    adjusted = holm([each.test.p_value for each in tested])
    return tuple(
        each.model_copy(update={"p_holm": p}) for each, p in zip(tested, adjusted, strict=True)
    )


Means = dict[str, list[float]]
"""Instruction -> the mean of each of its cases over the samples."""


def _in_both(
    before: Mapping[str, Mapping[int, Sequence[float]]],
    after: Mapping[str, Mapping[int, Sequence[float]]],
) -> tuple[Means, Means]:
    """The cases that both runs know, in one order."""
    found: tuple[Means, Means] = ({}, {})
    for id in before.keys() & after.keys():
        cases = sorted(before[id].keys() & after[id].keys())
        for means, observed in zip(found, (before[id], after[id]), strict=True):
            if cases:
                means[id] = [mean(observed[case]) for case in cases]
    return found


def _test(before: Means, after: Means, metric: str, seed: int) -> PairedTest:
    # An instruction weighs its cases, so that the difference is that of the two rates.
    weights = {id: float(len(cases)) for id, cases in before.items()}
    return paired_test(
        _means(before),
        _means(after),
        seed=seed,
        permutations=PERMUTATIONS,
        weights=weights,
        bounds=GRADE if metric == "aas" else RATE,
    )


def _means(values: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {id: sum(each) / len(each) for id, each in values.items()}


def spread(observed: Sequence[Observed]) -> dict[str, float]:
    """How much models differ on each instruction, in [0, 1].

    The mean over metrics, each on a scale of 0 to 1, of the best model less the worst.
    """
    found: dict[str, list[float]] = {}
    for metric in METRICS:
        means = [_means(each[metric]) for each in observed]
        top = GRADE[1] if metric == "aas" else RATE[1]
        for id in set().union(*means):
            values = [each[id] / top for each in means if id in each]
            if len(values) > 1:
                found.setdefault(id, []).append(max(values) - min(values))
    return {id: sum(values) / len(values) for id, values in found.items()}


# ── what a reader must know ─────────────────────────────────────────────────────────


def _notes(names: Sequence[str], runs: Sequence[RunResults]) -> Iterator[str]:
    if not _graded_alike(runs):
        yield "AAS was given by different judges, or one with other settings, and does not compare"
    agents = {str(sorted((run.manifest.agent or {}).items())) for run in runs if run.manifest.agent}
    if len(agents) > 1:
        yield "FSR was given by different agents or settings and compares only roughly"
    if len({run.manifest.version for run in runs}) > 1:
        yield "the runs were made by different versions of webgen-r1"
    said: dict[str, list[str]] = {}
    for name, run in zip(names, runs, strict=True):
        for note in run.summary.notes:
            said.setdefault(note, []).append(name)
    for note, who in said.items():
        yield note if len(who) == len(runs) else f"{', '.join(who)}: {note}"

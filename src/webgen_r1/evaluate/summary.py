"""From what a run found to its table, with intervals.

Every figure is a mean over observations, and its interval resamples whole instructions:
the cases and samples of one instruction are not independent (`stats.bootstrap`).

    fsr           worth of each test case the GUI agent decided
    fsr_verified  worth of each test case that was decided without a model
    vrr           1 for a completion whose landing page shows something
    ldpr          1 for a project without an error of ESLint or of its dependencies
    aas           grade (0-5) of each site that rendered and was judged

A completion that is missing counts as a failure in all but the last. What could not
be found out (infrastructure) is in no figure and counted as unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from statistics import stdev

from webgen_r1.evaluate.records import WORTH, BenchItem, Benchmark, Manifest, Summary
from webgen_r1.evaluate.results import SiteResult, not_started
from webgen_r1.evaluate.score import category_rows
from webgen_r1.evaluate.verified import verify
from webgen_r1.samples import Sample
from webgen_r1.stats.bootstrap import mean_interval
from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.passk import pass_at
from webgen_r1.types import Trace

METRICS = ("fsr", "fsr_verified", "vrr", "aas", "ldpr")

RATE, GRADE = (0.0, 1.0), (0.0, 5.0)
"""The range of each metric: AAS is a grade, the others are rates."""


@dataclass
class _Observed:
    """Values of one metric, each with the instruction that it belongs to."""

    values: list[float] = field(default_factory=list)
    clusters: list[str] = field(default_factory=list)

    def add(self, cluster: str, values: Iterable[float]) -> None:
        for value in values:
            self.values.append(value)
            self.clusters.append(cluster)

    def estimate(self, seed: int, bounds: tuple[float, float] = RATE) -> Estimate:
        return mean_interval(self.values, self.clusters, seed=seed, bounds=bounds)


def observations(site: SiteResult, manifest: Manifest) -> dict[str, list[float]]:
    """What one completion adds to each metric: nothing, one value, or one for each case."""
    return {
        "fsr": [worth for case in site.cases if (worth := case.worth) is not None]
        if site.known
        else [],
        "fsr_verified": [WORTH[case.verdict] for case in site.verified],
        "vrr": [float(site.rendered)] if site.known else [],
        "aas": [site.grade] if site.grade is not None else [],
        "ldpr": _ldpr(site, manifest),
    }


def _ldpr(site: SiteResult, manifest: Manifest) -> list[float]:
    if not site.known or site.trace is None:
        return []
    if site.trace.lint is not None:
        return [float(site.trace.lint.passed)]
    # Nothing that could be linted: no project was written.
    return [0.0] if not site.trace.files and _linted(manifest) else []


def _linted(manifest: Manifest) -> bool:
    return bool(manifest.settings.get("evidence", {}).get("lint"))


def absent(item: BenchItem, manifest: Manifest) -> SiteResult:
    """An instruction without a completion, as the failure that it counts as."""
    trace = Trace(id=item.id, digest="", outcome="scored", stage="parse", reward=0.0)
    sample = Sample(id=item.id, error="no completion was given")
    cases = not_started(item, sample, trace) if manifest.agent is not None else ()
    return SiteResult(item, sample, trace, cases, verify(item, trace))


def summarise(
    manifest: Manifest,
    benchmark: Benchmark,
    sites: tuple[SiteResult, ...],
    missing: tuple[str, ...],
) -> Summary:
    """The table of a run, finished or not."""
    items = {item.id: item for item in benchmark.items}
    lacking = [absent(items[id], manifest) for id in missing]
    counted = (*sites, *lacking)
    known = [site for site in sites if site.known]
    cases = category_rows(known, (items[id] for id in missing)) if manifest.agent else ()
    overall = cases[-1] if cases else None
    undecided = overall.undecided if overall else 0
    return Summary(
        benchmark=benchmark.name,
        model=manifest.model,
        instructions=len(benchmark.items),
        samples=manifest.samples,
        completions=len(known),
        unknown=sum(not site.known for site in sites),
        ungraded=sum(site.ungraded for site in sites),
        missing=len(missing),
        start_failures=sum(not site.started for site in known) + len(missing),
        start_failed_cases=overall.start_failed if overall else 0,
        undecided_cases=undecided,
        judges=_judges(known, manifest.seed),
        draws_agreement=_draws_agreement(known),
        pass_at=_pass_at((*known, *lacking), manifest),
        categories=cases,
        scenarios=_by(counted, manifest, lambda item: item.scenarios),
        applications=_by(counted, manifest, lambda item: (item.application,)),
        checks=_checks(known, manifest.seed),
        lint_rules=_lint_rules(known),
        failure_codes=_failure_codes(known),
        notes=tuple(_notes(manifest, sites, missing, undecided)),
        **_estimates(counted, manifest),
    )


def _estimates(sites: Iterable[SiteResult], manifest: Manifest) -> dict[str, Estimate]:
    observed = {name: _Observed() for name in METRICS}
    for site in sites:
        for name, values in observations(site, manifest).items():
            observed[name].add(site.item.id, values)
    return {
        name: metric.estimate(manifest.seed, GRADE if name == "aas" else RATE)
        for name, metric in observed.items()
    }


def _by(
    sites: Iterable[SiteResult],
    manifest: Manifest,
    groups: Callable[[BenchItem], Iterable[str]],
) -> dict[str, dict[str, Estimate]]:
    """Every metric for each group of instructions; one may be in several."""
    found: dict[str, list[SiteResult]] = {}
    for site in sites:
        for group in groups(site.item):
            if group:
                found.setdefault(group, []).append(site)
    return {
        group: {name: one for name, one in _estimates(members, manifest).items() if one.n}
        for group, members in sorted(found.items())
    }


def _judges(sites: Iterable[SiteResult], seed: int) -> dict[str, Estimate]:
    observed: dict[str, _Observed] = {}
    for site in sites:
        verdict = site.trace.verdict if site.trace else None
        for one in (verdict.panel or (verdict,)) if verdict else ():
            observed.setdefault(one.judge, _Observed()).add(site.item.id, [one.score])
    return {name: metric.estimate(seed, GRADE) for name, metric in observed.items()}


def _draws_agreement(sites: Iterable[SiteResult]) -> float | None:
    verdicts = [site.trace.verdict for site in sites if site.trace and site.trace.verdict]
    spreads = [stdev(verdict.draws) for verdict in verdicts if len(verdict.draws) > 1]
    return sum(spreads) / len(spreads) if spreads else None


def _pass_at(sites: Iterable[SiteResult], manifest: Manifest) -> dict[str, Estimate]:
    """vrr@k: the chance that at least one of k completions of an instruction renders."""
    if manifest.samples < 2:
        return {}
    outcomes: dict[Hashable, list[bool]] = {}
    for site in sites:
        outcomes.setdefault(site.item.id, []).append(site.rendered)
    found = {}
    for k in range(1, manifest.samples + 1):
        chance = pass_at(outcomes, k, seed=manifest.seed)
        if chance.n:
            found[f"vrr@{k}"] = chance
    return found


def _checks(sites: Iterable[SiteResult], seed: int) -> dict[str, Estimate]:
    observed: dict[str, _Observed] = {}
    for site in sites:
        report = site.trace.checks if site.trace else None
        for check in report.checks if report else ():
            if check.status != "absent":
                passed = float(check.status == "pass")
                observed.setdefault(check.code, _Observed()).add(site.item.id, [passed])
    return {code: metric.estimate(seed) for code, metric in sorted(observed.items())}


def _lint_rules(sites: Iterable[SiteResult]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for site in sites:
        lint = site.trace.lint if site.trace else None
        if lint:
            counts.update(lint.rules)
    return dict(counts.most_common())


def _failure_codes(sites: Iterable[SiteResult]) -> dict[str, int]:
    """How many completions each error was found in."""
    counts: Counter[str] = Counter()
    for site in sites:
        failures = site.trace.failures if site.trace else ()
        counts.update({failure.code for failure in failures if failure.severity == "error"})
    return dict(counts.most_common())


def _notes(
    manifest: Manifest,
    sites: tuple[SiteResult, ...],
    missing: tuple[str, ...],
    undecided: int,
) -> Iterator[str]:
    """What a reader must know before quoting a figure."""
    if manifest.training_judge:
        yield (
            f"AAS is given by {manifest.judges[0]}, which is also the judge of training: "
            "a policy trained on it is graded by its own teacher"
        )
    if missing:
        yield f"{len(missing)} completions are missing and count as failures"
    unknown = sum(not site.known for site in sites)
    if unknown:
        yield (
            f"{unknown} completions could not be evaluated and are in no figure: "
            "the same command tries them again"
        )
    ungraded = sum(site.ungraded for site in sites)
    if ungraded:
        yield (
            f"{ungraded} completions could not be graded (the judge failed) and are in no mean "
            "grade: the same command tries them again"
        )
    if undecided:
        yield (
            f"{undecided} test cases are undecided (agent or endpoint failed, or the run was "
            "stopped): not in FSR, and the same command tries them again"
        )
    if manifest.agent is None and any(site.item.cases for site in sites):
        yield "no GUI agent was asked: FSR is not measured (give --agent and its endpoint)"
    estimated = sum(
        site.sample.tokens is not None and not site.sample.tokens_exact for site in sites
    )
    if estimated:
        yield "token lengths are estimated from characters where nobody counted them"

"""What the figures show, as values: pages and exported files draw the same numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from webgen_r1.evaluate.results import RunResults, SiteResult
from webgen_r1.report.metrics import Metric, observed
from webgen_r1.stats.estimate import Estimate

BINS = 24
MAX_COUNTS = 12


@dataclass(frozen=True)
class Bar:
    """One labelled estimate."""

    name: str
    estimate: Estimate


@dataclass(frozen=True)
class Bars:
    """A metric over groups, in the order of the benchmark's size of group."""

    title: str
    metric: Metric
    rows: tuple[Bar, ...]


@dataclass(frozen=True)
class Count:
    """How often something was found; `share` is its length beside the largest."""

    name: str
    count: int
    share: float


@dataclass(frozen=True)
class Histogram:
    """Lengths of completions in tokens. `counts[i]` lie in [`edges[i]`, `edges[i + 1]`)."""

    edges: tuple[int, ...]
    counts: tuple[int, ...]
    median: float
    n: int
    exact: bool
    """Whether every length was counted by the model's own tokenizer."""

    @property
    def tallest(self) -> int:
        return max(self.counts)

    @property
    def width(self) -> int:
        return self.edges[1] - self.edges[0]

    @property
    def ticks(self) -> tuple[int, ...]:
        """Where the axis of counts is labelled."""
        step = nice_step(self.tallest / 4)
        return tuple(range(step, self.tallest + 1, step))


def scenario_bars(results: RunResults) -> tuple[Bars, ...]:
    return _grouped("Scenario", results, results.summary.scenarios)


def application_bars(results: RunResults) -> tuple[Bars, ...]:
    return _grouped("Application type", results, results.summary.applications)


def _grouped(
    title: str, results: RunResults, groups: Mapping[str, Mapping[str, Estimate]]
) -> tuple[Bars, ...]:
    return tuple(
        Bars(
            title,
            metric,
            tuple(Bar(name, row.get(metric.key, Estimate())) for name, row in groups.items()),
        )
        for metric in observed(results.summary)
        if groups
    )


# ── tokens ──────────────────────────────────────────────────────────────────────────


def token_histogram(sites: Sequence[SiteResult]) -> Histogram | None:
    """None where no length is known."""
    samples = [site.sample for site in sites if site.sample.tokens is not None]
    lengths = [sample.tokens or 0 for sample in samples]
    if not lengths:
        return None
    width = nice_step((max(lengths) + 1) / BINS)
    bins = max(lengths) // width + 1
    counted = Counter(length // width for length in lengths)
    return Histogram(
        edges=tuple(n * width for n in range(bins + 1)),
        counts=tuple(counted[n] for n in range(bins)),
        median=median(lengths),
        n=len(lengths),
        exact=all(sample.tokens_exact for sample in samples),
    )


def nice_step(least: float) -> int:
    """The least of 1, 2, 5, 10, 20, ... that is not below `least`."""
    power: int = 10 ** math.floor(math.log10(max(1.0, least)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


# ── how far, and what was found ─────────────────────────────────────────────────────

STATES = {
    "rendered": "renders",
    "render": "does not render",
    "build": "does not build",
    "static": "breaks a rule",
    "parse": "not readable",
    "empty": "no completion",
    "unknown": "could not find out",
}
"""Where a completion stopped, in words; `unknown` is never the model's fault."""


def state(site: SiteResult) -> str:
    """Key of `STATES`. A judge's outage leaves what the browser saw."""
    if site.trace is None:
        return "unknown" if site.sample.infra or site.sample.error is None else "empty"
    if not site.known:
        return "unknown"
    if site.rendered:
        return "rendered"
    return "render" if site.started else site.trace.stage


def stage_counts(results: RunResults) -> tuple[Count, ...]:
    """Every state that occurs, the furthest first; instructions without a completion last."""
    counted = Counter(map(state, results.sites))
    total = sum(counted.values()) + len(results.missing)
    rows = [(words, counted[key]) for key, words in STATES.items() if counted[key]]
    if results.missing:
        rows.append(("missing", len(results.missing)))
    return tuple(Count(words, count, count / total) for words, count in rows)


def most(counts: Mapping[str, int]) -> tuple[Count, ...]:
    """The most frequent first, names breaking ties."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MAX_COUNTS]
    largest = max((count for _, count in ranked), default=0)
    return tuple(Count(name, count, count / largest) for name, count in ranked if count)

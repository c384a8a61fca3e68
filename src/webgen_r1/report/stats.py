"""The few numbers that the overview shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from webgen_r1.types import STAGES, Trace

_Z95 = 1.959964


@dataclass(frozen=True)
class Share:
    """`hits` of `total`, with its 95 % Wilson interval; all in [0, 1]."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson score interval: sensible for few samples and for shares near 0 or 1."""
        if not self.total:
            return (0.0, 1.0)
        n, p, z = self.total, self.value, _Z95
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        # Rounding must not push an end past the share itself (0 of 69).
        return (max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half)))


@dataclass(frozen=True)
class Step:
    """How many completions got past one stage."""

    label: str
    share: Share


@dataclass(frozen=True)
class Overview:
    """Numbers over a set of traces. Shares are over those that reached a verdict."""

    total: int
    scored: int
    infra: int
    mean_reward: float | None
    rendered: Share
    clean: Share
    """Every visited route without an error of its own."""
    steps: tuple[Step, ...]
    histogram: tuple[int, ...]
    median_seconds: float | None
    pages: int


BIN_WIDTH = 0.5
BINS = 11
"""Rewards 0 to 5.5; what lies outside is counted in the nearest bin."""


def overview(traces: Sequence[Trace]) -> Overview:
    scored = [trace for trace in traces if trace.outcome == "scored"]
    rewards = [trace.reward for trace in scored if trace.reward is not None]
    times = [sum(trace.timings.values()) for trace in scored if trace.timings]
    return Overview(
        total=len(traces),
        scored=len(scored),
        infra=len(traces) - len(scored),
        mean_reward=fmean(rewards) if rewards else None,
        rendered=Share(sum(map(rendered, scored)), len(scored)),
        clean=Share(sum(trace.components.functional == 1 for trace in scored), len(scored)),
        steps=_steps(scored),
        histogram=_histogram(rewards),
        median_seconds=median(times) if times else None,
        pages=sum(len(trace.pages) for trace in traces),
    )


def rendered(trace: Trace) -> bool:
    """Whether the landing page shows something."""
    return bool(trace.pages) and trace.pages[0].status == "ok"


def _steps(scored: Sequence[Trace]) -> tuple[Step, ...]:
    reached = [STAGES.index(trace.stage) for trace in scored]
    past = {name: sum(at > STAGES.index(name) for at in reached) for name in STAGES[:3]}
    counts = {
        "readable": past["parse"],
        "follows the rules": past["static"],
        "builds": past["build"],
        "renders": sum(map(rendered, scored)),
    }
    return tuple(Step(label, Share(hits, len(scored))) for label, hits in counts.items())


def _histogram(rewards: Sequence[float]) -> tuple[int, ...]:
    bins = [0] * BINS
    for reward in rewards:
        bins[max(0, min(BINS - 1, int(reward / BIN_WIDTH)))] += 1
    return tuple(bins)

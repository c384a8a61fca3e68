"""Invented trainings for the tests of `learn` and its report: the same seed, the same story."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from run_samples import run

from webgen_r1.evaluate.diversity import Diversity
from webgen_r1.evaluate.results import RunResults
from webgen_r1.learn.curve import curve_of
from webgen_r1.learn.numbers import changes, observed
from webgen_r1.learn.records import Curve, Learning
from webgen_r1.learn.story import Story
from webgen_r1.stats.estimate import Estimate
from webgen_r1.train.grpo_log import GrpoStep


def curve(seed: int = 0, steps: int = 200) -> Curve:
    """A reward that rises from 0.9 to about 3.6, and what goes with it."""
    return curve_of(log(seed, steps), seed)


def log(seed: int = 0, steps: int = 200) -> list[GrpoStep]:
    random_ = random.Random(seed)
    return [_step(number, steps, random_) for number in range(1, steps + 1)]


def _step(number: int, steps: int, random_: random.Random) -> GrpoStep:
    learned = 1 / (1 + math.exp(-8 * (number / steps - 0.35)))
    rendered = min(1.0, max(0.0, 0.25 + 0.65 * learned + random_.gauss(0, 0.05)))
    reward = 0.7 + 2.9 * learned + random_.gauss(0, 0.22)
    return GrpoStep(
        step=number,
        epoch=number / 50,
        reward=reward,
        reward_std=1.5 - 0.8 * learned + random_.gauss(0, 0.05),
        same_reward=0.1,
        unscored=0.0,
        components={
            "visual": 2.6 + learned + random_.gauss(0, 0.1),
            "functional": rendered,
            "reasoning": 0.98,
        },
        reached={"parse": 1.0, "static": 0.95, "build": 0.9, "render": 0.9, "judge": rendered},
        seconds={"build": 0.4},
        loss=random_.gauss(0, 0.02),
        grad_norm=1.0,
        learning_rate=1e-4,
        kl=0.08 * learned + abs(random_.gauss(0, 0.004)),
        entropy=0.9 - 0.45 * learned + random_.gauss(0, 0.02),
        length=380 + 40 * learned + random_.gauss(0, 8),
        length_min=300,
        length_max=500,
        clipped=0.02,
        tokens=number * 30_000,
        step_time=8.0,
        waiting=max(0.0, 0.3 + random_.gauss(0, 0.05)),
    )


def story(folder: Path, *, size: int = 40, seeds: Sequence[int] = (0,), steps: int = 200) -> Story:
    """A policy that renders a third of the sites before, two thirds half-way, most after."""
    before = _run(folder / "before", "before training", size, 0.35)
    during = _run(folder / "during", f"step {steps // 2}", 8, 0.65)
    afters = tuple(
        _run(folder / "after", f"after training{f', seed {seed}' if len(seeds) > 1 else ''}", size,
             0.75, seed)
        for seed in seeds
    )  # fmt: skip
    curves = tuple(curve(seed, steps) for seed in seeds)
    return Story(learning(before, afters, curves), before, during, afters, "model:\n  path: nano\n")


def learning(before: RunResults, afters: Sequence[RunResults], curves: Sequence[Curve]) -> Learning:
    return Learning(
        recipe="nano.grpo.yaml",
        policy="nano-sft",
        command="webgen learn recipes/nano.grpo.yaml --bench held-out.jsonl --out runs/nano",
        machine="2 cores (x86_64)",
        benchmark="held-out",
        benchmark_digest="ab" * 32,
        instructions=len(before.benchmark.items),
        samples=1,
        temperature=0.8,
        max_tokens=512,
        seeds=tuple(curve.seed for curve in curves),
        steps=max((curve.steps[-1] for curve in curves if curve.steps), default=0),
        changes=changes(observed(before), [observed(run) for run in afters]),
        diversity_before=_diversity(97, 0.21, 0.31),
        diversity_after=tuple(_diversity(88 - n, 0.34, 0.82) for n, _ in enumerate(afters)),
        curves=tuple(curves),
        seconds={"before": 118.2, "train": 1724.9, "during": 30.1, "after": 121.7},
        notes=("one seed: how much another training would differ is not known",),
    )


def _diversity(distinct: float, alike: float, colours: float) -> Diversity:
    def around(value: float) -> Estimate:
        return Estimate(value=value, low=value - 0.05, high=value + 0.05, n=40)

    return Diversity(
        instructions=40,
        sites=40,
        distinct_per_100=distinct,
        similarity=around(alike),
        colours=around(colours),
    )


def _run(folder: Path, name: str, size: int, skill: float, seed: int = 0) -> RunResults:
    found = run(folder, name, size=size, skill=skill, pages=3, seed=seed, steps=0)
    # No agent was asked.
    sites = tuple(replace(site, cases=()) for site in found.sites)
    return replace(found, sites=sites)

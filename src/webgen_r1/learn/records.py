"""What `webgen learn` leaves in its folder.

out/learn.json      what is compared, with what: `Making`
    phases.jsonl    what was done and how long it took: `Phase`
    before/         the evaluation of the policy that training starts from
    train/ during/ after/    or one such group in seed-N/ for each seed
    learning.json   every number: `Learning`
    report.html figures/ table.md
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from webgen_r1.evaluate.diversity import Diversity
from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.paired import PairedTest
from webgen_r1.types import Frozen

MAKING_FILE = "learn.json"
PHASES_FILE = "phases.jsonl"
LEARNING_FILE = "learning.json"

Values = dict[str, dict[str, tuple[float, ...]]]
"""Metric -> instruction -> what was observed of it."""

PhaseName = Literal["before", "train", "during", "after"]


class Making(Frozen):
    """What decides about the numbers. A folder never mixes two of them."""

    recipe: dict[str, Any]
    """The GRPO recipe with what was replaced on the call, without its seed and output folder."""
    policy: str
    """What training starts from."""
    benchmark: str
    benchmark_digest: str
    samples: int
    temperature: float
    top_p: float = 1.0
    min_p: float = 0.0
    max_tokens: int
    before: str | None = None
    """The folder of the evaluation that is used instead of an own one."""
    version: str = ""


class Phase(Frozen):
    """One phase that ended, or was interrupted: what is done later adds to it."""

    name: PhaseName
    seed: int
    seconds: float
    code: int
    """0 done; 1 done, but something could not be evaluated; else why it stopped."""


class Curve(Frozen):
    """What was measured while one seed trained, by optimiser step. None: not measured then."""

    seed: int
    steps: tuple[int, ...]
    series: dict[str, tuple[float | None, ...]]


class Change(Frozen):
    """One metric before and after training, on the same instructions."""

    metric: str
    """`reward`, or a field of `Summary`: `vrr`, `aas`, `ldpr`, `fsr_verified`, `fsr`."""
    before: Estimate
    after: Estimate
    """The mean over all seeds; its interval is over instructions and seeds."""
    after_by_seed: tuple[Estimate, ...]
    test: PairedTest
    """After less before, with the interval over instructions and seeds; p is over
    instructions, the seeds averaged."""
    p_holm: float | None = None


class Learning(Frozen):
    """Everything that the report shows: `learning.json`."""

    schema_version: Literal[1] = 1
    recipe: str
    """Name of the recipe's file."""
    policy: str
    making_digest: str = ""
    """Of what decides about the numbers, `Making`: the recipe's keys and how policies are asked."""
    command: str
    machine: str
    benchmark: str
    benchmark_digest: str
    instructions: int
    trained_on: int = 0
    """How many of the instructions training asked too; 0 where the benchmark is held out."""
    samples: int
    temperature: float
    max_tokens: int
    seeds: tuple[int, ...]
    steps: int
    """Optimiser steps of the longest run."""
    changes: tuple[Change, ...]
    diversity_before: Diversity
    diversity_after: tuple[Diversity, ...]
    """One for each seed."""
    curves: tuple[Curve, ...]
    values_before: Values = Field(default_factory=dict)
    values_after: tuple[Values, ...] = ()
    """What `changes` are made from; for each seed."""
    seconds: dict[str, float] = Field(default_factory=dict)
    """Phase -> seconds on this machine, all seeds and attempts together."""
    notes: tuple[str, ...] = ()

    def change(self, metric: str) -> Change | None:
        return next((each for each in self.changes if each.metric == metric), None)

"""What a GRPO run measured, step by step, from its log."""

from __future__ import annotations

from pathlib import Path

from webgen_r1 import jsonl
from webgen_r1.learn.records import Curve
from webgen_r1.train.grpo_log import COMPONENTS, GrpoStep
from webgen_r1.train.places import LOG_FILE

RENDERED = "rendered"
"""Share of the completions whose landing page shows something: those that a judge looks at."""
PLAIN = (
    *("reward", "reward_std", "kl", "entropy", "length", "waiting"),
    *("step_time", "clipped", "unscored", "same_reward"),
)
"""Series that are fields of a `GrpoStep`."""


def read_curve(train: Path, seed: int) -> Curve:
    """Of the run in `train`; without a step where it has no log yet. Raises UserError."""
    return curve_of(jsonl.read_all(train / LOG_FILE, GrpoStep), seed)


def curve_of(steps: list[GrpoStep], seed: int) -> Curve:
    """A series that was never measured is left out."""
    series: dict[str, tuple[float | None, ...]] = {
        name: tuple(getattr(step, name) for step in steps) for name in PLAIN
    }
    series[RENDERED] = tuple(step.reached.get("judge") for step in steps)
    for name in COMPONENTS:
        series[name] = tuple(step.components.get(name) for step in steps)
    known = {name: values for name, values in series.items() if any(v is not None for v in values)}
    return Curve(seed=seed, steps=tuple(step.step for step in steps), series=known)

"""What a GRPO run measured: `log.jsonl`, one line per logged step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from webgen_r1.train.log import OfStep

COMPONENTS = ("visual", "functional", "reasoning", "static", "checks")


class GrpoStep(OfStep):
    """Averages since the line before. None where nothing could be averaged, as where steps
    learn from the completions of the one before (`num_iterations`)."""

    epoch: float
    reward: float | None = None
    """Over the scored completions."""
    reward_std: float | None = None
    same_reward: float | None = None
    """Share of the completions in whose group all rewards are the same: they teach nothing."""
    unscored: float
    """Share of the completions that could not be scored."""
    components: dict[str, float] = Field(default_factory=dict)
    reached: dict[str, float] = Field(default_factory=dict)
    """Stage → share of the scored completions that came at least so far."""
    seconds: dict[str, float] = Field(default_factory=dict)
    """Stage → mean seconds of a completion in it."""
    loss: float
    grad_norm: float | None = None
    learning_rate: float
    kl: float | None = None
    """To the policy the run began with; None where beta is 0."""
    entropy: float | None = None
    """Nats per completion token."""
    length: float | None = None
    """Mean tokens of a completion."""
    length_min: float | None = None
    length_max: float | None = None
    clipped: float | None = None
    """Share of the completions that did not come to their end."""
    tokens: int | None = None
    """Prompts and completions since the run began."""
    step_time: float
    """Seconds of an optimiser step."""
    waiting: float
    """Share of the step in which nothing was done but wait for rewards."""


def measured(step: int, logs: Mapping[str, Any]) -> GrpoStep:
    """The line for what TRL 1.16 logs (`GRPOTrainer.log`) and the reward adds to it."""
    return GrpoStep(
        step=step,
        epoch=logs["epoch"],
        reward=logs.get("reward"),
        reward_std=logs.get("reward_std"),
        same_reward=logs.get("frac_reward_zero_std"),
        unscored=logs.get("webgen/unscored", 0.0),
        components={
            name: logs[f"webgen/{name}"] for name in COMPONENTS if f"webgen/{name}" in logs
        },
        reached=_below("webgen/reached/", logs),
        seconds=_below("webgen/seconds/", logs),
        loss=logs["loss"],
        grad_norm=logs.get("grad_norm"),
        learning_rate=logs["learning_rate"],
        kl=logs.get("kl"),
        entropy=logs.get("entropy"),
        length=logs.get("completions/mean_length"),
        length_min=logs.get("completions/min_length"),
        length_max=logs.get("completions/max_length"),
        clipped=logs.get("completions/clipped_ratio"),
        tokens=int(logs["num_tokens"]) if "num_tokens" in logs else None,
        step_time=logs["step_time"],
        waiting=logs["webgen/waiting"],
    )


def _below(prefix: str, logs: Mapping[str, Any]) -> dict[str, float]:
    return {
        key.removeprefix(prefix): value for key, value in logs.items() if key.startswith(prefix)
    }

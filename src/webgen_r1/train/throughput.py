"""How long a batch takes to write, and how many cores score one in that time."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from webgen_r1.train.grpo_log import GrpoStep
from webgen_r1.train.memory import HALF, Architecture
from webgen_r1.train.places import LOG_FILE

if TYPE_CHECKING:
    from trl import GRPOConfig

SCORED_PER_CORE_S = 0.5
"""Completions of five pages per second and core (docs/benchmarks.md: 1.02 on two cores)."""

GPU_BYTES_PER_S = 2e12
"""Memory that a GPU reads while it decodes: about 60 % of an H100's 3.35 TB/s. Assumed."""


def generation_seconds(
    output_dir: Path, args: GRPOConfig, model: Architecture, gpus: int
) -> tuple[float | None, str]:
    """Seconds to write the completions of a step, and how that is known.

    Measured where the run already has a log: the step without its wait for rewards. Assumed
    on a GPU: every token of a completion reads all weights once for the whole batch, and the
    longest completion decides. None on a CPU without a log.
    """
    from webgen_r1 import jsonl

    steps = jsonl.read_all(output_dir / LOG_FILE, GrpoStep)
    if steps:
        return fmean(step.step_time * (1 - step.waiting) for step in steps), "measured in this run"
    if not gpus:
        return None, ""
    read = HALF * model.parameters / args.vllm_tensor_parallel_size
    return args.max_completion_length * read / GPU_BYTES_PER_S, "at least, assumed"


def reward_cores(completions: float, seconds: float) -> float:
    """Cores that score so many completions in so many seconds."""
    return completions / seconds / SCORED_PER_CORE_S

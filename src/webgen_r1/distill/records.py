"""What a distillation leaves in its folder.

runs/x/run.json           what it is made with: `Making`
       completions.jsonl  what the teacher wrote: `Answer`
       traces.jsonl       what the engine found: `types.Trace`, its id is `Answer.key`
       dataset/           `train.parquet` and its card
       report.json        what became of everything: `Report`
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from webgen_r1.samples import Sample
from webgen_r1.types import Frozen, Stage

RUN_FILE = "run.json"
COMPLETIONS_FILE = "completions.jsonl"
REPORT_FILE = "report.json"
DATASET_FOLDER = "dataset"
TRAIN_FILE = "train.parquet"


class Answer(Sample):
    """What the teacher wrote."""

    instruction: str
    """What it was asked: the instruction, perhaps with other colours."""


AnswerKey = tuple[str, str]


def answer_key(answer: Answer) -> AnswerKey:
    """What makes an answer worth asking for again."""
    return answer.key, answer.instruction


class Making(Frozen):
    """What a dataset is made with. A folder never mixes answers or rewards of two."""

    teacher: dict[str, Any]
    prompt: str
    """Digest of the system prompt, "" for a teacher that does not read it."""
    seed: int
    engine: dict[str, Any]
    """Settings of the engine that matter to results."""
    version: str


class Report(Frozen):
    """What became of the instructions. Every asked sample is counted once: failed, unknown,
    one of `failed_at`, below, copies, near_copies, beyond or kept."""

    schema_version: Literal[1] = 1
    teacher: str
    instructions: int
    left_out: int = 0
    """Instructions that were not asked: too like one to be evaluated on, or like another."""
    asked: int
    answered: int
    scored: int
    failed: int = 0
    """Samples without an answer: the teacher's endpoint failed."""
    unknown: int = 0
    """Samples that could not be scored (infrastructure)."""
    failed_at: dict[Stage, int] = Field(default_factory=dict)
    """Stage -> samples that got no further."""
    below: int = 0
    """Samples below the least reward."""
    copies: int = 0
    near_copies: int = 0
    beyond: int = 0
    """Good samples that there was no room for."""
    kept: int = 0
    kept_unscored: int = 0
    kept_instructions: int = 0
    mean_reward: float | None = None
    """Of what was kept and scored."""

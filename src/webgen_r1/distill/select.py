"""Which answers become examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from webgen_r1 import traces
from webgen_r1.completion import Parsed, parse
from webgen_r1.distill.config import DistillRecipe
from webgen_r1.distill.records import Answer, AnswerKey, Report, answer_key
from webgen_r1.distill.run import is_drawn, trace_key
from webgen_r1.distill.similar import Files, copies
from webgen_r1.types import STAGES, Stage, Trace

Fate = Literal["failed", "unknown", "below"] | Stage
"""Why a sample is no example: a stage that it got no further than, or another reason."""


@dataclass(frozen=True)
class Example:
    """One answer that may become an example. `reward` is None for one that was not scored."""

    answer: Answer
    reward: float | None
    files: Files


def select(
    recipe: DistillRecipe,
    wanted: Sequence[Answer],
    answers: Mapping[AnswerKey, Answer],
    found: Mapping[traces.Key, Trace],
    left_out: int = 0,
) -> tuple[list[Example], Report]:
    """The examples, best first; the same for the same answers in whatever order they came."""
    good: list[Example] = []
    fates: Counter[Fate] = Counter()
    teachers: set[str] = set()
    scored = 0
    for one in wanted:
        answer = answers.get(answer_key(one))
        if answer is None:
            fates["failed"] += 1
            continue
        trace = found.get(trace_key(answer))
        teachers.add(answer.model)
        scored += trace is not None and trace.outcome == "scored"
        verdict = _examine(recipe, answer, trace)
        if isinstance(verdict, Example):
            good.append(verdict)
        else:
            fates[verdict] += 1
    good.sort(key=_reward, reverse=True)
    marks = copies((example.files for example in good), recipe.max_similarity)
    different = [example for example, mark in zip(good, marks, strict=True) if mark is None]
    kept = _best(different, recipe.keep)
    rewards = [example.reward for example in kept if example.reward is not None]
    report = Report(
        teacher=", ".join(sorted(teachers)),
        instructions=len({one.id for one in wanted}),
        left_out=left_out,
        asked=len(wanted),
        answered=len(wanted) - fates["failed"],
        scored=scored,
        failed=fates["failed"],
        unknown=fates["unknown"],
        failed_at={stage: fates[stage] for stage in STAGES if fates[stage]},
        below=fates["below"],
        copies=marks.count("exact"),
        near_copies=marks.count("near"),
        beyond=len(different) - len(kept),
        kept=len(kept),
        kept_unscored=len(kept) - len(rewards),
        kept_instructions=len({example.answer.id for example in kept}),
        mean_reward=round(sum(rewards) / len(rewards), 4) if rewards else None,
    )
    return kept, report


def _examine(recipe: DistillRecipe, answer: Answer, trace: Trace | None) -> Example | Fate:
    """The example that an answer makes, or why it makes none."""
    parsed = parse(answer.text or "")
    if trace is None or trace.reward is None:
        if is_drawn(recipe, answer):
            return "unknown"
        return Example(answer, None, parsed.completion.files) if _whole(parsed) else "parse"
    if trace.stage != "judge":
        return trace.stage
    if trace.reward < recipe.min_reward:
        return "below"
    return Example(answer, trace.reward, parsed.completion.files)


def _whole(parsed: Parsed) -> bool:
    return parsed.reasoning and not any(one.severity == "error" for one in parsed.failures)


def _reward(example: Example) -> float:
    """What was not scored comes after everything that was."""
    return -1.0 if example.reward is None else example.reward


def _best(ranked: Sequence[Example], keep: int | None) -> list[Example]:
    """The best of each instruction, then the rest, each best first."""
    seen: set[str] = set()
    first: list[Example] = []
    rest: list[Example] = []
    for example in ranked:
        (rest if example.answer.id in seen else first).append(example)
        seen.add(example.answer.id)
    return [*first, *rest][:keep]

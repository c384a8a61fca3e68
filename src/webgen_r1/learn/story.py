"""A finished `learn` folder, read back: what its report, figures and tables consume."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from webgen_r1.differences import differences
from webgen_r1.errors import UserError
from webgen_r1.evaluate.diversity import diversity
from webgen_r1.evaluate.records import Manifest
from webgen_r1.evaluate.results import RunResults
from webgen_r1.evaluate.run_folder import SUMMARY_FILE, load_run
from webgen_r1.jsonl import read_all
from webgen_r1.learn.curve import read_curve
from webgen_r1.learn.numbers import Observations, changes, observed
from webgen_r1.learn.plan import Plan
from webgen_r1.learn.records import PHASES_FILE, Learning, Phase, Values
from webgen_r1.train.places import RECIPE_FILE
from webgen_r1.types import text_digest

ONE_SEED = "one seed: how much another training would differ is not known"


@dataclass(frozen=True)
class Story:
    """Numbers and the evaluations behind them; pictures are relative to each one's folder."""

    learning: Learning
    before: RunResults
    during: RunResults | None
    """Half-way, of the first seed and the first instructions."""
    afters: tuple[RunResults, ...]
    """One for each seed."""
    recipe: str
    """The first seed's recipe as YAML, as it was run."""


def read_story(plan: Plan, *, recipe: str, command: str) -> Story:
    """Raises UserError where a phase left nothing, or where before and after do not compare."""
    before = load_run(plan.before)
    during = plan.seeds[0].during
    afters = tuple(load_run(run.after) for run in plan.seeds)
    halfway = load_run(during) if plan.during and (during / SUMMARY_FILE).is_file() else None
    for after in afters:
        check_comparable(before.manifest, after.manifest.benchmark_digest, plan.before)
    curves = tuple(read_curve(run.train, run.seed) for run in plan.seeds)
    making = plan.making
    first, later = observed(before), [observed(run) for run in afters]
    learning = Learning(
        recipe=recipe,
        policy=making.policy,
        making_digest=text_digest(making.model_dump_json(exclude={"before", "version"})),
        command=command,
        machine=machine(),
        benchmark=making.benchmark,
        benchmark_digest=making.benchmark_digest,
        instructions=len(before.benchmark.items),
        trained_on=plan.trained_on,
        samples=making.samples,
        temperature=making.temperature,
        max_tokens=making.max_tokens,
        seeds=tuple(run.seed for run in plan.seeds),
        steps=max((curve.steps[-1] for curve in curves if curve.steps), default=0),
        changes=changes(first, later),
        diversity_before=diversity(before),
        diversity_after=tuple(map(diversity, afters)),
        curves=curves,
        values_before=kept(first),
        values_after=tuple(map(kept, later)),
        seconds=_seconds(plan.out / PHASES_FILE),
        notes=tuple(_notes(plan, before, halfway, afters)),
    )
    text = (plan.seeds[0].train / RECIPE_FILE).read_text(encoding="utf-8")
    return Story(learning, before, halfway, afters, text)


def kept(found: Observations) -> Values:
    return {
        metric: {id: tuple(values) for id, values in of.items()} for metric, of in found.items()
    }


def check_comparable(before: Manifest, digest: str, folder: Path) -> None:
    """Raises UserError where another folder's `before` is not of this benchmark."""
    if before.benchmark_digest != digest:
        raise UserError(
            f"{folder} is an evaluation of other instructions ({before.benchmark} "
            f"{before.benchmark_digest[:8]}, here {digest[:8]}): their numbers cannot be compared"
        )


def machine() -> str:
    """What the seconds are of."""
    cores = f"{os.cpu_count()} cores ({platform.processor() or platform.machine()})"
    torch = sys.modules.get("torch")  # whoever trained has imported it
    if torch is not None and torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()}, {cores}"
    return cores


def _seconds(phases: Path) -> dict[str, float]:
    found: dict[str, float] = {}
    for phase in read_all(phases, Phase):
        found[phase.name] = round(found.get(phase.name, 0.0) + phase.seconds, 1)
    return found


def _notes(
    plan: Plan, before: RunResults, during: RunResults | None, afters: Sequence[RunResults]
) -> Iterator[str]:
    """What a reader must know before quoting a figure."""
    if plan.trained_on:
        yield (
            f"training asked {plan.trained_on} of these instructions too: what is shown of them "
            "may be remembered, not learned"
        )
    if before.manifest.training_judge:
        yield (
            f"the grade (AAS) and the reward come from {before.manifest.judges[0]}, the judge that "
            "training used: a policy that learned to please it is graded by it"
        )
    unlike = _unlike(before.manifest, afters[0].manifest)
    if unlike:
        yield f"before and after were not evaluated alike: {'; '.join(unlike)}"
    unknown = sum(run.summary.unknown for run in (before, *afters))
    if unknown:
        yield (
            f"{unknown} completions could not be evaluated and are in no figure: "
            "the same command tries them again"
        )
    ungraded = sum(run.summary.ungraded for run in (before, *afters))
    if ungraded:
        yield (
            f"{ungraded} completions could not be graded (the judge failed) and are in no mean "
            "grade or reward: the same command tries them again"
        )
    if plan.during and during is None:
        yield (
            "no checkpoint between start and end was kept (trainer.save_steps, "
            "trainer.save_total_limit): the gallery shows before and after only"
        )
    if len(afters) == 1:
        yield ONE_SEED


def _unlike(before: Manifest, after: Manifest) -> list[str]:
    """Ways of evaluating that differ, of all but the policy itself."""

    def way(manifest: Manifest) -> dict[str, object]:
        generator = {key: value for key, value in manifest.generator.items() if key != "model"}
        return {
            "generator": generator,
            "samples": manifest.samples,
            "judges": list(manifest.judges),
            "settings": manifest.settings,
        }

    return differences(way(before), way(after))

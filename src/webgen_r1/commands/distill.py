"""`webgen distill`: instructions and a teacher in, a dataset for fine-tuning out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from webgen_r1 import __version__, json_file, traces
from webgen_r1.commands import settings
from webgen_r1.commands.distill_display import DistillDisplay, print_report
from webgen_r1.commands.interrupts import Interrupted, run
from webgen_r1.differences import differences
from webgen_r1.distill.asking import wanted
from webgen_r1.distill.config import BlueprintTeacher, DistillRecipe
from webgen_r1.distill.dataset import write_dataset
from webgen_r1.distill.records import (
    COMPLETIONS_FILE,
    DATASET_FOLDER,
    REPORT_FILE,
    RUN_FILE,
    Answer,
    Making,
    Report,
)
from webgen_r1.distill.run import Distillation, Makers, latest_answers
from webgen_r1.distill.select import select
from webgen_r1.errors import InfraFailure, UserError
from webgen_r1.generate import make_generator
from webgen_r1.instructions import load_instructions
from webgen_r1.jsonl import read_all
from webgen_r1.prompts import system_prompt
from webgen_r1.protocols import Engine, Generator
from webgen_r1.recipe import load_recipe
from webgen_r1.scaffold import load
from webgen_r1.types import Instruction

DONE, INCOMPLETE, NOTHING_KEPT = 0, 1, 3


def distill(
    recipe_path: Path,
    console: Console,
    *,
    data: str | None = None,
    output_dir: Path | None = None,
    overrides: Sequence[str] = (),
    makers: Makers | None = None,
) -> int:
    """Make the dataset of a recipe; the exit code. `makers` stand in for the recipe's own.

    Raises UserError, InfraFailure, Interrupted.
    """
    replace = {"data.source": data, "output_dir": output_dir}
    recipe = load_recipe(
        recipe_path,
        DistillRecipe,
        overrides=overrides,
        replace={key: value for key, value in replace.items() if value is not None},
    )
    instructions, left_out = _instructions(recipe)
    asked = wanted(recipe, instructions)
    system = system_prompt(load(recipe.engine.scaffold), recipe.engine.mode)
    _claim(recipe, system)
    with DistillDisplay(console, recipe.min_reward) as display:
        distillation = Distillation(recipe, asked, system, makers or _makers(recipe), display)
        try:
            run(distillation.run())
        except (Interrupted, InfraFailure):
            display.stopped(recipe.output_dir)
            raise
        report = _finish(recipe, asked, system, left_out)
    print_report(report, recipe, console)
    if not report.kept:
        return NOTHING_KEPT
    return INCOMPLETE if report.failed or report.unknown else DONE


def _instructions(recipe: DistillRecipe) -> tuple[list[Instruction], int]:
    """What to ask, and how many instructions are left out: repeats, and those near a test set."""
    given = load_instructions(recipe.data.source, recipe.data.limit)
    from webgen_r1.instructions.clean import clean

    tests = [each for source in recipe.data.against for each in load_instructions(source)]
    kept = list(clean(given, tests).kept)
    if not kept:
        raise UserError(f"every instruction of {recipe.data.source} is like one of data.against")
    return kept, len(given) - len(kept)


def _makers(recipe: DistillRecipe) -> Makers:
    return Makers(teacher=lambda: _teacher(recipe), engine=lambda: _engine(recipe))


def _teacher(recipe: DistillRecipe) -> Generator:
    teacher = recipe.teacher
    if not isinstance(teacher, BlueprintTeacher):
        return make_generator(teacher)
    # Its lexicon is slow to import.
    from webgen_r1.blueprint.teacher import BlueprintGenerator

    return BlueprintGenerator(size=teacher.size, mode=recipe.engine.mode)


def _engine(recipe: DistillRecipe) -> Engine:
    # Slow to import, and not needed where nothing is scored.
    from webgen_r1.reward import CascadedReward

    return CascadedReward(recipe.engine)


def _finish(recipe: DistillRecipe, asked: list[Answer], system: str, left_out: int) -> Report:
    """Write dataset and report from what the folder holds."""
    out = recipe.output_dir
    answers = latest_answers(read_all(out / COMPLETIONS_FILE, Answer))
    found = {traces.key(trace): trace for trace in traces.read(out / traces.TRACES_FILE)}
    examples, report = select(recipe, asked, answers, found, left_out)
    write_dataset(out / DATASET_FOLDER, recipe, system, examples, report)
    json_file.write(out / REPORT_FILE, report)
    return report


# ── whose folder it is ──────────────────────────────────────────────────────────────


def _claim(recipe: DistillRecipe, system: str) -> None:
    """Make the output folder that of this teacher and this engine.

    How much is asked, scored and kept may change from call to call. Raises UserError when
    the folder holds answers of another teacher or rewards of another engine, DiskError.
    """
    path = recipe.output_dir / RUN_FILE
    is_blueprint = isinstance(recipe.teacher, BlueprintTeacher)
    making = Making(
        teacher=recipe.teacher.description,
        prompt="" if is_blueprint else hashlib.sha256(system.encode()).hexdigest()[:16],
        seed=recipe.seed,
        engine=settings.with_effect(recipe.engine),
        version=__version__,
    )
    if path.exists() and (recipe.output_dir / COMPLETIONS_FILE).exists():
        before = json_file.read(path, Making).model_dump(exclude={"version"})
        if changed := differences(before, making.model_dump(exclude={"version"})):
            raise UserError(
                f"{recipe.output_dir} holds another distillation ({'; '.join(changed)}): "
                "choose another output_dir"
            )
    json_file.write(path, making)

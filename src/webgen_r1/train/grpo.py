"""GRPO with the reward that builds, opens and looks at every site.

    recipe ─► instructions ─► prompts ─► model + tokenizer ─► trainer ─► checkpoints, final model
                                                                  └─► traces, log, gallery

Read top to bottom. torch and TRL are imported when a run starts, not before.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from webgen_r1.errors import InfraFailure, UserError, first_line
from webgen_r1.policies import Trained
from webgen_r1.recipe import load_recipe
from webgen_r1.reward import CascadedReward
from webgen_r1.reward.trl import OnTrace, Scorer, TrlReward
from webgen_r1.traces import TRACES_FILE, TraceWriter
from webgen_r1.train.config import GrpoRecipe
from webgen_r1.train.gallery import Gallery, pictures_folder
from webgen_r1.train.places import FINAL, LOG_FILE, last_checkpoint, step_of
from webgen_r1.train.rows import Row, drop_long, read_rows
from webgen_r1.train.run import (
    load_tokenizer,
    nothing_left,
    on_cpu,
    peft_config,
    prepare,
    quiet_libraries,
    require_extra,
    say_how_to_go_on,
)
from webgen_r1.train.stopping import Stopped, stoppable
from webgen_r1.types import Trace

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase
    from trl import GRPOConfig

    from webgen_r1.train.trainer import LeaveOutTrainer

DONE, NOTHING_SCORED = 0, 3


def run(
    recipe_path: Path,
    *,
    data: str | None = None,
    output_dir: Path | None = None,
    overrides: Sequence[str] = (),
) -> int:
    """Train as the recipe says, from the last checkpoint in its output folder if there is one.

    Returns an exit code: 0 done; 3 stopped because nothing could be scored any more; 130 or
    143 stopped by Ctrl-C or SIGTERM. Raises UserError for a mistake, InfraFailure if the
    reward does not work from the start, DiskError when the disk is full; what was saved
    before is kept.
    """
    recipe = given_recipe(recipe_path, data, output_dir, overrides)
    require_extra()
    # The gallery is the first process's, and nobody would tidy up after the others.
    paints = recipe.gallery_steps and os.environ.get("RANK", "0") == "0"
    pictures = pictures_folder(recipe.output_dir) if paints else None
    with quiet_libraries():
        return train(recipe, CascadedReward(recipe.engine, artifacts=pictures), Console())


def given_recipe(
    path: Path, data: str | None, output_dir: Path | None, overrides: Sequence[str]
) -> GrpoRecipe:
    """The recipe with what was said on the call. Raises UserError."""
    replace = {"data.source": data, "output_dir": output_dir}
    given = {key: value for key, value in replace.items() if value is not None}
    return load_recipe(path, GrpoRecipe, overrides=overrides, replace=given)


def train(recipe: GrpoRecipe, engine: Scorer, console: Console) -> int:
    """The run itself, with any engine that scores; returns what `run` returns."""
    from transformers.utils import logging

    from webgen_r1.train.arguments import grpo_config
    from webgen_r1.train.packages import require_packages

    logging.disable_progress_bar()  # there is one of ours
    args = grpo_config(recipe)
    require_packages(args)
    console.quiet = args.process_index != 0
    rows = read_rows(recipe)
    texts = (message["content"] for row in rows for message in row["prompt"])
    model = prepare(recipe, args, texts, console)
    tokenizer = load_tokenizer(model)
    rows = drop_long(rows, tokenizer, recipe.data.max_prompt_tokens, console)

    checkpoint = last_checkpoint(recipe.output_dir)
    done = step_of(checkpoint) if checkpoint else 0
    if nothing_left(recipe, args.max_steps, console):
        return DONE
    if checkpoint:
        console.print(f"continuing from {checkpoint}")

    try:
        with stoppable(), ExitStack() as stack:
            stack.enter_context(on_cpu(recipe.cpu_threads))
            keep = _keepers(stack, recipe, args, done)
            reward = stack.enter_context(
                TrlReward(engine, pause_s=recipe.pause_s, max_pauses=recipe.max_pauses)
            )
            _preflight(recipe, reward, rows, console)
            trainer = _trainer(recipe, args, model, tokenizer, rows, reward)
            if args.process_index == 0:
                keep.append(_watch(stack, recipe, trainer, done, console))
            reward.on_trace = _each(keep)
            trainer.train_from(checkpoint)
            return _finish(recipe, trainer, console)
    except Stopped as stopped:
        say_how_to_go_on(recipe, console)
        return stopped.exit_code


def _finish(recipe: GrpoRecipe, trainer: LeaveOutTrainer, console: Console) -> int:
    from webgen_r1.train.arguments import sampling_of
    from webgen_r1.train.saving import save_final

    steps = trainer.state.global_step
    if trainer.lost_steps >= trainer.max_lost_steps:
        console.print(
            f"stopped at step {steps}: no completion could be scored in {trainer.lost_steps} steps "
            "in a row; the warnings above say why, `webgen doctor` may help, and the same command "
            "continues"
        )
        return NOTHING_SCORED
    final = recipe.output_dir / FINAL
    trained = Trained(
        scaffold=recipe.engine.scaffold,
        mode=recipe.engine.mode,
        **sampling_of(trainer.args).sampling,
    )
    save_final(trainer, final, trained)
    console.print(f"{steps} steps done: {final}")
    return DONE


# ── what to train ────────────────────────────────────────────────────────────────────


def _trainer(
    recipe: GrpoRecipe,
    args: GRPOConfig,
    model: str,
    tokenizer: PreTrainedTokenizerBase,
    rows: list[Row],
    reward: TrlReward,
) -> LeaveOutTrainer:
    from datasets import Dataset
    from transformers import PrinterCallback

    from webgen_r1.train.trainer import LeaveOutTrainer

    try:
        trainer = LeaveOutTrainer(
            model,
            reward_funcs=reward,
            args=args,
            train_dataset=Dataset.from_list(rows),
            processing_class=tokenizer,
            peft_config=peft_config(recipe),
            max_lost_steps=recipe.max_lost_steps,
        )
    except OSError as error:
        raise UserError(f"cannot load the model {model}: {first_line(error)}") from error
    trainer.remove_callback(PrinterCallback)
    return trainer


# ── around the run ───────────────────────────────────────────────────────────────────


def _preflight(recipe: GrpoRecipe, reward: TrlReward, rows: list[Row], console: Console) -> None:
    """Score one known completion, or do not start: a broken reward is cheapest found now."""
    path = recipe.preflight
    if path is None:
        return
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read the preflight completion {path}: {error}") from error
    name = path.name.partition(".")[0]
    asked = next((row["instruction"] for row in rows if row["id"] == name), None)
    seen: list[Trace] = []
    reward.on_trace = seen.append
    value = reward(prompts=[""], completions=[text], instruction=[asked], id=[f"preflight/{name}"])
    if value == [None] or not seen:
        why = seen[0].infra.message if seen and seen[0].infra else "see the log above"
        raise InfraFailure(f"the reward does not work, nothing was trained: {why}")
    trace = seen[0]
    console.print(
        f"preflight: {path.name} scores {trace.reward:.3g} (stage {trace.stage}, "
        f"{len(trace.pages)} pages, {sum(trace.timings.values()):.1f} s)",
        highlight=False,
    )


def _keepers(stack: ExitStack, recipe: GrpoRecipe, args: GRPOConfig, done: int) -> list[OnTrace]:
    """What keeps traces: their file, and the first process's gallery if the recipe has one."""
    keep: list[OnTrace] = [stack.enter_context(TraceWriter(_traces_file(recipe, args))).append]
    if recipe.gallery_steps and args.process_index == 0:
        gallery = Gallery(
            recipe.output_dir, recipe.gallery_steps, recipe.gallery_size, args.num_generations
        )
        stack.enter_context(gallery).continue_from(done)
        keep.append(gallery.saw)
    return keep


def _watch(
    stack: ExitStack, recipe: GrpoRecipe, trainer: LeaveOutTrainer, done: int, console: Console
) -> OnTrace:
    """Show progress and keep the log; returns who wants to see every trace."""
    from webgen_r1.train.grpo_log import GrpoStep
    from webgen_r1.train.log import StepWriter
    from webgen_r1.train.progress import TrainingProgress

    log = stack.enter_context(StepWriter(recipe.output_dir / LOG_FILE, GrpoStep))
    log.continue_from(done)
    batch = trainer.args.per_device_train_batch_size * trainer.args.steps_per_generation
    progress = stack.enter_context(TrainingProgress(console, log, batch=batch))
    trainer.add_callback(progress)
    return progress.saw


def _each(sinks: Sequence[OnTrace]) -> OnTrace:
    def on_trace(trace: Trace) -> None:
        with ExitStack() as all_of_them:  # also where one fails
            for sink in reversed(sinks):
                all_of_them.callback(sink, trace)

    return on_trace


def _traces_file(recipe: GrpoRecipe, args: GRPOConfig) -> Path:
    """Each process of a run writes its own file."""
    rank = args.process_index
    name = TRACES_FILE if rank == 0 else f"{Path(TRACES_FILE).stem}-{rank}.jsonl"
    return recipe.output_dir / name

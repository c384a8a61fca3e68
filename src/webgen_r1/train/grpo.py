"""GRPO with the reward that builds, opens and looks at every site.

    recipe ─► instructions ─► prompts ─► model + tokenizer ─► trainer ─► checkpoints, final model

Read top to bottom. torch and TRL are imported when a run starts, not before.
"""

from __future__ import annotations

import importlib.util
import os
import warnings
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from webgen_r1.errors import InfraFailure, UserError
from webgen_r1.recipe import load_recipe
from webgen_r1.reward import CascadedReward
from webgen_r1.reward.trl import Scorer, TrlReward
from webgen_r1.traces import TRACES_FILE, TraceWriter
from webgen_r1.train.config import GrpoRecipe
from webgen_r1.train.rows import Row, drop_long, read_rows
from webgen_r1.train.run import (
    keep_recipe,
    load_tokenizer,
    model_folder,
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
    reward does not work from the start.
    """
    replace = {"data.source": data, "output_dir": output_dir}
    recipe = load_recipe(
        recipe_path,
        GrpoRecipe,
        overrides=overrides,
        replace={key: value for key, value in replace.items() if value is not None},
    )
    require_extra()
    # TRL reports every trainer it makes to the hub unless told otherwise before it is imported.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    with warnings.catch_warnings():
        # TRL 1.16 uses names that transformers 5.23 has renamed; nobody here can mend that.
        warnings.filterwarnings(
            "ignore", message=".*gradient_checkpointing.* is deprecated", category=FutureWarning
        )
        return train(recipe, CascadedReward(recipe.engine), Console())


def train(recipe: GrpoRecipe, engine: Scorer, console: Console) -> int:
    """The run itself, with any engine that scores; returns what `run` returns."""
    import torch
    from transformers.utils import logging

    from webgen_r1.train.arguments import grpo_config, last_checkpoint

    logging.disable_progress_bar()  # there is one of ours
    args = grpo_config(recipe)
    _require_vllm(args)
    rows = read_rows(recipe)
    with args.main_process_first(desc="preparing the model"):
        keep_recipe(recipe)
        texts = (message["content"] for row in rows for message in row["prompt"])
        model = model_folder(recipe, texts)
    tokenizer = load_tokenizer(model)
    rows = drop_long(rows, tokenizer, recipe.data.max_prompt_tokens, console)

    checkpoint = last_checkpoint(recipe.output_dir)
    if checkpoint is not None:
        done = int(checkpoint.name.rpartition("-")[2])
        if 0 < args.max_steps <= done:
            console.print(f"{recipe.output_dir} already holds {done} steps: nothing left to do")
            return DONE
        console.print(f"continuing from {checkpoint}")

    try:
        with stoppable(), ExitStack() as stack:
            if recipe.cpu_threads is not None:
                stack.callback(torch.set_num_threads, torch.get_num_threads())
                torch.set_num_threads(recipe.cpu_threads)
            keep = stack.enter_context(TraceWriter(_traces_file(recipe, args)))
            reward = stack.enter_context(TrlReward(engine))
            _preflight(recipe, reward, rows, console)
            trainer = _trainer(recipe, args, model, tokenizer, rows, reward)
            _watch(stack, trainer, reward, keep, console)
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
            return _finish(recipe, trainer, console)
    except Stopped as stopped:
        say_how_to_go_on(recipe, console)
        return stopped.exit_code


def _finish(recipe: GrpoRecipe, trainer: LeaveOutTrainer, console: Console) -> int:
    steps = trainer.state.global_step
    if trainer.lost_steps >= trainer.max_lost_steps:
        console.print(
            f"stopped at step {steps}: no completion could be scored in {trainer.lost_steps} steps "
            "in a row; the warnings above say why, `webgen doctor` may help, and the same command "
            "continues"
        )
        return NOTHING_SCORED
    final = recipe.output_dir / "final"
    trainer.save_model(str(final))
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
            max_lost_steps=recipe.max_lost_steps,
        )
    except OSError as error:
        reason = str(error).strip().splitlines()[0]
        raise UserError(f"cannot load the model {model}: {reason}") from error
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


def _watch(
    stack: ExitStack,
    trainer: LeaveOutTrainer,
    reward: TrlReward,
    traces: TraceWriter,
    console: Console,
) -> None:
    """Keep every trace; the first process of a run also shows progress."""
    from webgen_r1.train.progress import TrainingProgress

    if trainer.args.process_index != 0:
        reward.on_trace = traces.append
        return
    batch = trainer.args.per_device_train_batch_size * trainer.args.steps_per_generation
    progress = stack.enter_context(TrainingProgress(console, batch=batch))
    trainer.add_callback(progress)

    def on_trace(trace: Trace) -> None:
        progress.saw(trace)
        traces.append(trace)

    reward.on_trace = on_trace


def _traces_file(recipe: GrpoRecipe, args: GRPOConfig) -> Path:
    """Each process of a run writes its own file."""
    rank = args.process_index
    name = TRACES_FILE if rank == 0 else f"{Path(TRACES_FILE).stem}-{rank}.jsonl"
    return recipe.output_dir / name


def _require_vllm(args: GRPOConfig) -> None:
    if args.use_vllm and importlib.util.find_spec("vllm") is None:
        raise UserError(
            "the recipe asks for vLLM: run `pip install vllm`, or set trainer.use_vllm=false"
        )

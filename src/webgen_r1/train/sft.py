"""Supervised fine-tuning on completions worth imitating, with the loss on them alone.

    recipe ─► conversations ─► tokens ─► trainer ─► checkpoints, log, final model

Read top to bottom. torch and TRL are imported when a run starts, not before.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from webgen_r1.errors import UserError, first_line
from webgen_r1.recipe import load_recipe
from webgen_r1.train.config import SftRecipe
from webgen_r1.train.examples import load_examples, tokenized
from webgen_r1.train.log import StepWriter
from webgen_r1.train.places import FINAL, LOG_FILE, last_checkpoint, step_of
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
from webgen_r1.train.step_log import SftStep
from webgen_r1.train.stopping import Stopped, stoppable

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedTokenizerBase
    from trl import SFTConfig

    from webgen_r1.train.sft_trainer import FineTuner

DONE = 0


def run(
    recipe_path: Path,
    *,
    data: str | None = None,
    output_dir: Path | None = None,
    overrides: Sequence[str] = (),
) -> int:
    """Train as the recipe says, from the last checkpoint in its output folder if there is one.

    Returns an exit code: 0 done; 130 or 143 stopped by Ctrl-C or SIGTERM. Raises UserError
    for a mistake and DiskError when the disk is full; what was saved before is kept.
    """
    replace = {"data.source": data, "output_dir": output_dir}
    recipe = load_recipe(
        recipe_path,
        SftRecipe,
        overrides=overrides,
        replace={key: value for key, value in replace.items() if value is not None},
    )
    require_extra()
    with quiet_libraries():
        return train(recipe, Console())


def train(recipe: SftRecipe, console: Console) -> int:
    """The run itself; returns what `run` returns."""
    import datasets
    from transformers.utils import logging

    from webgen_r1.train.arguments import sft_config
    from webgen_r1.train.packages import require_packages
    from webgen_r1.train.saving import save_final
    from webgen_r1.train.sft_trainer import last_step

    logging.disable_progress_bar()  # there is one of ours
    datasets.disable_progress_bars()
    args = sft_config(recipe)
    require_packages(args)
    console.quiet = args.process_index != 0
    examples = load_examples(recipe.data)
    texts = (message["content"] for example in examples for message in example)
    model = prepare(recipe, args, texts, console)
    tokenizer = load_tokenizer(model)
    dataset = tokenized(examples, tokenizer, recipe.data.max_tokens, console)
    checkpoint = last_checkpoint(recipe.output_dir)
    done = step_of(checkpoint) if checkpoint else 0
    if nothing_left(recipe, last_step(args.max_steps, recipe.stop_at), console):
        return DONE
    if checkpoint:
        console.print(f"continuing from {checkpoint}")
    try:
        with stoppable(), ExitStack() as stack:
            stack.enter_context(on_cpu(recipe.cpu_threads))
            trainer = _trainer(recipe, args, model, tokenizer, dataset)
            _watch(stack, recipe, trainer, done, console)
            trainer.train_from(checkpoint)
            final = recipe.output_dir / FINAL
            save_final(trainer, final, recipe.policy)
            console.print(f"{trainer.state.global_step} steps done: {final}")
            return DONE
    except Stopped as stopped:
        say_how_to_go_on(recipe, console)
        return stopped.exit_code


def _trainer(
    recipe: SftRecipe,
    args: SFTConfig,
    model: str,
    tokenizer: PreTrainedTokenizerBase,
    dataset: Dataset,
) -> FineTuner:
    from transformers import PrinterCallback

    from webgen_r1.train.sft_trainer import FineTuner

    try:
        trainer = FineTuner(
            model,
            args=args,
            train_dataset=dataset,
            processing_class=tokenizer,
            peft_config=peft_config(recipe),
            stop_at=recipe.stop_at,
        )
    except (OSError, ImportError) as error:  # ImportError: the attention that was asked for
        raise UserError(f"cannot load the model {model}: {first_line(error)}") from error
    trainer.remove_callback(PrinterCallback)
    return trainer


def _watch(
    stack: ExitStack, recipe: SftRecipe, trainer: FineTuner, done: int, console: Console
) -> None:
    """The first process of a run shows progress and keeps the log."""
    from webgen_r1.train.sft_progress import SftProgress

    if trainer.args.process_index != 0:
        return
    log = stack.enter_context(StepWriter(recipe.output_dir / LOG_FILE, SftStep))
    before = log.continue_from(done)
    tokens = before[-1].tokens if before else 0
    progress = SftProgress(console, log, stop_at=recipe.stop_at, tokens_before=tokens)
    trainer.add_callback(stack.enter_context(progress))

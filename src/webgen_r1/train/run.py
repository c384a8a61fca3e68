"""What every training run does around its trainer: extras, model, tokenizer, recipe kept."""

from __future__ import annotations

import ctypes
import importlib.util
import logging
import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from rich.console import Console

from webgen_r1.differences import differences
from webgen_r1.errors import UserError, first_line
from webgen_r1.policies import find_policy
from webgen_r1.train.config import TrainRecipe
from webgen_r1.train.places import FINAL, INIT, RECIPE_FILE, last_checkpoint, step_of
from webgen_r1.whole_file import write_text

if TYPE_CHECKING:
    from peft import LoraConfig
    from transformers import PreTrainedTokenizerBase, TrainingArguments

_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4  # of malloc.h

EXTRA = ("torch", "transformers", "trl", "datasets", "accelerate")


def require_extra() -> None:
    missing = [name for name in EXTRA if importlib.util.find_spec(name) is None]
    if missing:
        raise UserError(
            f"training needs {', '.join(missing)}: run `pip install 'webgen-r1[train]'`"
        )


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """What the libraries would say or send that nobody who runs this can act on."""
    # TRL reports every trainer it makes to the hub unless told otherwise before it is imported.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # Convolutions of three tokens need no kernel of their own.
    logging.getLogger("transformers.integrations.hub_kernels").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        # TRL 1.16 uses names that transformers 5.23 has renamed.
        warnings.filterwarnings(
            "ignore", message=".*gradient_checkpointing.* is deprecated", category=FutureWarning
        )
        yield


@contextmanager
def on_cpu(threads: int | None) -> Iterator[None]:
    """Let torch compute with so many threads on the CPU, None for its own choice, and without a
    GPU keep the memory of freed tensors for the next ones, for the rest of the process."""
    import torch

    if not torch.cuda.is_available():
        _keep_freed_memory()
    before = torch.get_num_threads()
    torch.set_num_threads(threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _keep_freed_memory() -> None:
    """mallopt(3): glibc would map every large tensor anew, and the kernel zero its pages, which
    takes a fifth of a small model's training (docs/sft.md). Elsewhere nothing is changed."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "gnu_get_libc_version"):
        libc.mallopt(_M_MMAP_MAX, 0)
        libc.mallopt(_M_TRIM_THRESHOLD, -1)  # never


def keep_recipe(recipe: TrainRecipe) -> list[str]:
    """Write down what is run; of a run that goes on, returns the settings that it did not begin
    with. For one process of several.

    Raises UserError where the folder holds a run of another model, or a recipe that cannot be
    read, and DiskError.
    """
    path = recipe.output_dir / RECIPE_FILE
    before = _begun_with(recipe, path)
    if before is not None and before["model"] != recipe.model.model_dump(mode="json"):
        raise UserError(f"{recipe.output_dir} holds a run of another model: choose another")
    now = recipe.model_dump(mode="json")
    write_text(path, yaml.safe_dump(now, sort_keys=False))
    return differences(before, now) if before is not None else []


def _begun_with(recipe: TrainRecipe, path: Path) -> dict[str, Any] | None:
    """The recipe of the run in the folder; None where no step was saved and no model made, so
    that a mistake in a recipe can be mended."""
    folder = recipe.output_dir
    if not path.exists() or not (last_checkpoint(folder) or (folder / INIT).exists()):
        return None
    try:
        kept = type(recipe).model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise UserError(
            f"{path} is not what this release writes: choose another output_dir"
        ) from error
    return kept.model_dump(mode="json")


def model_folder(recipe: TrainRecipe, texts: Iterable[str]) -> str:
    """Where the policy comes from; one from scratch is made first, its tokenizer from `texts`,
    and kept with the run."""
    if recipe.model.path is not None:
        return find_policy(recipe.model.path)
    assert recipe.model.scratch is not None
    from webgen_r1.train.scratch import make_scratch

    folder = recipe.output_dir / INIT
    make_scratch(recipe.model.scratch, texts, recipe.seed, folder)
    return str(folder)


def load_tokenizer(model: str) -> PreTrainedTokenizerBase:
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(model, padding_side="left", truncation_side="left")
    except (OSError, ValueError) as error:
        raise UserError(f"cannot load the tokenizer of {model}: {first_line(error)}") from error


def peft_config(recipe: TrainRecipe) -> LoraConfig | None:
    """The adapter to train, None for the weights themselves. Raises UserError."""
    fields = recipe.model.lora
    if fields is None:
        return None
    if importlib.util.find_spec("peft") is None:
        raise UserError("model.lora needs peft: run `pip install peft`")
    from peft import LoraConfig

    try:
        return LoraConfig(**({"task_type": "CAUSAL_LM"} | fields))
    except (TypeError, ValueError) as error:
        raise UserError(f"model.lora: {' '.join(str(error).split())}") from error


def prepare(
    recipe: TrainRecipe, args: TrainingArguments, texts: Iterable[str], console: Console
) -> str:
    """Note the recipe in the run's folder; returns where the policy comes from. One process
    after the other, the first alone writes."""
    with args.main_process_first(desc="preparing the model"):
        changed = keep_recipe(recipe) if args.process_index == 0 else []
        if changed:
            console.print(f"other settings than this run began with: {'; '.join(changed)}")
        return model_folder(recipe, texts)


def nothing_left(recipe: TrainRecipe, last_step: int, console: Console) -> bool:
    """Whether a run of so many steps (-1 where epochs are counted) has left its final model."""
    checkpoint = last_checkpoint(recipe.output_dir)
    done = step_of(checkpoint) if checkpoint else 0
    if not (0 < last_step <= done and (recipe.output_dir / FINAL).is_dir()):
        return False
    console.print(f"{recipe.output_dir} already holds {done} steps: nothing left to do")
    return True


def say_how_to_go_on(recipe: TrainRecipe, console: Console) -> None:
    checkpoint = last_checkpoint(recipe.output_dir)
    where = f"from {checkpoint.name}" if checkpoint else "at the beginning: nothing was saved yet"
    console.print(f"interrupted; the same command continues {where}")

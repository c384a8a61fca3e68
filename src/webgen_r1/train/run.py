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
from typing import TYPE_CHECKING

import yaml
from rich.console import Console

from webgen_r1.errors import UserError
from webgen_r1.policies import find_policy
from webgen_r1.train.config import ModelConfig, TrainRecipe

if TYPE_CHECKING:
    from peft import LoraConfig
    from transformers import PreTrainedTokenizerBase

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


def step_of(checkpoint: Path) -> int:
    """The number of steps that it holds."""
    return int(checkpoint.name.rpartition("-")[2])


def keep_recipe(recipe: TrainRecipe) -> None:
    """Write down what was run; refuse to continue a run of another model."""
    path = recipe.output_dir / "recipe.yaml"
    try:
        if path.exists():
            before = yaml.safe_load(path.read_text(encoding="utf-8"))
            if ModelConfig.model_validate(before["model"]) != recipe.model:
                raise UserError(f"{recipe.output_dir} holds a run of another model: choose another")
        recipe.output_dir.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error


def model_folder(recipe: TrainRecipe, texts: Iterable[str]) -> str:
    """Where the policy comes from; one from scratch is made first, its tokenizer from `texts`,
    and kept with the run."""
    if recipe.model.path is not None:
        return find_policy(recipe.model.path)
    assert recipe.model.scratch is not None
    from webgen_r1.train.scratch import make_scratch

    folder = recipe.output_dir / "init"
    make_scratch(recipe.model.scratch, texts, recipe.seed, folder)
    return str(folder)


def load_tokenizer(model: str) -> PreTrainedTokenizerBase:
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(model, padding_side="left", truncation_side="left")
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise UserError(f"cannot load the tokenizer of {model}: {reason}") from error


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


def say_how_to_go_on(recipe: TrainRecipe, console: Console) -> None:
    from webgen_r1.train.arguments import last_checkpoint

    checkpoint = last_checkpoint(recipe.output_dir)
    where = f"from {checkpoint.name}" if checkpoint else "at the beginning: nothing was saved yet"
    console.print(f"interrupted; the same command continues {where}")

"""What a recipe says. A recipe is `GrpoRecipe` in YAML; `recipes/smoke.yaml` is the smallest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from webgen_r1.config import EngineConfig, Settings, load_yaml
from webgen_r1.errors import UserError


class TinyModel(Settings):
    """A randomly initialised decoder of the Qwen2 architecture and a tokenizer made for it."""

    vocab_size: int = Field(default=1024, ge=300)
    """Entries of the byte-level BPE, special tokens included; trained on the prompts."""
    hidden_size: int = Field(default=64, ge=8)
    intermediate_size: int = Field(default=192, ge=8)
    layers: int = Field(default=2, ge=1)
    heads: int = Field(default=4, ge=1)
    kv_heads: int = Field(default=2, ge=1)
    max_length: int = Field(default=8192, ge=256)
    """Positions: prompt and completion together."""

    @model_validator(mode="after")
    def _divides(self) -> Self:
        if self.hidden_size % self.heads or (self.hidden_size // self.heads) % 2:
            raise ValueError("hidden_size must be an even multiple of heads")
        if self.heads % self.kv_heads:
            raise ValueError("heads must be a multiple of kv_heads")
        return self


class ModelConfig(Settings):
    """The policy to start from: exactly one of the two."""

    path: str | None = None
    """A folder in the Hugging Face format, or a name on the hub."""
    tiny: TinyModel | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.path is None) == (self.tiny is None):
            raise ValueError("give either path or tiny")
        return self


class DataConfig(Settings):
    """The instructions to train on."""

    source: str
    """A .jsonl or .parquet file, relative to the recipe, or a dataset on the hub."""
    limit: int | None = Field(default=None, ge=1)
    """Take only the first so many."""
    max_prompt_tokens: int = Field(default=4096, ge=1)
    """Instructions whose prompt is longer are left out; the run says how many."""


class GrpoRecipe(Settings):
    """One GRPO run."""

    model: ModelConfig
    data: DataConfig
    engine: EngineConfig = EngineConfig()
    """The reward, and with `engine.scaffold` and `engine.mode` the task."""
    trainer: dict[str, Any] = Field(default_factory=dict)
    """Fields of `trl.GRPOConfig` by their own names."""
    output_dir: Path
    """Checkpoints, traces and the final model; relative to the working directory."""
    seed: int = Field(default=0, ge=0)
    cpu_threads: int | None = Field(default=None, ge=1)
    """Threads torch computes with on a CPU, None for its own choice. A tiny model is quicker
    with one: with more it mostly waits for the others, the longer the busier the machine."""
    preflight: Path | None = None
    """A completion, relative to the recipe, scored before the first step; if it cannot be
    scored the run does not start. Its name up to the first dot is the id of its instruction."""
    max_lost_steps: int = Field(default=3, ge=1)
    """The run stops after so many steps in a row in which no completion could be scored."""


def load_recipe(
    path: Path,
    *,
    data: str | None = None,
    output_dir: Path | None = None,
    overrides: Sequence[str] = (),
) -> GrpoRecipe:
    """Read a recipe, change it by `overrides` (`trainer.max_steps=10`), resolve its data file.

    `data` and `output_dir` replace the recipe's. Raises UserError with one line.
    """
    recipe = load_yaml(path, GrpoRecipe)
    tree = recipe.model_dump(exclude_unset=True)
    tree["data"]["source"] = _beside(recipe.data.source, path) if data is None else data
    if recipe.preflight is not None:
        tree["preflight"] = _beside(str(recipe.preflight), path)
    if output_dir is not None:
        tree["output_dir"] = output_dir
    for override in overrides:
        _apply(tree, override)
    try:
        return GrpoRecipe.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(f"{path}: {where}: {first['msg']}") from error


def _beside(name: str, recipe: Path) -> str:
    """A file beside the recipe if there is one; anything else is taken as it is."""
    beside = recipe.parent / name
    return str(beside) if beside.exists() else name


def _apply(tree: dict[str, Any], override: str) -> None:
    """Set one dotted key; the value is YAML."""
    key, equals, text = override.partition("=")
    if not key or not equals:
        raise UserError(f"an override is written key=value, not {override!r}")
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UserError(f"the value of {key} is not valid YAML: {text!r}") from error
    *parents, last = key.split(".")
    for parent in parents:
        if not isinstance(tree.get(parent), dict):
            tree[parent] = {}
        tree = tree[parent]
    tree[last] = value

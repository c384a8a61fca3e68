"""A recipe's `trainer` mapping as TRL's own config, every mistake in one line.

Names come from that config itself, so a recipe can use whatever the installed TRL offers;
values are read as the field's own type (YAML reads `5e-6` as text, for one).
"""

from __future__ import annotations

import dataclasses
import difflib
import typing
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from trl import GRPOConfig, SFTConfig

from webgen_r1.config import Sampling
from webgen_r1.errors import UserError
from webgen_r1.train.config import GrpoRecipe, SftRecipe, TrainRecipe

Config = TypeVar("Config", GRPOConfig, SFTConfig)

OWNED = {
    "output_dir": "output_dir",
    "seed": "seed",
    "remove_unused_columns": None,
    "resume_from_checkpoint": None,
    "disable_tqdm": None,
}
"""Fields that the run sets itself, and the recipe's key for them if it has one."""

DEFAULTS: dict[str, Any] = {"logging_steps": 1, "report_to": "none"}


def grpo_config(recipe: GrpoRecipe, kind: type[GRPOConfig] = GRPOConfig) -> GRPOConfig:
    """The arguments of a GRPO run. Raises UserError for a wrong name or value."""
    args = config(kind, recipe)
    try:
        sampling_of(args)
    except ValidationError as error:
        first = error.errors()[0]
        name = {"max_tokens": "max_completion_length"}.get(str(first["loc"][0]), first["loc"][0])
        raise UserError(f"trainer: {name}: {first['msg']}") from error
    return args


def sft_config(recipe: SftRecipe) -> SFTConfig:
    """The arguments of an SFT run. Raises UserError for a wrong name or value."""
    if "max_length" in recipe.trainer:
        raise UserError("trainer: max_length is not for the recipe's trainer: set data.max_tokens")
    packing = bool(recipe.trainer.get("packing"))
    return config(
        SFTConfig,
        recipe,
        max_length=recipe.data.max_tokens,
        dataset_kwargs=None if packing else {"skip_prepare_dataset": True},
    )


def sampling_of(args: GRPOConfig) -> Sampling:
    """How completions are drawn in training."""
    return Sampling(
        temperature=args.temperature,
        top_p=args.top_p,
        min_p=args.min_p or 0.0,
        max_tokens=args.max_completion_length,
    )


def config(kind: type[Config], recipe: TrainRecipe, **decided: object) -> Config:
    types = _field_types(kind)
    given = {
        name: _value(kind.__name__, types, name, value) for name, value in recipe.trainer.items()
    }
    try:
        return kind(
            output_dir=str(recipe.output_dir),
            seed=recipe.seed,
            disable_tqdm=True,
            **(DEFAULTS | given | decided),
        )
    except (ValueError, TypeError, ImportError) as error:
        raise UserError(f"trainer: {_line(error)}") from error


def _value(kind: str, types: dict[str, Any], name: str, value: object) -> object:
    """`value` as the type that the config declares for `name`."""
    if name in OWNED:
        owner = OWNED[name]
        hint = f"set {owner} at the top of the recipe" if owner else "the run decides it"
        raise UserError(f"trainer: {name} is not for the recipe's trainer: {hint}")
    if name not in types:
        close = difflib.get_close_matches(name, types, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise UserError(f"trainer: {kind} has no field {name}{hint}")
    if value is False and name.endswith("_strategy"):
        value = "no"  # which is how YAML reads it
    try:
        return TypeAdapter(types[name]).validate_python(value)
    except ValidationError as error:
        raise UserError(f"trainer: {name}: {error.errors()[0]['msg']}") from error


def _field_types(kind: type) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _line(error: Exception) -> str:
    return " ".join(str(error).split())

"""Recipes: one YAML file per job (`distill`, `sft`, `grpo`), every key changeable on the call.

A recipe is a `Recipe` subclass in YAML. Files it names are looked for beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, Field, ValidationError, ValidationInfo

from webgen_r1.config import EngineConfig, Settings, load_yaml, mistake
from webgen_r1.errors import UserError


def _beside(name: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - a str or a Path, as given
    """A file beside the recipe if there is one; anything else is taken as it is."""
    if info.context is None:
        return name
    beside = info.context["folder"] / name
    return type(name)(beside) if beside.exists() else name


Source = Annotated[str, AfterValidator(_beside)]
"""A file relative to the recipe, or whatever else the name means to its reader (the hub)."""

Beside = Annotated[Path, AfterValidator(_beside)]
"""A file relative to the recipe or, if there is none, to the working directory."""


class Recipe(Settings):
    """What every job has."""

    output_dir: Path
    """Where its results go; relative to the working directory."""
    seed: int = Field(default=0, ge=0)


R = TypeVar("R", bound=Recipe)


def load_recipe(
    path: Path,
    kind: type[R],
    *,
    overrides: Sequence[str] = (),
    replace: Mapping[str, Any] | None = None,
) -> R:
    """Read a recipe of a kind and change it: `replace` by `{"data.source": "x"}`, then
    `overrides` such as `trainer.max_steps=10`, whose value is YAML.

    A key of the engine may leave out `engine.` (`reward.gamma=0.5`). What is replaced is taken
    as given from the working directory. Raises UserError with one line that names the place.
    """
    tree = load_yaml(path, kind, context={"folder": path.parent}).model_dump(exclude_unset=True)
    for key, value in (replace or {}).items():
        _set(tree, kind, key, value)
    for override in overrides:
        _set(tree, kind, *_parted(override))
    try:
        return kind.model_validate(tree)
    except ValidationError as error:
        raise UserError(f"{path}: {mistake(error, kind)}") from error


def _parted(override: str) -> tuple[str, Any]:
    key, equals, text = override.partition("=")
    if not key or not equals:
        raise UserError(f"an override is written key=value, not {override!r}")
    try:
        return key, yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UserError(f"the value of {key} is not valid YAML: {text!r}") from error


def _set(tree: dict[str, Any], kind: type[Recipe], key: str, value: object) -> None:
    """Put `value` at a dotted key."""
    parts = key.split(".")
    if parts[0] not in kind.model_fields and parts[0] in EngineConfig.model_fields:
        parts.insert(0, "engine")
    *parents, last = parts
    for parent in parents:
        if not isinstance(tree.get(parent), dict):
            tree[parent] = {}
        tree = tree[parent]
    tree[last] = value

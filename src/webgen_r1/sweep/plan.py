"""What a sweep will do: a grid over keys of the recipe, and named cases beside it."""

from __future__ import annotations

import itertools
import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from webgen_r1.config import EngineConfig
from webgen_r1.errors import UserError
from webgen_r1.recipe import load_recipe
from webgen_r1.train.config import GrpoRecipe
from webgen_r1.types import text_digest

REFERENCE = "paper"
"""The cell in which nothing is changed."""

_OWNED = {"output_dir": "--out", "seed": "--seeds"}

At = Mapping[str, Any]
"""Key of the recipe -> value."""


@dataclass(frozen=True)
class Axis:
    """One `--set`: a key and the values that it takes."""

    key: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Change:
    """What a cell changes in the recipe, beside what the whole sweep does."""

    name: str
    overrides: tuple[str, ...] = ()
    at: At | None = None
    """Its place in the grid."""
    case: str | None = None
    """Its name among the cases."""


@dataclass(frozen=True)
class Cell:
    """One setting of the recipe, trained once for each seed."""

    change: Change
    recipe: GrpoRecipe

    @property
    def name(self) -> str:
        return self.change.name

    @property
    def identity(self) -> dict[str, Any]:
        """What makes it this cell and no other."""
        return self.recipe.model_dump(mode="json", exclude={"output_dir", "seed"})


@dataclass(frozen=True)
class SweepPlan:
    """Every training run of a sweep. The first cell is the reference."""

    recipe: Path
    overrides: tuple[str, ...]
    """Of the whole sweep."""
    axes: tuple[Axis, ...]
    cells: tuple[Cell, ...]
    cases: tuple[str, ...]
    """Their names in order, the reference first."""
    seeds: tuple[int, ...]

    @property
    def reference(self) -> Cell:
        return self.cells[0]

    @property
    def runs(self) -> list[tuple[Cell, int]]:
        """Seed by seed, so that the whole grid is there once before any cell is repeated."""
        return [(cell, seed) for seed in self.seeds for cell in self.cells]

    def title(self, cell: Cell, seed: int) -> str:
        """What a run is called where people read it."""
        return cell.name if len(self.seeds) == 1 else f"{cell.name} (seed {seed})"

    def judged_by(self, cell: Cell) -> EngineConfig:
        """What a trained cell is evaluated with: its task, but the reference's reward and judge.

        A cell that trains without the judge or the cascade is measured as all others are.
        """
        same = self.reference.recipe.engine
        return cell.recipe.engine.model_copy(update={"reward": same.reward, "judge": same.judge})


def make_plan(
    recipe: Path,
    *,
    sets: Sequence[str] = (),
    cases: Sequence[str] = (),
    seeds: Sequence[int] = (),
    overrides: Sequence[str] = (),
) -> SweepPlan:
    """The plan of `webgen sweep`, every recipe in it checked. Raises UserError.

    Cells that come to the same recipe are one: a grid that holds the recipe's own values, or
    a case that the grid has too, is not trained twice.
    """
    if not sets and not cases:
        raise UserError("nothing to sweep: give --set key=value,value or --case 'name: key=value'")
    axes = tuple(map(_axis, sets))
    _once([axis.key for axis in axes], "--set")
    named = list(map(_case, cases))
    _once([REFERENCE, *(case.name for case in named)], "--case")
    cells: list[Cell] = []
    for change in (Change(REFERENCE, case=REFERENCE), *_grid(axes), *named):
        given = (*overrides, *change.overrides)
        _refuse_owned(given)
        _add(cells, Cell(change, load_recipe(recipe, GrpoRecipe, overrides=given)))
    _once([folder_name(cell.name) for cell in cells], "the folders of the cells")
    if len(set(seeds)) > 1 and any(cell.recipe.model.scratch for cell in cells):
        raise UserError("several seeds need one policy to start from: give the recipe a model.path")
    return SweepPlan(
        recipe=recipe,
        overrides=tuple(overrides),
        axes=axes,
        cells=tuple(cells),
        cases=(REFERENCE, *(case.name for case in named)),
        seeds=tuple(dict.fromkeys(seeds)) or (cells[0].recipe.seed,),
    )


def folder_name(name: str) -> str:
    """`name` as a folder: blanks and commas become dashes, whatever else cannot stay a digest."""
    plain = re.sub(r"[ ,]+", "-", name)
    kept = re.sub(r"[^A-Za-z0-9._=+-]+", "", plain).strip("-.")[:80]
    return kept if kept == plain else f"{kept}-{text_digest(name)[:6]}".strip("-")


def shown(value: object) -> str:
    """A value of the grid as people write it: true, 0.5, text."""
    return value if isinstance(value, str) else json.dumps(value)


def short_keys(keys: Sequence[str]) -> dict[str, str]:
    """Every key with its last part, or with all of it where two end alike."""
    last = [key.rpartition(".")[2] for key in keys]
    return dict(zip(keys, last if len(set(last)) == len(last) else keys, strict=True))


# ── reading ─────────────────────────────────────────────────────────────────────────


def _axis(text: str) -> Axis:
    key, equals, values = text.partition("=")
    if not key or not equals:
        raise UserError(f"--set is written key=value,value, not {text!r}")
    try:
        listed = yaml.safe_load(f"[{values}]")
    except yaml.YAMLError as error:
        raise UserError(f"the values of {key} are no list in YAML: {values!r}") from error
    if not listed:
        raise UserError(f"--set {key} names no value")
    _once(list(map(shown, listed)), f"--set {key}")
    return Axis(key.strip(), tuple(listed))


def _grid(axes: Sequence[Axis]) -> Iterator[Change]:
    """Every combination, the last key running fastest."""
    short = short_keys([axis.key for axis in axes])
    for values in itertools.product(*(axis.values for axis in axes)) if axes else ():
        at = dict(zip(short, values, strict=True))
        yield Change(
            name=", ".join(f"{short[key]}={shown(value)}" for key, value in at.items()),
            overrides=tuple(f"{key}={json.dumps(value)}" for key, value in at.items()),
            at=at,
        )


def _case(text: str) -> Change:
    name, colon, changes = text.partition(":")
    overrides = tuple(shlex.split(changes))
    if not name.strip() or not colon or not overrides:
        raise UserError(f"--case is written 'name: key=value key=value', not {text!r}")
    return Change(name.strip(), overrides, case=name.strip())


def _add(cells: list[Cell], cell: Cell) -> None:
    """Add a cell, or what it is called to the one that is the same."""
    for n, known in enumerate(cells):
        if known.identity == cell.identity:
            mine, new = known.change, cell.change
            if new.case and mine.case:
                raise UserError(f"the cases {mine.case} and {new.case} are the same recipe")
            cells[n] = replace(
                known, change=replace(mine, at=mine.at or new.at, case=mine.case or new.case)
            )
            return
    cells.append(cell)


def _refuse_owned(overrides: Sequence[str]) -> None:
    for override in overrides:
        key = override.partition("=")[0]
        if key in _OWNED:
            raise UserError(f"{key} is not for a sweep to change: give {_OWNED[key]}")


def _once(names: Sequence[str], where: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"{where}: {name} is given twice")

"""What a sweep leaves in its folder.

runs/x/sweep.json      `SweepResult`: every cell and seed, what is pooled, what differs
       basis.json      what the folder belongs to: `Basis`
       before/         the evaluation of the untrained policy, shared by all cells
       cells/NAME/seed-N/  train/, after/, cell.log, cell.json (`CellState`)
       report.html, table.md, table.tex, figures/
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from webgen_r1.evaluate.compare import Difference
from webgen_r1.stats.estimate import Estimate
from webgen_r1.types import Frozen

SWEEP_FILE = "sweep.json"
BASIS_FILE = "basis.json"
CELL_FILE = "cell.json"
BEFORE, CELLS, TRAIN, AFTER = "before", "cells", "train", "after"

Status = Literal["done", "failed", "waiting"]


class Basis(Frozen):
    """What every cell of a folder has in common; a folder never mixes two."""

    recipe: dict[str, Any]
    """The reference, in full."""
    bench: str
    limit: int | None = None
    samples: int = 1
    temperature: float | None = None
    """Of the evaluations; None: what the policy samples best with."""


class CellState(Frozen):
    """`cell.json`: whose folder it is, and whether training and evaluation are done."""

    identity: dict[str, Any]
    """The recipe it is trained with, output and seed left out."""
    seconds: float | None = None
    """Of the attempt that came to the end; None while none did."""


class RunRecord(Frozen):
    """One training run. `figures`: metric -> estimate, `reward` among them."""

    cell: str
    seed: int
    overrides: tuple[str, ...] = ()
    status: Status = "waiting"
    message: str = ""
    """Why it failed."""
    folder: str
    """Relative to the sweep's."""
    seconds: float | None = None
    figures: dict[str, Estimate] = Field(default_factory=dict)


class CellRecord(Frozen):
    """One setting of the recipe, over all its seeds that are done."""

    name: str
    case: str | None = None
    at: dict[str, Any] | None = None
    overrides: tuple[str, ...] = ()
    done: int = 0
    """Seeds that are done."""
    figures: dict[str, Estimate] = Field(default_factory=dict)
    """Pooled; the intervals resample instructions, not trainings."""


class AxisRecord(Frozen):
    """A key of the grid and its values, in order."""

    key: str
    values: tuple[Any, ...]


class SweepResult(Frozen):
    """Everything that tables, figures and the page show: `sweep.json`."""

    schema_version: Literal[1] = 1
    recipe: str
    overrides: tuple[str, ...] = ()
    benchmark: str
    instructions: int
    steps: int | None = None
    """Of each training run, where the recipe says."""
    axes: tuple[AxisRecord, ...]
    cases: tuple[str, ...] = ()
    """Their names in order, the reference first."""
    seeds: tuple[int, ...]
    before: dict[str, Estimate] = Field(default_factory=dict)
    cells: tuple[CellRecord, ...]
    """The reference first."""
    runs: tuple[RunRecord, ...]
    differences: tuple[Difference, ...] = ()
    """Of every cell from the reference, pooled over the seeds that are done."""
    notes: tuple[str, ...] = ()
    version: str = ""

    @property
    def failed(self) -> tuple[RunRecord, ...]:
        return tuple(run for run in self.runs if run.status == "failed")

    def cell(self, name: str) -> CellRecord:
        return next(cell for cell in self.cells if cell.name == name)

"""The folder of a sweep: whose it is, and what is done in it."""

from __future__ import annotations

from pathlib import Path

from webgen_r1 import json_file
from webgen_r1.differences import differences
from webgen_r1.errors import UserError
from webgen_r1.evaluate.results import RunResults
from webgen_r1.evaluate.run_folder import SUMMARY_FILE, load_run
from webgen_r1.sweep.plan import Cell, SweepPlan, folder_name
from webgen_r1.sweep.records import AFTER, BASIS_FILE, BEFORE, CELL_FILE, CELLS, Basis, CellState


class SweepFolder:
    """`path` holds one sweep; more values, cases and seeds may come to it, nothing else."""

    def __init__(self, path: Path, plan: SweepPlan, basis: Basis) -> None:
        self.path = path
        self.plan = plan
        self.basis = basis

    def check(self) -> None:
        """Raises UserError where the folder, or a cell in it, is of another sweep."""
        kept = self.path / BASIS_FILE
        if kept.exists():
            old, new = json_file.read(kept, Basis), self.basis
            changed = differences(old.model_dump(mode="json"), new.model_dump(mode="json"))
            if changed:
                raise UserError(
                    f"{self.path} holds another sweep ({'; '.join(changed)}): choose another --out"
                )
        for cell, seed in self.plan.runs:
            self.state(cell, seed)

    def claim(self) -> None:
        """Make the folder this sweep's. Raises DiskError."""
        json_file.write(self.path / BASIS_FILE, self.basis)

    @property
    def before(self) -> Path:
        return self.path / BEFORE

    def of(self, cell: Cell, seed: int) -> Path:
        return self.path / CELLS / folder_name(cell.name) / f"seed-{seed}"

    def state(self, cell: Cell, seed: int) -> CellState | None:
        """None for a run that was not begun. Raises UserError for one of another recipe."""
        kept = self.of(cell, seed) / CELL_FILE
        if not kept.exists():
            return None
        state = json_file.read(kept, CellState)
        changed = differences(state.identity, cell.identity)
        if changed:
            raise UserError(
                f"{kept.parent} was trained with other settings ({'; '.join(changed)}): "
                "give the case another name, or choose another --out"
            )
        return state

    def note(self, cell: Cell, seed: int, seconds: float | None = None) -> None:
        """That a run was begun or, with its `seconds`, is done. Raises DiskError."""
        state = CellState(identity=cell.identity, seconds=seconds)
        json_file.write(self.of(cell, seed) / CELL_FILE, state)

    def seconds(self, cell: Cell, seed: int) -> float | None:
        """How long a run took; None while it is not done."""
        state = self.state(cell, seed)
        return state.seconds if state else None

    def results(self, cell: Cell, seed: int) -> RunResults | None:
        """The evaluation of a run that is done."""
        done = self.seconds(cell, seed) is not None
        return load_run(self.of(cell, seed) / AFTER) if done else None

    def results_before(self) -> RunResults | None:
        return load_run(self.before) if (self.before / SUMMARY_FILE).is_file() else None

"""One sweep: every cell trained and evaluated, one after the other.

Everything is on disk the moment it is found out; the same call goes on where the last one
stopped, and one with more values, cases or seeds adds to what is there.
"""

from __future__ import annotations

import time
from typing import Protocol

from webgen_r1 import json_file
from webgen_r1.errors import InfraFailure
from webgen_r1.evaluate.results import RunResults
from webgen_r1.sweep.collect import collect
from webgen_r1.sweep.folder import SweepFolder
from webgen_r1.sweep.plan import Cell
from webgen_r1.sweep.records import BEFORE, SWEEP_FILE, SweepResult
from webgen_r1.sweep.runner import Runner


class Watcher(Protocol):
    """Who hears of what a sweep does: `done` and `failed` of every training run."""

    def starts(self, what: str) -> None: ...

    def tell(self, line: str) -> None: ...

    def done(self, what: str, seconds: float) -> None: ...

    def failed(self, what: str, why: str) -> None: ...

    def found(self, result: SweepResult) -> None:
        """Everything that is known after another run."""


class Sweep:
    """Made for one folder; `run`, then `finish` (also after an interrupted run)."""

    def __init__(self, folder: SweepFolder, runner: Runner, watcher: Watcher) -> None:
        self._folder = folder
        self._runner = runner
        self._watcher = watcher
        self._failed: dict[tuple[str, int], str] = {}

    async def run(self) -> None:
        """Do what is left to do. Raises InfraFailure where not even `before` can be had."""
        if is_left(self._folder.results_before()):
            self._watcher.starts(BEFORE)
            await self._runner.before(self._watcher.tell)
        for cell, seed in self._folder.plan.runs:
            if is_left(self._folder.results(cell, seed)):
                await self._run(cell, seed)
                self._watcher.found(self.finish())

    def finish(self) -> SweepResult:
        """Write `sweep.json` from what the folder holds, and return it."""
        found = collect(self._folder, self._failed)
        json_file.write(self._folder.path / SWEEP_FILE, found)
        return found

    async def _run(self, cell: Cell, seed: int) -> None:
        folder, title = self._folder, self._folder.plan.title(cell, seed)
        before = folder.seconds(cell, seed) or 0.0  # where only the judge is asked again
        folder.note(cell, seed)
        self._watcher.starts(title)
        started = time.monotonic()
        try:
            await self._runner.cell(cell, seed, self._watcher.tell)
        except InfraFailure as error:
            self._failed[cell.name, seed] = str(error)
            self._watcher.failed(title, str(error))
            return
        seconds = round(before + time.monotonic() - started, 1)
        folder.note(cell, seed, seconds)
        self._watcher.done(title, seconds)


def is_left(results: RunResults | None) -> bool:
    """Whether an evaluation is to be made, or something in it to be tried again."""
    return results is None or results.summary.left > 0

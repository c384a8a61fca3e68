"""Cells as processes: each is one `webgen learn`, with the evaluation before it shared.

What torch took of memory and threads is back when a process ends, and the crash of one cell
does not take the others along.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from webgen_r1 import json_file
from webgen_r1.evaluate.records import Manifest
from webgen_r1.evaluate.run_folder import COMPLETIONS_FILE, MANIFEST_FILE
from webgen_r1.sweep.child import ChildJob
from webgen_r1.sweep.folder import SweepFolder
from webgen_r1.sweep.plan import Cell
from webgen_r1.sweep.records import AFTER, TRAIN
from webgen_r1.sweep.runner import CellFailure, Tell
from webgen_r1.traces import TRACES_FILE
from webgen_r1.train.grpo_log import GrpoStep
from webgen_r1.train.places import LOG_FILE

POLL_S = 1.0
PATIENCE_S = 60.0
"""How long a process may take to put its things away before it is killed."""

_TAIL = 65_536


@dataclass(frozen=True)
class ProgramRunner:
    """A `Runner` for the cells of a folder."""

    folder: SweepFolder

    async def before(self, tell: Tell) -> None:
        plan, out = self.folder.plan, self.folder.before
        job = self._job("before", plan.reference, plan.seeds[0], self.folder.basis.temperature)
        await run_program(_command(job, out), _log(out), lambda: _evaluating(out), tell)

    async def cell(self, cell: Cell, seed: int, tell: Tell) -> None:
        # All are asked as the first was, also those that train at another temperature.
        asked = json_file.read(self.folder.before / MANIFEST_FILE, Manifest)
        job = self._job("cell", cell, seed, float(asked.generator["temperature"]))
        steps = cell.recipe.trainer.get("max_steps")

        def look() -> str:
            after = job.out / AFTER
            return _evaluating(after) if after.exists() else _training(job.out / TRAIN, steps)

        await run_program(_command(job, job.out), _log(job.out), look, tell)

    def _job(
        self, kind: Literal["before", "cell"], cell: Cell, seed: int, temperature: float | None
    ) -> ChildJob:
        plan, basis = self.folder.plan, self.folder.basis
        return ChildJob(
            kind=kind,
            recipe=plan.recipe,
            overrides=(*plan.overrides, *cell.change.overrides, f"seed={seed}"),
            bench=basis.bench,
            limit=basis.limit,
            samples=basis.samples,
            temperature=temperature,
            engine=plan.judged_by(cell),
            before=self.folder.before,
            out=self.folder.of(cell, seed),
        )


def _command(job: ChildJob, folder: Path) -> tuple[str, ...]:
    """Says what to do in a file beside the folder where it is done."""
    path = folder.with_name(f"{folder.name}.job.json")
    json_file.write(path, job)
    return (sys.executable, "-m", "webgen_r1.sweep.child", str(path))


def _log(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.log")


async def run_program(
    command: Sequence[str], log: Path, look: Callable[[], str], tell: Tell
) -> None:
    """Run to the end, telling what `look` sees once a second; its output goes to `log`.

    Cancelled, it is told to stop and waited for. Raises CellFailure with the last that it
    said, for an exit code other than 0.
    """
    try:
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C comes to the sweep alone, which passes it on
            )
    except OSError as error:
        raise CellFailure(f"cannot start it with {log}: {error.strerror}") from error
    try:
        while process.returncode is None:
            tell(look())
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), POLL_S)
    finally:
        await _end(process)
    if process.returncode != 0:
        raise CellFailure(f"{_last_words(log)} (code {process.returncode}, see {log})")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Nothing where it has ended by itself."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE_S)
    except TimeoutError:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


# ── how far it is ───────────────────────────────────────────────────────────────────


def _training(train: Path, steps: object) -> str:
    lines = _tail(train / LOG_FILE)
    if not lines:
        return "training: no step yet"
    step = GrpoStep.model_validate_json(lines[-1])
    reward = "" if step.reward is None else f", reward {step.reward:.2f}"
    return f"training: step {step.step}{f' of {steps}' if steps else ''}{reward}"


def _evaluating(out: Path) -> str:
    written, scored = (_lines(out / name) for name in (COMPLETIONS_FILE, TRACES_FILE))
    return f"evaluating: {written} written, {scored} scored"


def _last_words(log: Path) -> str:
    """The line that says what went wrong, as far as a log tells."""
    lines = [line.strip() for line in _tail(log) if not line.startswith("stopped: what is done")]
    ours = [line for line in lines if line.startswith("webgen: ")]
    return (ours or lines or ["it said nothing"])[-1].removeprefix("webgen: ")


def _tail(path: Path) -> list[str]:
    """The last whole lines of a file, none where there is no file."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    return [line for line in text[: text.rfind("\n") + 1].splitlines() if line.strip()]


def _lines(path: Path) -> int:
    try:
        return path.read_bytes().count(b"\n")
    except OSError:
        return 0

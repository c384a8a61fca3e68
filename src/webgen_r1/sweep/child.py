"""One job of a sweep, in a process that does not outlive it.

    python -m webgen_r1.sweep.child JOB.json

Its standard input is a pipe that nobody writes to: it ends when the sweep does, even where
the sweep was killed and could tell nobody.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Literal

import typer
from rich.console import Console

from webgen_r1 import json_file
from webgen_r1.commands.exits import exit_codes
from webgen_r1.commands.learn import LearnJob, Real, learn, prepare
from webgen_r1.config import EngineConfig
from webgen_r1.learn.run import FINISHED, Asked
from webgen_r1.types import Frozen


class ChildJob(Frozen):
    """`before`: evaluate the policy before training. `cell`: train, and evaluate after it."""

    kind: Literal["before", "cell"]
    recipe: Path
    overrides: tuple[str, ...]
    bench: str
    limit: int | None
    samples: int
    temperature: float | None
    engine: EngineConfig
    """Of the evaluations."""
    before: Path
    out: Path
    """Of training and what comes after it."""


def do(job: ChildJob, console: Console) -> int:
    """An exit code. Raises what `webgen learn` raises."""
    told = LearnJob(
        recipe=job.recipe,
        bench=job.bench,
        out=job.out,
        limit=job.limit,
        samples=job.samples,
        during=0,
        before=job.before if job.kind == "cell" else None,
        temperature=job.temperature,
        overrides=job.overrides,
    )
    start = prepare(told)
    judged = start.recipe.model_copy(update={"engine": job.engine})
    work = Real(told, replace(start, recipe=judged), console)
    if job.kind == "cell":
        return learn(told, console, work)
    return work.evaluate(Asked(job.before, "before training", start.asked.model, judged.seed))


def _end_with_parent() -> None:
    # Not sys.stdin: whoever reads in it holds its lock while the interpreter ends.
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main(path: Path) -> int:
    """An exit code: 0 also where something got no reward, of which the run's notes tell, for 1
    is what Python ends with when it crashes."""
    try:
        with exit_codes():
            code = do(json_file.read(path, ChildJob), Console())
    except typer.Exit as leaving:
        return leaving.exit_code
    return 0 if code in FINISHED else code


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.exit(main(Path(sys.argv[1])))

"""The phases in their order, each announced and none done twice.

A phase that was stopped or killed goes on where it was: evaluation and training both see to
that by themselves. What is finished is known from `phases.jsonl`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from webgen_r1.errors import UserError
from webgen_r1.evaluate.run_folder import SUMMARY_FILE
from webgen_r1.jsonl import RecordWriter, read_all
from webgen_r1.learn.plan import Plan, SeedRun, claim, halfway, trained
from webgen_r1.learn.records import PHASES_FILE, Phase, PhaseName
from webgen_r1.train.places import FINAL, last_checkpoint

DONE, INCOMPLETE, STOPPED = 0, 1, 130
FINISHED = (DONE, INCOMPLETE)


@dataclass(frozen=True)
class Asked:
    """A policy to evaluate into `out`, under `name`."""

    out: Path
    name: str
    policy: str
    seed: int
    limit: int | None = None
    """Ask only the first so many of the run's instructions."""


class Work(Protocol):
    """Who does a phase; both return an exit code, 0 for done, and go on where they stopped."""

    def evaluate(self, asked: Asked) -> int: ...

    def train(self, run: SeedRun) -> int: ...


@dataclass(frozen=True)
class _Step:
    """One phase; `result` is there once it is finished."""

    name: PhaseName
    run: SeedRun
    says: str
    result: Path
    do: Callable[[], int]


def run_phases(plan: Plan, work: Work, tell: Callable[[str], None]) -> int:
    """Do what is left to do; 0 or 1 where all phases are done, else the code of what stopped.

    Raises what the phases raise, UserError when the folder is another's or in use, DiskError.
    """
    worst = DONE
    with RecordWriter(plan.out / PHASES_FILE, Phase) as log:  # locks the folder
        claim(plan)
        steps = list(_steps(plan, work))
        known = {(phase.name, phase.seed): phase.code for phase in read_all(log.path, Phase)}
        for number, step in enumerate(steps, start=1):
            where = f"[{number}/{len(steps)}]"
            if known.get((step.name, step.run.seed)) == DONE and step.result.exists():
                tell(f"{where} {step.says}: done")
                continue
            tell(f"{where} {step.says}")
            code = _timed(step, log)
            if code not in FINISHED:
                return code
            worst = max(worst, code)
    return worst


def _timed(step: _Step, log: RecordWriter[Phase]) -> int:
    began, code = time.monotonic(), STOPPED
    try:
        code = step.do()
    finally:
        seconds = round(time.monotonic() - began, 3)
        log.append(Phase(name=step.name, seed=step.run.seed, seconds=seconds, code=code))
    return code


def _steps(plan: Plan, work: Work) -> Iterator[_Step]:
    several = len(plan.seeds) > 1
    if plan.making.before is None:
        asked = Asked(plan.before, "before training", plan.making.policy, seed=plan.seeds[0].seed)
        yield _Step(
            "before",
            plan.seeds[0],
            f"evaluate before training: {plan.making.policy}",
            plan.before / SUMMARY_FILE,
            lambda: work.evaluate(asked),
        )
    for number, run in enumerate(plan.seeds):
        of_seed = f", seed {run.seed}" if several else ""
        yield _Step(
            "train", run, f"train{of_seed}: {run.train}", run.train / FINAL, _train(work, run)
        )
        if plan.during and number == 0:
            yield _Step(
                "during",
                run,
                f"evaluate half-way{of_seed}: {plan.during} instructions",
                run.during / SUMMARY_FILE,
                _during(work, run, plan.during),
            )
        yield _Step(
            "after",
            run,
            f"evaluate after training{of_seed}",
            run.after / SUMMARY_FILE,
            _after(work, run, f"after training{of_seed}"),
        )


def _train(work: Work, run: SeedRun) -> Callable[[], int]:
    return lambda: DONE if trained(run.train) else work.train(run)


def _during(work: Work, run: SeedRun, limit: int) -> Callable[[], int]:
    def do() -> int:
        found = halfway(run.train)
        if found is None:
            return DONE  # the report says that there is nothing to show
        step, checkpoint = found
        return work.evaluate(Asked(run.during, f"step {step}", str(checkpoint), run.seed, limit))

    return do


def _after(work: Work, run: SeedRun, name: str) -> Callable[[], int]:
    return lambda: work.evaluate(Asked(run.after, name, str(policy_of(run.train)), run.seed))


def policy_of(train: Path) -> Path:
    """The trained policy: the last checkpoint is the same where a kill left no whole `final`."""
    policy = trained(train) or last_checkpoint(train)
    if policy is None:
        raise UserError(f"{train} holds no trained policy")
    return policy

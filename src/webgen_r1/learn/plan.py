"""Where everything of a `learn` folder lies, and which checkpoint is which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from webgen_r1 import json_file
from webgen_r1.differences import differences
from webgen_r1.errors import UserError
from webgen_r1.learn.records import MAKING_FILE, PHASES_FILE, Making
from webgen_r1.train.places import FINAL, checkpoints


@dataclass(frozen=True)
class SeedRun:
    """One training with what comes of it."""

    seed: int
    folder: Path

    @property
    def train(self) -> Path:
        return self.folder / "train"

    @property
    def during(self) -> Path:
        return self.folder / "during"

    @property
    def after(self) -> Path:
        return self.folder / "after"


@dataclass(frozen=True)
class Plan:
    """What is to be done. `during` is the number of instructions asked half-way, 0 for none."""

    out: Path
    making: Making
    seeds: tuple[SeedRun, ...]
    during: int = 0
    trained_on: int = 0
    """Instructions of the benchmark that training asks too."""

    @property
    def before(self) -> Path:
        """The evaluation before training; all seeds start from the same policy."""
        return Path(self.making.before) if self.making.before else self.out / "before"


def seed_runs(out: Path, seeds: Sequence[int], own: int) -> tuple[SeedRun, ...]:
    """A folder for each of `seeds`; without, the recipe's `own` seed lies in `out` itself."""
    if not seeds:
        return (SeedRun(own, out),)
    return tuple(SeedRun(seed, out / f"seed-{seed}") for seed in dict.fromkeys(seeds))


def claim(plan: Plan) -> None:
    """Make the folder that of this plan. Raises UserError when it is another's, DiskError."""
    path = plan.out / MAKING_FILE
    phases = plan.out / PHASES_FILE
    if path.exists() and phases.exists() and phases.stat().st_size:
        kept = json_file.read(path, Making)
        changed = differences(
            kept.model_dump(exclude={"version"}), plan.making.model_dump(exclude={"version"})
        )
        if changed:
            raise UserError(
                f"{plan.out} holds another run ({'; '.join(changed)}): choose another --out"
            )
    json_file.write(path, plan.making)


# ── what training leaves ────────────────────────────────────────────────────────────


def trained(train: Path) -> Path | None:
    """The final policy, once it is there."""
    final = train / FINAL
    return final if final.is_dir() else None


def halfway(train: Path) -> tuple[int, Path] | None:
    """Of the kept checkpoints the one nearest to half of the steps; None where only the end is
    kept."""
    kept = checkpoints(train)
    last = max(kept, default=0)
    between = [step for step in kept if step < last]
    if not between:
        return None
    step = min(between, key=lambda step: abs(step - last / 2))
    return step, kept[step]

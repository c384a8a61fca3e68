"""Where the parts of a run lie in its output folder. Imports no library of training."""

from __future__ import annotations

from pathlib import Path

FINAL = "final"
"""Folder of the trained model: it is there once it is whole."""
INIT = "init"
"""Folder of a model from scratch before its first step."""
RECIPE_FILE = "recipe.yaml"
LOG_FILE = "log.jsonl"
"""One line per logged step."""


def step_of(checkpoint: Path) -> int:
    """The number of steps that it holds."""
    return int(checkpoint.name.rpartition("-")[2])


def checkpoints(run: Path) -> dict[int, Path]:
    """Step -> whole checkpoint, in order; `trainer_state.json` is what transformers writes last."""
    whole = [path.parent for path in run.glob("checkpoint-*/trainer_state.json")]
    return dict(sorted((step_of(path), path) for path in whole))


def last_checkpoint(run: Path) -> Path | None:
    return next(reversed(checkpoints(run).values()), None)

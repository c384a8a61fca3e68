"""`webgen grpo recipes/smoke.yaml`: two real optimiser steps with the real reward."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("trl", reason="needs the [train] extra")
pytestmark = [pytest.mark.e2e, pytest.mark.train]

ROOT = Path(__file__).parents[2]


def test_the_smoke_recipe_takes_two_steps(tmp_path: Path) -> None:
    webgen = Path(sys.executable).with_name("webgen")
    done = subprocess.run(
        [webgen, "grpo", "recipes/smoke.yaml", "--output-dir", tmp_path / "run"],
        cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    states = sorted((tmp_path / "run").glob("checkpoint-*/trainer_state.json"))
    state = json.loads(states[-1].read_text("utf-8"))
    assert state["global_step"] == 2
    unscored = [
        next(value for name, value in entry.items() if name.endswith("webgen/unscored"))
        for entry in state["log_history"]
        if "loss" in entry
    ]
    assert unscored == [0.0, 0.0]

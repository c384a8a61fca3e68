"""`webgen grpo recipes/smoke.yaml`: two real optimiser steps with the real reward."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("trl", reason="needs the [train] extra")

from webgen_r1 import jsonl
from webgen_r1.train.gallery import Sample
from webgen_r1.train.grpo_log import GrpoStep

pytestmark = [pytest.mark.e2e, pytest.mark.train]

ROOT = Path(__file__).parents[2]


def test_the_smoke_recipe_takes_two_steps(tmp_path: Path) -> None:
    webgen = Path(sys.executable).with_name("webgen")
    done = subprocess.run(
        [webgen, "grpo", "recipes/smoke.yaml", "--output-dir", tmp_path / "run", "gallery_steps=1"],
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
    log = jsonl.read_all(tmp_path / "run" / "log.jsonl", GrpoStep)
    assert [step.step for step in log] == [1, 2]
    assert all(0 < step.waiting < 1 for step in log)
    # Noise has no pages, but its traces are in the gallery all the same.
    samples = jsonl.read_all(tmp_path / "run" / "gallery" / "index.jsonl", Sample)
    assert {sample.step for sample in samples} == {1, 2}

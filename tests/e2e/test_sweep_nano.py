"""`webgen sweep` as it is called: processes that evaluate, train and evaluate again."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("trl", reason="needs the [train] extra")

from typer.testing import CliRunner

from webgen_r1 import json_file, jsonl
from webgen_r1.cli import app
from webgen_r1.evaluate.run_folder import load_run
from webgen_r1.sweep.records import SWEEP_FILE, SweepResult
from webgen_r1.train.grpo_log import GrpoStep

pytestmark = [pytest.mark.e2e, pytest.mark.train]

ROOT = Path(__file__).parents[2]
SMALL = (
    f"data.source={ROOT / 'examples' / 'train.jsonl'}",
    f"data.against=[{ROOT / 'examples' / 'held-out.jsonl'}]",
    "trainer.max_steps=1",
    "trainer.num_generations=2",
    "trainer.per_device_train_batch_size=2",
    "trainer.gradient_accumulation_steps=1",
    "preflight=null",
    "gallery_steps=null",
)


def test_a_cell_is_evaluated_trained_and_evaluated_as_before(tmp_path: Path) -> None:
    out = tmp_path / "sweep"
    called = (
        *("sweep", str(ROOT / "recipes" / "nano.grpo.yaml")),
        *("--bench", str(ROOT / "examples" / "held-out.jsonl"), "--limit", "2"),
        *("--set", "reward.gamma=0.1", "--out", str(out)),  # the recipe's own value: one cell
        *SMALL,
    )
    said = CliRunner().invoke(app, called)
    assert said.exit_code == 0, said.output

    found = json_file.read(out / SWEEP_FILE, SweepResult)
    assert [(run.cell, run.status) for run in found.runs] == [("paper", "done")]
    cell = out / found.runs[0].folder
    assert [step.step for step in jsonl.read_all(cell / "train" / "log.jsonl", GrpoStep)] == [1]

    before, after = load_run(out / "before"), load_run(cell / "after")
    ways = [dict(run.manifest.generator) for run in (before, after)]
    assert ways[0].pop("model") == "nano-sft"
    assert Path(ways[1].pop("model")) == cell / "train" / "final"
    assert ways[0] == ways[1]
    assert before.summary.completions == after.summary.completions == 2
    assert found.cell("paper").figures["reward"].n == 2
    assert (out / "report.html").is_file()

"""A run that is killed and continued is the run that was not."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("trl", reason="needs the [train] extra")

import torch
from rich.console import Console
from safetensors.torch import load_file
from train_fakes import FakeReward

from webgen_r1 import traces
from webgen_r1.train.config import GrpoRecipe
from webgen_r1.train.grpo import DONE, train

pytestmark = [
    pytest.mark.train,
    # TRL 1.16 asks transformers 5.23 for a property by the name it had before.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]

PER_STEP = 4
STEPS = 4


def recipe(folder: Path, name: str) -> GrpoRecipe:
    """Three instructions, two a step: an epoch ends within the run and leaves one over."""
    rows = folder / "rows.jsonl"
    rows.write_text(
        "".join(json.dumps({"id": id, "instruction": f"Sell {id}."}) + "\n" for id in "abc")
    )
    return GrpoRecipe.model_validate(
        {
            "model": {"scratch": {"vocab_size": 600, "hidden_size": 16, "layers": 1, "heads": 2}},
            "data": {"source": str(rows)},
            "output_dir": folder / name,
            "cpu_threads": 1,
            "trainer": {
                "max_steps": STEPS,
                "num_generations": 2,
                "per_device_train_batch_size": PER_STEP // 2,
                "gradient_accumulation_steps": 2,
                "max_completion_length": 8,
                "learning_rate": 1e-2,
                "beta": 0.1,
                "use_cpu": True,
                "bf16": False,
                "activation_checkpointing": False,
                "save_steps": 2,
            },
        }
    )


def by_letters(text: str) -> float:
    return sum(map(ord, text)) % 7 / 1.4


def killed_in_the_third_step(folder: Path) -> None:
    """Run in a process of its own: the kernel ends it before anything can be put away."""

    def grade(text: str) -> float:
        if len(engine.seen) > 2 * PER_STEP:
            os.kill(os.getpid(), signal.SIGKILL)
        return by_letters(text)

    engine = FakeReward(grade)
    train(recipe(folder, "killed"), engine, Console(file=io.StringIO()))


def asked(run: Path) -> list[str]:
    """Which instruction stood where, by step and place: the last trace of each."""
    return sorted(trace.id for trace in traces.latest(run / "traces.jsonl"))


def test_a_run_killed_in_its_third_step_ends_where_it_would_have(tmp_path: Path) -> None:
    here = Path(__file__)
    code = (
        f"import sys; sys.path.insert(0, {str(here.parent)!r})\n"
        f"import pathlib, {here.stem}\n"
        f"{here.stem}.killed_in_the_third_step(pathlib.Path({str(tmp_path)!r}))\n"
    )
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not (tmp_path / "killed" / "final").exists()

    threads = torch.get_num_threads()
    for name in ("whole", "killed"):
        engine = FakeReward(by_letters)
        assert train(recipe(tmp_path, name), engine, Console(file=io.StringIO())) == DONE
    assert torch.get_num_threads() == threads
    assert len(engine.seen) == 2 * PER_STEP

    assert asked(tmp_path / "killed") == asked(tmp_path / "whole")
    whole, killed = (
        load_file(tmp_path / name / "final" / "model.safetensors") for name in ("whole", "killed")
    )
    assert whole.keys() == killed.keys()
    assert all(torch.equal(whole[name], killed[name]) for name in whole)

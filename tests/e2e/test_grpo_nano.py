"""GRPO of a policy that writes sites, with real builds and a browser that dies meanwhile."""

from __future__ import annotations

import io
import math
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

pytest.importorskip("trl", reason="needs the [train] extra")

import torch
from rich.console import Console
from safetensors.torch import load_file

from webgen_r1 import jsonl, traces
from webgen_r1.policies import find_policy
from webgen_r1.reward import CascadedReward
from webgen_r1.train.config import GrpoRecipe
from webgen_r1.train.grpo import DONE, given_recipe, train
from webgen_r1.train.grpo_log import GrpoStep

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.train,
    # TRL 1.16 asks transformers 5.23 for a property by the name it had before.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]

ROOT = Path(__file__).parents[2]


def recipe(folder: Path) -> GrpoRecipe:
    """The nano recipe, two steps of it with half of the instructions and half of the group, on
    the instructions that ship."""
    overrides = [
        f"data.source={ROOT / 'examples' / 'train.jsonl'}",
        f"data.against=[{ROOT / 'examples' / 'held-out.jsonl'}]",
        "trainer.max_steps=2",
        "trainer.num_generations=4",
        "trainer.gradient_accumulation_steps=1",
        "cpu_threads=1",
        "preflight=null",
    ]
    return given_recipe(ROOT / "recipes" / "nano.grpo.yaml", None, folder, overrides)


@contextmanager
def death_of_a_browser() -> Iterator[list[int]]:
    """Kills the first browser that shows a page; the list then has its process id."""
    killed: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not killed and not over.wait(0.02):
            for process in psutil.Process().children(recursive=True):
                try:
                    if any("--type=renderer" in part for part in process.cmdline()):
                        browser = next(p for p in process.parents() if "chrom" in p.name())
                        os.kill(browser.pid, signal.SIGKILL)
                        killed.append(browser.pid)
                        return
                except (psutil.Error, StopIteration):
                    continue  # it ended while it was looked at

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def test_a_policy_learns_although_a_browser_is_killed_in_its_first_step(tmp_path: Path) -> None:
    asked = recipe(tmp_path / "run")
    said = io.StringIO()
    with death_of_a_browser() as killed:
        code = train(asked, CascadedReward(asked.engine), Console(file=said))
    assert code == DONE, said.getvalue()
    assert killed

    steps = jsonl.read_all(tmp_path / "run" / "log.jsonl", GrpoStep)
    assert [step.step for step in steps] == [1, 2]
    assert all(math.isfinite(step.loss) and math.isfinite(step.grad_norm or 0) for step in steps)
    seen = traces.latest(tmp_path / "run" / "traces.jsonl")
    assert len(seen) == 2 * 8
    assert all(trace.outcome == "scored" for trace in seen)
    assert any(trace.stage == "judge" for trace in seen)

    before = load_file(Path(find_policy("nano-sft")) / "model.safetensors")
    after = load_file(tmp_path / "run" / "final" / "model.safetensors")
    assert before.keys() == after.keys()
    assert any(not torch.equal(before[name].float(), after[name].float()) for name in before)
    assert all(torch.isfinite(weights).all() for weights in after.values())

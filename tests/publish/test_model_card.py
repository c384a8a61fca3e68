"""The model card says what is on disk, and nothing else."""

import json
from pathlib import Path

import pytest
import yaml

from webgen_r1 import json_file
from webgen_r1.errors import UserError
from webgen_r1.evaluate.records import Manifest, Summary
from webgen_r1.policies import Trained, write_trained
from webgen_r1.publish.card import card, gather
from webgen_r1.stats.estimate import Estimate

RECIPE = {
    "model": {"path": "Qwen/Qwen2.5-Coder-0.5B"},
    "data": {"source": "luzimu/WebGen-Bench:train", "limit": 600},
    "trainer": {"learning_rate": 1e-3},
    "output_dir": "/home/somebody/runs/mine",
}


def safetensors(path: Path, *shapes: tuple[int, ...]) -> None:
    head = {str(n): {"dtype": "F32", "shape": shape} for n, shape in enumerate(shapes)}
    raw = json.dumps({"__metadata__": {"format": "pt"}, **head}).encode()
    path.write_bytes(len(raw).to_bytes(8, "little") + raw)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run, whose policy is in `final`."""
    final = tmp_path / "run" / "final"
    final.mkdir(parents=True)
    (final / "config.json").write_text('{"architectures": ["Qwen2ForCausalLM"]}')
    safetensors(final / "model.safetensors", (1000, 100), (500,))
    return tmp_path / "run"


@pytest.fixture
def evaluation(tmp_path: Path) -> Path:
    folder = tmp_path / "eval"
    manifest = Manifest(
        benchmark="held-out", benchmark_digest="d", model="mine", judges=("design/1",)
    )
    summary = Summary(
        benchmark="held-out",
        model="mine",
        instructions=40,
        samples=1,
        completions=40,
        vrr=Estimate(value=0.9, low=0.8, high=0.95, n=40),
        notes=("AAS is given by the judge of training",),
    )
    json_file.write(folder / "run.json", manifest)
    json_file.write(folder / "summary.json", summary)
    return folder


def head_and_text(text: str) -> tuple[dict[str, object], str]:
    _, head, rest = text.split("---\n", 2)
    return yaml.safe_load(head), rest


def test_everything_that_is_known_is_told(run: Path, evaluation: Path) -> None:
    (run / "recipe.yaml").write_text(yaml.safe_dump(RECIPE))
    (run / "log.jsonl").write_text('{"step": 1}\n{"step": 1200, "loss": 0.1234567}\n')
    write_trained(run / "final", Trained(scaffold="vite-react-kit", mode="slots", max_tokens=640))
    head, text = head_and_text(card(gather(run / "final", (evaluation,)), "me/mine"))
    assert head["base_model"] == "Qwen/Qwen2.5-Coder-0.5B"
    assert head["datasets"] == ["luzimu/WebGen-Bench"]
    for said in (
        "100.5 thousand",
        "scaffold `vite-react-kit`, mode `slots`",
        "optimiser steps: 1,200",
        "loss at the end: 0.1235",
        "the first 600",
        "learning_rate: 0.001",
        "| VRR | 90.0 % | 80.0 – 95.0 | 40 |",
        "40 instructions, 1 completion each; judge of the AAS: design/1",
        "AAS is given by the judge of training",
        "webgen generate",
        "--model me/mine",
    ):
        assert said in text


def test_what_is_not_known_is_not_claimed(run: Path) -> None:
    head, text = head_and_text(card(gather(run / "final"), "me/mine"))
    assert "base_model" not in head
    assert "data: not recorded" in text
    assert "Not evaluated" in text
    assert "VRR" not in text


def test_a_card_says_nothing_of_where_it_was_trained(run: Path) -> None:
    data = {"source": "/home/somebody/rows.jsonl", "against": ["~/somebody/test.jsonl"]}
    trainer = {"vllm_server_host": "gpu7.somebody.example"}
    engine = {"judge": {"base_url": "http://judge.somebody.example/v1"}}
    told = {**RECIPE, "data": data, "trainer": trainer, "engine": engine}
    (run / "recipe.yaml").write_text(yaml.safe_dump(told))
    text = card(gather(run / "final"), "me/mine")
    assert "somebody" not in text
    assert "rows.jsonl" in text


def test_a_checkpoint_is_told_by_its_own_line_of_the_log(run: Path) -> None:
    checkpoint = (run / "final").rename(run / "checkpoint-100")
    (run / "recipe.yaml").write_text(yaml.safe_dump(RECIPE))
    lines = ({"step": step, "loss": step / 1000} for step in (50, 100, 300))
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (run / "log.jsonl").write_text(text + '{"step": 310, "lo')  # a kill in the middle of a line
    assert "optimiser steps: 100" in card(gather(checkpoint), "me/mine")
    final = checkpoint.rename(run / "final")
    assert "optimiser steps: 300" in card(gather(final), "me/mine")


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("config.json", "holds no model"),
        ("model.safetensors", "holds no weights"),
    ],
)
def test_a_folder_without_a_policy_is_a_mistake(run: Path, broken: str, says: str) -> None:
    (run / "final" / broken).unlink()
    with pytest.raises(UserError, match=says):
        gather(run / "final")


def test_weights_that_are_none_are_a_mistake(run: Path) -> None:
    (run / "final" / "model.safetensors").write_bytes(b"\xff" * 40)
    with pytest.raises(UserError, match="is not a safetensors file"):
        gather(run / "final")

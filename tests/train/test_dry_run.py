"""What a run would do and need, told without training and without a GPU."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl", reason="needs the [train] extra")

import yaml
from accelerate.commands.config.config_args import load_config_from_file
from rich.console import Console

from webgen_r1.errors import UserError
from webgen_r1.recipe import load_recipe
from webgen_r1.train.config import GrpoRecipe
from webgen_r1.train.dry_run import WORKS, WOULD_FAIL, dry_run
from webgen_r1.train.memory import GIB
from webgen_r1.train.planning import Machine
from webgen_r1.train.scratch import train_tokenizer

pytestmark = [
    pytest.mark.train,
    # peft asks transformers 5.23 for a property by the name it had before.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]

ROOT = Path(__file__).parents[2]
PAPER = ROOT / "recipes" / "qwen2.5-coder-7b.grpo.yaml"
QWEN_7B = {
    "architectures": ["Qwen2ForCausalLM"],
    "model_type": "qwen2",
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "num_hidden_layers": 28,
    "num_attention_heads": 28,
    "num_key_value_heads": 4,
    "vocab_size": 152064,
    "max_position_embeddings": 32768,
    "tie_word_embeddings": False,
}
"""As published with Qwen2.5-Coder-7B-Instruct, which has 7.62 billion parameters."""


@pytest.fixture(scope="module")
def qwen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the model's sizes and some tokenizer, and no weights."""
    from webgen_r1.train.config import ScratchModel

    folder = tmp_path_factory.mktemp("qwen")
    train_tokenizer(ScratchModel(vocab_size=300), ["a shop"]).save_pretrained(folder)
    (folder / "config.json").write_text(json.dumps(QWEN_7B))
    return folder


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "a", "instruction": "a shop"}\n')
    return path


def eight(gpu_memory: float = 80, zero: int = 3, gpus: int = 8) -> Machine:
    return Machine(gpus, zero, gpu_memory * GIB, here=False)


def paper(qwen: Path, rows: Path, *overrides: str) -> GrpoRecipe:
    """The paper's recipe, with what a test has of its files and without its endpoints."""
    given = (f"model.path={qwen}", f"data.source={rows}", "data.against=[]", "judge.kind=design")
    long = "data.max_prompt_tokens=20000"  # the tokenizer of a test knows no words
    context = "trainer.vllm_max_model_length=28192"
    return load_recipe(PAPER, GrpoRecipe, overrides=[*given, long, context, *overrides])


def told(recipe: GrpoRecipe, machine: Machine) -> tuple[int, str]:
    console = Console(file=io.StringIO(), width=200)
    code = dry_run(recipe, machine, console)
    assert isinstance(console.file, io.StringIO)
    return code, console.file.getvalue()


def test_the_paper_has_eight_prompts_and_128_completions_a_step(qwen: Path, rows: Path) -> None:
    _, printed = told(paper(qwen, rows), eight())
    assert re.search(r"prompts per step +8\b", printed)
    assert re.search(r"completions per step +128 ", printed)
    assert re.search(r"completions in all +51,200 ", printed)
    assert re.search(r"parameters +7,615,616,512 ", printed)


def test_what_is_missing_is_listed_with_its_remedy(qwen: Path, rows: Path) -> None:
    """Everything else of the paper's run holds."""
    if importlib.util.find_spec("vllm"):
        pytest.skip("vLLM is installed here")
    code, printed = told(paper(qwen, rows), eight())
    assert code == WOULD_FAIL
    assert printed.partition("would fail:\n")[2].strip() == (
        "- the recipe asks for vLLM: run `pip install 'trl[vllm]'`, or set trainer.use_vllm=false"
    )


@pytest.mark.parametrize(
    ("overrides", "machine", "problem"),
    [
        ([], eight(gpus=3, gpu_memory=141), None),
        (
            ["trainer.gradient_accumulation_steps=1"],
            eight(gpus=3),
            r"generation_batch_size \(6\) must be divisible by num_generations \(16\)",
        ),
        ([], eight(gpu_memory=40), r"about \d+ GiB per GPU are needed, there are 40"),
        ([], Machine(0, 0, 80 * GIB, here=True), "trainer.bf16 needs a GPU"),
        (
            ["trainer.vllm_gpu_memory_utilization=0.1"],
            eight(),
            r"vLLM's share holds 8.0 GiB.* set trainer.vllm_gpu_memory_utilization above 0\.2",
        ),
        (["trainer.vllm_max_model_length=4096"], eight(), "vllm_max_model_length is 4,096"),
        (["trainer.vllm_tensor_parallel_size=3"], eight(), "does not divide 8 GPUs"),
        (["trainer.max_completion_length=30000"], eight(), "the model was made for 32,768"),
        (["trainer.report_to=trackio"], eight(), "pip install trackio"),
        (["data.source=gone.jsonl"], eight(), r"gone\.jsonl"),
        (["data.max_prompt_tokens=5"], eight(), "no prompt has at most 5 tokens"),
        (["model.path=runs/none/final"], eight(), "no model 'runs/none/final'"),
        (["preflight=gone.txt"], eight(), "no preflight completion gone.txt"),
        (["judge.kind=openai"], eight(), "the judge needs a model"),
        (["trainer.num_generation=4"], eight(), "did you mean num_generations"),
        (["trainer.min_p=1.5"], eight(), "trainer: min_p: Input should be less than 1"),
        (["data.source=connect4.jsonl"], eight(), r"connect4\.jsonl"),
    ],
)
def test_each_thing_that_would_fail_is_found(
    qwen: Path,
    rows: Path,
    monkeypatch: pytest.MonkeyPatch,
    overrides: list[str],
    machine: Machine,
    problem: str | None,
) -> None:
    monkeypatch.delenv("WEBGEN_JUDGE_MODEL", raising=False)
    _, printed = told(paper(qwen, rows, "trainer.use_vllm=true", *overrides), machine)
    found = [line for line in printed.partition("would fail:\n")[2].splitlines() if line]
    others = [line for line in found if "the recipe asks for vLLM" not in line]
    if problem is None:
        assert others == []
    else:
        assert any(re.search(problem, line) for line in others), printed


def test_a_model_without_a_chat_template_is_found(qwen: Path, rows: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for file in qwen.iterdir():
        if file.name != "chat_template.jinja":
            (bare / file.name).write_bytes(file.read_bytes())
    _, printed = told(paper(bare, rows), eight())
    assert "bare has no chat template" in printed


def test_the_hub_out_of_reach_is_said_and_fails_nothing(qwen: Path, rows: Path) -> None:
    _, printed = told(paper(qwen, rows, "model.path=Qwen/Qwen2.5-Coder-7B-Instruct"), eight())
    unchecked, _, failing = printed.partition("would fail:")
    assert "could not be checked:\n  - cannot read the model's configuration" in unchecked
    assert "Qwen" not in failing


def test_the_smoke_recipe_works_and_leaves_nothing_behind(tmp_path: Path) -> None:
    recipe = load_recipe(
        ROOT / "recipes" / "smoke.yaml", GrpoRecipe, replace={"output_dir": tmp_path / "run"}
    )
    code, printed = told(recipe, Machine(0, 0, 80 * GIB, here=True))
    assert code == WORKS
    assert "nothing found that would fail" in printed
    assert not (tmp_path / "run").exists()


# ── what the documentation tells to do ───────────────────────────────────────────────


def commands() -> list[list[str]]:
    """Every `webgen grpo` of docs/train.md that is about the paper's recipe, as overrides."""
    text = (ROOT / "docs" / "train.md").read_text("utf-8").replace("\\\n", " ")
    lines = re.findall(r"grpo (recipes/qwen2\.5-coder-7b\.grpo\.yaml[^\n`]*)", text)
    return [[word for word in shlex.split(line) if "=" in word] for line in lines]


def test_the_variants_in_the_documentation_are_valid_and_fit_their_cards(
    qwen: Path, rows: Path
) -> None:
    variants = [overrides for overrides in commands() if overrides]
    assert len(variants) >= 3
    for overrides in variants:
        machine = eight(gpus=1, zero=0) if any("lora" in word for word in overrides) else eight()
        ours = [word for word in overrides if not word.startswith("model.path")]
        _, printed = told(paper(qwen, rows, *ours), machine)
        others = re.findall(r"^  - (?!the recipe asks for vLLM)(.*)", printed, re.MULTILINE)
        assert others == [], overrides


@pytest.mark.parametrize("path", sorted((ROOT / "recipes" / "accelerate").glob("*.yaml")))
def test_each_launch_file_is_one_that_accelerate_takes(path: Path) -> None:
    settings: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    loaded = load_config_from_file(str(path))
    assert loaded.num_processes == settings["num_processes"]
    assert loaded.mixed_precision == "bf16"
    zero = re.search(r"zero(\d)", path.stem)
    assert settings.get("deepspeed_config", {}).get("zero_stage") == (
        int(zero[1]) if zero else None
    )


def test_a_recipe_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    from webgen_r1.train.dry_run import run

    with pytest.raises(UserError, match="cannot read"):
        run(tmp_path / "gone.yaml")

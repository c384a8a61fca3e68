"""A fine-tuning run from recipe to final model, with real TRL on a toy."""

from __future__ import annotations

import errno
import io
import json
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl", reason="needs the [train] extra")

import torch
from rich.console import Console
from safetensors.torch import load_file
from train_fakes import press_ctrl_c
from transformers import AutoModelForCausalLM, AutoTokenizer

from webgen_r1 import jsonl
from webgen_r1.errors import DiskError, UserError
from webgen_r1.recipe import load_recipe
from webgen_r1.train.arguments import sft_config
from webgen_r1.train.config import SftRecipe
from webgen_r1.train.sft import DONE, run, train
from webgen_r1.train.sft_trainer import EvenLengths, FineTuner, last_step
from webgen_r1.train.step_log import SftStep

pytestmark = [
    pytest.mark.train,
    # TRL 1.16 asks transformers 5.23 for a property by the name it had before.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]

RECIPES = Path(__file__).parents[2] / "recipes"
COLOURS = ("ivory", "teal", "navy", "coral")


def recipe(folder: Path, *, model: dict[str, Any] | None = None, **trainer: Any) -> SftRecipe:
    """Eight examples, which copy a colour, in batches of two; `trainer` is changed."""
    rows = folder / "rows.jsonl"
    chance = random.Random(0)
    with rows.open("w") as file:
        for number in range(8):
            colour = COLOURS[number % 4]
            answer = " ".join([colour] * chance.randint(1, 6))
            messages = [
                {"role": "user", "content": f"a shop in {colour}"},
                {"role": "assistant", "content": answer},
            ]
            file.write(json.dumps({"messages": messages}) + "\n")
    scratch = {"vocab_size": 300, "hidden_size": 16, "layers": 1, "heads": 2}
    defaults = {
        "max_steps": 4,
        "per_device_train_batch_size": 2,
        "learning_rate": 1e-2,
        "use_cpu": True,
        "bf16": False,
        "activation_checkpointing": False,
        "save_steps": 2,
    }
    return SftRecipe.model_validate(
        {
            "model": model or {"scratch": scratch},
            "data": {"source": str(rows), "max_tokens": 256},
            "output_dir": folder / "run",
            "cpu_threads": 1,
            "trainer": defaults | trainer,
        }
    )


def go(recipe: SftRecipe) -> tuple[int, str]:
    """Exit code and what was printed."""
    console = Console(file=io.StringIO(), width=200)
    code = train(recipe, console)
    assert isinstance(console.file, io.StringIO)
    return code, console.file.getvalue()


def log(recipe: SftRecipe) -> list[SftStep]:
    return list(jsonl.read(recipe.output_dir / "log.jsonl", SftStep))


def weights(recipe: SftRecipe, name: str = "final") -> dict[str, torch.Tensor]:
    return dict(load_file(recipe.output_dir / name / "model.safetensors"))


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_a_run_learns_and_leaves_a_model_its_log_and_its_recipe(tmp_path: Path) -> None:
    job = recipe(tmp_path, max_steps=30, logging_steps=10, save_steps=15)
    code, printed = go(job)
    folder = job.output_dir

    assert code == DONE
    assert f"30 steps done: {folder / 'final'}" in printed
    AutoModelForCausalLM.from_pretrained(folder / "final")
    AutoTokenizer.from_pretrained(folder / "final")
    assert (folder / "recipe.yaml").is_file()

    steps = log(job)
    assert [step.step for step in steps] == [10, 15, 20, 30]  # and whenever a checkpoint is kept
    assert steps[-1].loss < 0.7 * steps[0].loss
    assert 0 < steps[0].tokens < steps[-1].tokens
    assert all(step.tokens_per_s > 0 for step in steps)
    rows = [line.split() for line in printed.splitlines()]
    assert [row[0] for row in rows if row and row[0].isdigit()] == ["10", "15", "20", "30", "30"]


def test_a_run_that_stops_early_ends_on_the_way_of_the_whole_one(tmp_path: Path) -> None:
    whole = recipe(tmp_path, max_steps=6)
    go(whole)
    early = whole.model_copy(update={"output_dir": tmp_path / "early", "stop_at": 3})
    for says in ("3 steps done", "already holds 3 steps: nothing left to do"):
        code, printed = go(early)
        assert code == DONE
        assert says in printed
        assert [step.step for step in log(early)] == [step.step for step in log(whole)][:3]
    assert same(weights(early), weights(early, "checkpoint-3"))
    longer = early.model_copy(update={"stop_at": 4})
    go(longer)
    assert same(weights(longer), weights(whole, "checkpoint-4"))


def test_a_continued_run_ends_where_an_uninterrupted_one_does(tmp_path: Path) -> None:
    """In the middle of the second epoch, bit for bit; the log has every step once."""
    whole = recipe(tmp_path, max_steps=10)
    go(whole)
    parts = whole.model_copy(update={"output_dir": tmp_path / "parts"})

    def stop_after_seven(step: int) -> None:
        if step == 7:
            press_ctrl_c()

    watched = Watched(stop_after_seven)
    code = train(parts, watched)
    assert code == 128 + signal.SIGINT
    assert "the same command continues from checkpoint-6" in watched.printed
    (parts.output_dir / "checkpoint-8").mkdir()  # killed while it was written

    code, printed = go(parts)
    assert code == DONE
    assert "continuing from" in printed
    assert same(weights(parts), weights(whole))
    one, other = (
        [step.model_dump(exclude={"tokens_per_s"}) for step in log(job)] for job in (whole, parts)
    )
    assert one == other


def test_a_run_killed_before_its_final_model_was_written_writes_it(tmp_path: Path) -> None:
    """In the middle of an epoch, where the trainer would take another step."""
    job = recipe(tmp_path, max_steps=4)
    go(job)
    before, steps = weights(job), log(job)
    shutil.rmtree(job.output_dir / "final")
    code, printed = go(job)
    assert code == DONE
    assert "4 steps done" in printed
    assert same(weights(job), before)
    assert log(job) == steps


class Watched(Console):
    """A console that calls back with the number of each step that is printed on it."""

    def __init__(self, on_step: Any) -> None:
        super().__init__(file=io.StringIO(), width=200)
        self._on_step = on_step

    def print(self, *objects: Any, **kwargs: Any) -> None:
        super().print(*objects, **kwargs)
        first = str(objects[0]).split()[:1] if objects else []
        if first and first[0].isdigit():
            self._on_step(int(first[0]))

    @property
    def printed(self) -> str:
        assert isinstance(self.file, io.StringIO)
        return self.file.getvalue()


def test_a_finished_run_stays_as_it_is(tmp_path: Path) -> None:
    job = recipe(tmp_path)
    go(job)
    before = weights(job)
    code, printed = go(job)
    assert code == DONE
    assert "already holds 4 steps: nothing left to do" in printed
    assert same(weights(job), before)
    assert [step.step for step in log(job)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("max_steps", "stop_at", "last"),
    [(4, None, 4), (4, 3, 3), (4, 9, 4), (-1, None, -1), (-1, 3, 3)],
)
def test_a_run_ends_at_whichever_comes_first(
    max_steps: int, stop_at: int | None, last: int
) -> None:
    assert last_step(max_steps, stop_at) == last


def test_a_full_disk_does_not_take_the_final_model_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = recipe(tmp_path, num_train_epochs=1, max_steps=-1)
    go(job)
    before = weights(job)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FineTuner, "save_model", full)
    with pytest.raises(DiskError, match="No space left"):
        go(job)
    assert same(weights(job), before)
    assert not (job.output_dir / ".final.part").exists()


def test_what_is_asked_is_not_learned(tmp_path: Path) -> None:
    """The loss is the mean over the tokens of the answers, here worked out by hand."""
    job = recipe(tmp_path, max_steps=1, per_device_train_batch_size=8)
    go(job)
    [first] = log(job)
    tokenizer = AutoTokenizer.from_pretrained(job.output_dir / "init")
    model = AutoModelForCausalLM.from_pretrained(job.output_dir / "init")
    total, count = 0.0, 0
    for line in Path(job.data.source).read_text().splitlines():
        messages = json.loads(line)["messages"]
        asked = tokenizer.apply_chat_template(messages[:1], add_generation_prompt=True)["input_ids"]
        answer = tokenizer(messages[1]["content"] + tokenizer.eos_token)["input_ids"]
        with torch.no_grad():
            logits = model(torch.tensor([asked + answer])).logits[0, len(asked) - 1 : -1]
        chances = logits.log_softmax(-1)
        total -= sum(float(chances[place, token]) for place, token in enumerate(answer))
        count += len(answer)
    assert first.loss == pytest.approx(total / count, rel=1e-4)


def test_a_full_disk_is_one_line_and_the_checkpoint_before_it_stays(tmp_path: Path) -> None:
    job = recipe(tmp_path)
    full = job.output_dir / "checkpoint-4"
    full.mkdir(parents=True)
    (full / "optimizer.pt").symlink_to("/dev/full")
    with pytest.raises(DiskError, match=r"cannot write .*checkpoint-4: .* MB free") as caught:
        go(job)
    assert "\n" not in str(caught.value)
    assert not full.exists()
    assert (job.output_dir / "checkpoint-2" / "trainer_state.json").is_file()
    code, printed = go(job)
    assert code == DONE
    assert "checkpoint-2" in printed


def test_packed_examples_do_not_see_each_other(tmp_path: Path) -> None:
    """All eight in one batch: the first loss is that of each example by itself."""
    job = recipe(tmp_path, max_steps=1, per_device_train_batch_size=8)
    job = job.model_copy(update={"data": job.data.model_copy(update={"max_tokens": 128})})
    packed = job.model_copy(
        update={"output_dir": tmp_path / "packed", "trainer": job.trainer | {"packing": True}}
    )
    for one in (job, packed):
        assert go(one)[0] == DONE
    [apart], [together] = log(job), log(packed)
    assert together.loss == pytest.approx(apart.loss, rel=1e-4)
    assert together.tokens == apart.tokens


def test_an_adapter_is_trained_alone_and_merged_at_the_end(tmp_path: Path) -> None:
    pytest.importorskip("peft")
    base = recipe(tmp_path)
    go(base)
    tuned = recipe(
        tmp_path,
        model={
            "path": str(base.output_dir / "final"),
            "lora": {"r": 2, "target_modules": ["q_proj"]},
        },
    ).model_copy(update={"output_dir": tmp_path / "adapted"})
    code, _ = go(tuned)
    assert code == DONE
    assert (tuned.output_dir / "checkpoint-4" / "adapter_model.safetensors").is_file()
    before, after = weights(base), weights(tuned)
    assert before.keys() == after.keys()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"model.layers.0.self_attn.q_proj.weight"}


@pytest.mark.parametrize(
    ("trainer", "model", "message"),
    [
        ({"max_length": 99}, None, "set data.max_tokens"),
        ({"num_generations": 4}, None, "SFTConfig has no field num_generations"),
        ({}, {"path": "/nowhere/model"}, "cannot load the tokenizer of /nowhere/model"),
        (
            {},
            {"scratch": {"vocab_size": 300}, "lora": {"rank": 8}},
            r"model\.lora: .*unexpected keyword argument 'rank'",
        ),
    ],
)
def test_a_mistake_is_one_line(
    tmp_path: Path, trainer: dict[str, Any], model: dict[str, Any] | None, message: str
) -> None:
    with pytest.raises(UserError, match=message) as caught:
        go(recipe(tmp_path, model=model, **trainer))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.sft.yaml")), ids=lambda path: path.stem)
def test_every_recipe_that_ships_fits_the_installed_trl(path: Path, tmp_path: Path) -> None:
    """Everything but the device: a machine without a GPU takes no bf16."""
    loaded = load_recipe(path, SftRecipe, replace={"output_dir": tmp_path})
    trainer = loaded.trainer | {"use_cpu": True, "bf16": False, "activation_checkpointing": False}
    sft_config(loaded.model_copy(update={"trainer": trainer}))


def test_the_warm_up_says_what_the_paper_says() -> None:
    loaded = load_recipe(RECIPES / "qwen2.5-coder-7b.sft.yaml", SftRecipe)
    assert loaded.model.path == "Qwen/Qwen2.5-Coder-7B-Instruct"
    assert loaded.data.max_tokens == 4096 + 8192


def test_another_model_does_not_continue_the_run(tmp_path: Path) -> None:
    go(recipe(tmp_path, max_steps=2))
    with pytest.raises(UserError, match="holds a run of another model"):
        go(recipe(tmp_path, model={"scratch": {"vocab_size": 301}}))


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    """And importing it needs none of the extra: `webgen --help` must not wait for torch."""
    (tmp_path / "recipe.yaml").write_text(
        "model: {scratch: {}}\ndata: {source: x.jsonl}\noutput_dir: run\n"
    )
    code = (
        "import sys, pathlib\n"
        "from webgen_r1.train.sft import run\n"
        "assert not {'torch', 'trl', 'transformers', 'datasets'} & set(sys.modules)\n"
        "sys.modules['trl'] = None\n"
        "run(pathlib.Path('recipe.yaml'))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    last = ended.stderr.strip().splitlines()[-1]
    assert last.endswith("UserError: training needs trl: run `pip install 'webgen-r1[train]'`")
    assert [path.name for path in tmp_path.iterdir()] == ["recipe.yaml"]


def test_without_peft_a_recipe_with_an_adapter_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from webgen_r1.train.config import SftRecipe\n"
        "from webgen_r1.train.run import peft_config\n"
        "sys.modules['peft'] = None\n"
        "peft_config(SftRecipe.model_validate({'model': {'path': 'x', 'lora': {}},"
        " 'data': {'source': 'x'}, 'output_dir': 'x'}))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    last = ended.stderr.strip().splitlines()[-1]
    assert last.endswith("UserError: model.lora needs peft: run `pip install peft`")


def test_the_command_reports_a_mistake_without_starting_anything(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot read"):
        run(tmp_path / "none.yaml")


# ── the order of the examples ────────────────────────────────────────────────────────

LENGTHS = random.Random(1).choices(range(10, 500), k=401)


def order(*, seed: int = 0, epoch: int = 0) -> list[int]:
    return list(EvenLengths(LENGTHS, 4, seed, lambda: epoch))


def test_an_epoch_has_every_example_once() -> None:
    assert sorted(order()) == list(range(401))


def test_the_order_depends_on_seed_and_epoch_and_nothing_else() -> None:
    torch.manual_seed(1)
    first = order()
    torch.manual_seed(2)
    assert order() == first
    assert order(epoch=1) != first
    assert order(seed=1) != first


def test_examples_of_a_batch_are_about_as_long() -> None:
    places = order()
    batches = [[LENGTHS[n] for n in places[i : i + 4]] for i in range(0, 400, 4)]
    padded = sum(4 * max(batch) for batch in batches)
    assert padded < 1.03 * sum(LENGTHS)
    longest = [max(batch) for batch in batches]
    assert longest != sorted(longest)

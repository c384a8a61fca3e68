"""A GRPO run from recipe to final model, with real TRL and an engine that grades by rule."""

from __future__ import annotations

import importlib.util
import io
import json
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl", reason="needs the [train] extra")

from rich.console import Console
from safetensors.torch import load_file
from train_fakes import FakeReward, press_ctrl_c
from transformers import AutoModelForCausalLM, AutoTokenizer

from webgen_r1 import jsonl, traces
from webgen_r1.errors import DiskError, InfraFailure, UserError
from webgen_r1.policies import Trained, read_trained
from webgen_r1.train.config import GrpoRecipe, ModelConfig
from webgen_r1.train.grpo import DONE, NOTHING_SCORED, _each, run, train
from webgen_r1.train.grpo_log import GrpoStep
from webgen_r1.train.rows import read_rows
from webgen_r1.types import Trace

pytestmark = [
    pytest.mark.train,
    # TRL 1.16 asks transformers 5.23 for a property by the name it had before.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]

PER_STEP = 4


def recipe(folder: Path, **changes: Any) -> GrpoRecipe:
    """Two instructions, groups of two, eight tokens; `changes` go to the trainer."""
    rows = folder / "rows.jsonl"
    rows.write_text(
        "".join(
            json.dumps({"id": name, "instruction": f"Build a website for {name}."}) + "\n"
            for name in ("cheese", "stamps")
        )
    )
    trainer = {
        "max_steps": 2,
        "num_generations": 2,
        "per_device_train_batch_size": PER_STEP,
        "max_completion_length": 8,
        "learning_rate": 1e-2,
        "use_cpu": True,
        "bf16": False,
        "activation_checkpointing": False,
        "save_steps": 1,
    }
    return GrpoRecipe.model_validate(
        {
            "model": {"scratch": {"vocab_size": 600, "hidden_size": 16, "layers": 1, "heads": 2}},
            "data": {"source": str(rows)},
            "output_dir": folder / "run",
            "cpu_threads": 1,
            "max_pauses": 0,
            "trainer": trainer | changes,
        }
    )


def by_letters(text: str) -> float:
    """Something that differs between random texts."""
    return sum(map(ord, text)) % 7 / 1.4


def go(recipe: GrpoRecipe, engine: FakeReward) -> tuple[int, str]:
    """Exit code and what was printed."""
    console = Console(file=io.StringIO(), width=200)
    code = train(recipe, engine, console)
    assert isinstance(console.file, io.StringIO)
    return code, console.file.getvalue()


def test_a_run_trains_and_leaves_a_model_its_traces_and_its_recipe(tmp_path: Path) -> None:
    engine = FakeReward(by_letters)
    code, printed = go(recipe(tmp_path), engine)
    folder = tmp_path / "run"

    assert code == DONE
    start, end = (load_file(folder / name / "model.safetensors") for name in ("init", "final"))
    assert any((start[name] != end[name]).any() for name in start)
    AutoModelForCausalLM.from_pretrained(folder / "final")
    AutoTokenizer.from_pretrained(folder / "final")
    assert read_trained(str(folder / "final")) == Trained(
        scaffold="vite-react-typescript", mode="full", temperature=1.0, max_tokens=8
    )

    kept = list(traces.read(folder / "traces.jsonl"))
    assert len(kept) == len(engine.seen) == 2 * PER_STEP
    assert {trace.id.split("/")[0] for trace in kept} == {"cheese", "stamps"}
    asked = {instruction for _, instruction, _ in engine.seen}
    assert asked == {"Build a website for cheese.", "Build a website for stamps."}
    assert (engine.entered, engine.left) == (1, 1)

    log = jsonl.read_all(folder / "log.jsonl", GrpoStep)
    assert [step.step for step in log] == [1, 2]
    assert (log[1].tokens or 0) > (log[0].tokens or 0) > 0
    for step in log:
        assert step.reward == step.components["visual"]
        assert step.reached["judge"] == 1.0
        assert 0 < step.waiting < 1
        assert step.length_min is not None
        assert step.length is not None
        assert step.length_max is not None
        assert step.length_min <= step.length <= step.length_max <= 8

    rows = [line.split() for line in printed.splitlines()]
    assert [row[0] for row in rows if row and row[0].isdigit() and "judge" in row] == ["1", "2"]
    assert "2 steps done" in printed


def test_an_adapter_is_trained_instead_of_the_weights(tmp_path: Path) -> None:
    pytest.importorskip("peft")
    base = recipe(tmp_path, max_steps=2, beta=0.01)
    lora = base.model.model_copy(update={"lora": {"r": 2, "target_modules": ["q_proj"]}})
    code, _ = go(base.model_copy(update={"model": lora}), FakeReward(by_letters))
    assert code == DONE
    run = tmp_path / "run"
    assert (run / "checkpoint-2" / "adapter_config.json").is_file()
    # The final model is whole and its own: the adapter is in the weights that it adapts.
    assert not (run / "final" / "adapter_config.json").exists()
    start, end = (load_file(run / name / "model.safetensors") for name in ("init", "final"))
    changed = {name for name in start if (start[name] != end[name]).any()}
    assert changed == {"model.layers.0.self_attn.q_proj.weight"}


def test_a_finished_run_has_nothing_left_to_do(tmp_path: Path) -> None:
    go(recipe(tmp_path), FakeReward(by_letters))
    engine = FakeReward(by_letters)
    code, printed = go(recipe(tmp_path), engine)
    assert (code, engine.entered) == (DONE, 0)
    assert "already holds 2 steps" in printed


def test_a_run_killed_before_its_final_model_was_written_writes_it(tmp_path: Path) -> None:
    go(recipe(tmp_path), FakeReward(by_letters))
    final = tmp_path / "run" / "final"
    weights = load_file(final / "model.safetensors")
    shutil.rmtree(final)
    engine = FakeReward(by_letters)
    code, _ = go(recipe(tmp_path), engine)
    assert (code, engine.seen) == (DONE, [])
    again = load_file(final / "model.safetensors")
    assert all((weights[name] == again[name]).all() for name in weights)


def test_an_instruction_near_a_test_set_is_not_trained_on(tmp_path: Path) -> None:
    base = recipe(tmp_path)
    near = tmp_path / "near.jsonl"
    near.write_text('{"instruction": "Build a website for stamps."}\n')
    data = base.data.model_copy(update={"against": (str(near),)})
    kept = read_rows(base.model_copy(update={"data": data}))
    assert [row["id"] for row in kept] == ["cheese"]
    near.write_text(Path(base.data.source).read_text())
    with pytest.raises(UserError, match=r"every instruction of .* is near one"):
        read_rows(base.model_copy(update={"data": data}))


def test_a_run_continues_from_its_last_checkpoint(tmp_path: Path) -> None:
    go(recipe(tmp_path, max_steps=1), FakeReward(by_letters))
    (tmp_path / "run" / "checkpoint-2").mkdir()  # killed while it was written
    engine = FakeReward(by_letters)
    code, printed = go(recipe(tmp_path, max_steps=3), engine)
    assert code == DONE
    assert "continuing from" in printed
    assert "checkpoint-1" in printed
    assert "3 steps done" in printed
    assert len(engine.seen) == 2 * PER_STEP
    assert len(list(traces.read(tmp_path / "run" / "traces.jsonl"))) == 3 * PER_STEP
    log = jsonl.read_all(tmp_path / "run" / "log.jsonl", GrpoStep)
    assert [step.step for step in log] == [1, 2, 3]


@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["int", "term"]
)
def test_a_signal_ends_the_engine_and_says_how_to_go_on(
    tmp_path: Path, number: signal.Signals, exit_code: int
) -> None:
    def signal_in_the_second_step(text: str) -> float:
        if len(engine.seen) > PER_STEP:  # once per completion of the step, as the impatient do
            press_ctrl_c(number)
        return by_letters(text)

    engine = FakeReward(signal_in_the_second_step)
    before = signal.getsignal(number)
    code, printed = go(recipe(tmp_path), engine)
    assert code == exit_code
    assert "the same command continues from checkpoint-1" in printed
    assert (engine.left, engine.running) == (1, 0)
    assert signal.getsignal(number) is before


def test_a_checkpoint_that_cannot_be_written_ends_the_run_and_costs_none_before(
    tmp_path: Path,
) -> None:
    """No file may grow any more, which is what a full disk looks like to who writes one."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def full_in_the_second_step(text: str) -> float:
        if len(engine.seen) > PER_STEP:
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
        return by_letters(text)

    engine = FakeReward(full_in_the_second_step)
    try:
        with pytest.raises(DiskError, match=r"cannot write .*checkpoint-2: ") as caught:
            go(recipe(tmp_path), engine)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "\n" not in str(caught.value)
    assert engine.left == 1
    assert [path.name for path in (tmp_path / "run").glob("checkpoint-*")] == ["checkpoint-1"]


def test_an_outage_is_waited_for_before_the_step_is_lost(tmp_path: Path) -> None:
    def back_after_the_first_batch(text: str) -> float | None:
        return by_letters(text) if len(engine.seen) > PER_STEP else None

    engine = FakeReward(back_after_the_first_batch)
    patient = recipe(tmp_path, max_steps=1).model_copy(update={"pause_s": 0.0, "max_pauses": 1})
    _, printed = go(patient, engine)
    log = jsonl.read_all(tmp_path / "run" / "log.jsonl", GrpoStep)
    assert [step.unscored for step in log] == [0.0]
    assert f"judge {PER_STEP}" in printed


def test_an_outage_stops_the_run_before_it_trains_on_nothing(tmp_path: Path) -> None:
    code, printed = go(recipe(tmp_path, max_steps=9), FakeReward(lambda text: None))
    assert code == NOTHING_SCORED
    assert "stopped at step 3: no completion could be scored" in printed
    assert f"unscored {PER_STEP}" in printed
    start, last = (
        load_file(tmp_path / "run" / name / "model.safetensors")
        for name in ("init", "checkpoint-3")
    )
    assert all((start[name] == last[name]).all() for name in start)


def with_preflight(base: GrpoRecipe, text: str) -> GrpoRecipe:
    path = Path(base.data.source).parent / "cheese.good.txt"
    path.write_text(text)
    return base.model_copy(update={"preflight": path})


def test_a_preflight_is_scored_first_with_its_instruction(tmp_path: Path) -> None:
    engine = FakeReward(by_letters)
    _, printed = go(with_preflight(recipe(tmp_path, max_steps=1), "a site"), engine)
    assert engine.seen[0] == ("a site", "Build a website for cheese.", "preflight/cheese/0")
    assert "preflight: cheese.good.txt scores" in printed
    kept = traces.read(tmp_path / "run" / "traces.jsonl")
    assert not any(trace.id.startswith("preflight") for trace in kept)


def test_a_run_whose_preflight_cannot_be_scored_does_not_start(tmp_path: Path) -> None:
    engine = FakeReward(lambda text: None)
    with pytest.raises(InfraFailure, match="nothing was trained: no answer"):
        go(with_preflight(recipe(tmp_path), "a site"), engine)
    assert len(engine.seen) == engine.left == 1


def test_a_missing_preflight_is_a_mistake(tmp_path: Path) -> None:
    base = recipe(tmp_path).model_copy(update={"preflight": tmp_path / "gone.txt"})
    with pytest.raises(UserError, match=r"cannot read the preflight completion .*gone\.txt"):
        go(base, FakeReward(by_letters))


def test_instructions_with_too_long_a_prompt_are_left_out_and_counted(tmp_path: Path) -> None:
    base = recipe(tmp_path, max_steps=1)
    rows = Path(base.data.source)
    with rows.open("a") as file:
        file.write(json.dumps({"id": "long", "instruction": "x ö " * 20_000}) + "\n")
    engine = FakeReward(by_letters)
    _, printed = go(base, engine)
    assert "1 of 3 instructions left out" in printed
    assert all(len(asked or "") < 100 for _, asked, _ in engine.seen)


def test_no_instruction_that_fits_is_a_mistake(tmp_path: Path) -> None:
    base = recipe(tmp_path)
    short = base.model_copy(update={"data": base.data.model_copy(update={"max_prompt_tokens": 3})})
    with pytest.raises(UserError, match="no instruction has a prompt of at most 3 tokens"):
        go(short, FakeReward(by_letters))


def test_another_model_does_not_continue_the_run(tmp_path: Path) -> None:
    base = recipe(tmp_path, max_steps=1)
    go(base, FakeReward(by_letters))
    assert base.model.scratch is not None
    larger = base.model.scratch.model_copy(update={"layers": 2})
    other = base.model_copy(update={"model": base.model.model_copy(update={"scratch": larger})})
    with pytest.raises(UserError, match="holds a run of another model"):
        go(other, FakeReward(by_letters))


def test_other_settings_than_a_run_began_with_are_told(tmp_path: Path) -> None:
    go(recipe(tmp_path, max_steps=1), FakeReward(by_letters))
    code, printed = go(recipe(tmp_path, learning_rate=2e-2), FakeReward(by_letters))
    assert code == DONE
    told = next(line for line in printed.splitlines() if "other settings" in line)
    assert "trainer.learning_rate: 0.01 → 0.02" in told
    assert "trainer.max_steps: 1 → 2" in told


def test_a_mistake_in_the_model_can_be_mended_in_the_same_folder(tmp_path: Path) -> None:
    base = recipe(tmp_path, max_steps=1)
    wrong = base.model_copy(update={"model": ModelConfig(path=str(tmp_path / "nowhere"))})
    with pytest.raises(UserError, match="cannot load"):
        go(wrong, FakeReward(by_letters))
    code, printed = go(base, FakeReward(by_letters))
    assert code == DONE
    assert "other settings" not in printed


@pytest.mark.parametrize("kept", ["", "model: [", "model: {path: a, paths: b}\n"])
def test_a_recipe_that_cannot_be_read_is_one_line(tmp_path: Path, kept: str) -> None:
    go(recipe(tmp_path, max_steps=1), FakeReward(by_letters))
    (tmp_path / "run" / "recipe.yaml").write_text(kept)
    with pytest.raises(UserError, match="is not what this release writes"):
        go(recipe(tmp_path), FakeReward(by_letters))


def test_completions_that_are_learned_from_twice_have_a_line_for_each_step(tmp_path: Path) -> None:
    """Also where a run is continued between the two: it goes on with the next instructions at
    the same steps as one that was not stopped."""
    go(recipe(tmp_path, max_steps=4, num_iterations=2), whole := FakeReward(by_letters))
    lines = jsonl.read_all(tmp_path / "run" / "log.jsonl", GrpoStep)
    assert [line.step for line in lines] == [1, 2, 3, 4]
    assert [line.reward is None for line in lines] == [False, True, False, True]
    assert len(whole.seen) == 2 * PER_STEP

    shutil.rmtree(tmp_path / "run")
    go(recipe(tmp_path, max_steps=1, num_iterations=2), FakeReward(by_letters))
    go(recipe(tmp_path, max_steps=4, num_iterations=2), rest := FakeReward(by_letters))
    lines = jsonl.read_all(tmp_path / "run" / "log.jsonl", GrpoStep)
    # The completions of step 2 are those of step 1, which nobody kept: they are written anew.
    assert [line.reward is None for line in lines] == [False, False, False, True]
    assert len(rest.seen) == 2 * PER_STEP


def test_one_who_cannot_keep_a_trace_does_not_keep_it_from_others() -> None:
    seen: list[Trace] = []

    def full(_: Trace) -> None:
        raise DiskError("cannot write")

    trace = Trace(id="x", digest="d", outcome="scored", stage="build", reward=0.1)
    with pytest.raises(DiskError):
        _each([full, seen.append])(trace)
    assert seen == [trace]


def test_a_model_that_is_nowhere_is_one_line(tmp_path: Path) -> None:
    base = recipe(tmp_path)
    nowhere = base.model_copy(
        update={
            "model": base.model.model_copy(update={"scratch": None, "path": str(tmp_path / "no")})
        }
    )
    with pytest.raises(UserError, match="cannot load the tokenizer") as caught:
        go(nowhere, FakeReward(by_letters))
    assert "\n" not in str(caught.value)


def test_vllm_is_asked_for_before_anything_starts(tmp_path: Path) -> None:
    if importlib.util.find_spec("vllm"):
        pytest.skip("vLLM is installed here")
    with pytest.raises(UserError, match=r"pip install 'trl\[vllm\]'"):
        go(recipe(tmp_path, use_vllm=True), FakeReward(by_letters))
    assert not (tmp_path / "run").exists()


def test_tensorboard_is_sent_what_is_logged(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    go(recipe(tmp_path, max_steps=1, report_to="tensorboard"), FakeReward(by_letters))
    events = list((tmp_path / "run").rglob("events.out.tfevents.*"))
    assert any(b"train/webgen/waiting" in path.read_bytes() for path in events)


def test_a_reporter_that_is_not_installed_is_asked_for_before_anything_starts(
    tmp_path: Path,
) -> None:
    if importlib.util.find_spec("trackio"):
        pytest.skip("trackio is installed here")
    with pytest.raises(UserError, match="pip install trackio"):
        go(recipe(tmp_path, report_to="trackio"), FakeReward(by_letters))
    assert not (tmp_path / "run").exists()


def test_the_command_reports_a_mistake_without_starting_anything(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot read"):
        run(tmp_path / "none.yaml")


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    """And importing it needs none of the extra: `webgen --help` must not wait for torch."""
    file = tmp_path / "recipe.yaml"
    file.write_text("model: {scratch: {}}\ndata: {source: x.jsonl}\noutput_dir: run\n")
    code = (
        "import sys, pathlib\n"
        "from webgen_r1.train.grpo import run\n"
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

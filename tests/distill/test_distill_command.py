"""`webgen distill` with fakes: the dataset, the report, exit codes, kill and resume."""

import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from distill_fakes import Counting, write_recipe
from rich.console import Console

from webgen_r1.commands.distill import distill
from webgen_r1.errors import UserError
from webgen_r1.prompts import system_prompt
from webgen_r1.scaffold import load

TEXTS = ["a shop", "a blog", "a poor forum", "a blank wall"]


class Command:
    """The command on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = Counting()
        self.said = ""

    def run(self, *texts: str, overrides: tuple[str, ...] = (), **changes: Any) -> int:
        recipe = write_recipe(self.folder, list(texts), **changes)
        console = Console(file=StringIO(), width=100)
        code = distill(recipe, console, overrides=overrides, makers=self.work.makers)
        self.said = console.file.getvalue()  # type: ignore[attr-defined]
        return code

    @property
    def dataset(self) -> Path:
        return self.folder / "run" / "dataset"

    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = parquet.read_table(self.dataset / "train.parquet").to_pylist()
        return rows

    def report(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.folder / "run" / "report.json").read_text())
        return loaded


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


def test_an_example_is_a_chat_with_what_is_known_of_it(command: Command) -> None:
    assert command.run(*TEXTS, seed=3) == 0
    shop = next(row for row in command.rows() if row["id"] == "1")
    assert shop.keys() == {"id", "instruction", "messages", "reward", "seed", "teacher"}
    assert (shop["instruction"], shop["seed"], shop["teacher"]) == ("a shop", 3, "teacher-1")
    assert shop["reward"] == pytest.approx(4.0, abs=0.2)
    system, user, assistant = shop["messages"]
    assert system == {
        "role": "system",
        "content": system_prompt(load("vite-react-typescript"), "slots"),
    }
    assert user == {"role": "user", "content": "a shop"}
    assert assistant["role"] == "assistant"
    assert assistant["content"].startswith("<think>")
    assert assistant["content"].endswith("</answer>")


def test_table_report_and_card_say_what_became_of_everything(command: Command) -> None:
    assert command.run(*TEXTS) == 0
    report = command.report()
    assert (report["asked"], report["answered"], report["scored"]) == (4, 4, 4)
    assert (report["failed_at"], report["below"], report["kept"]) == ({"render": 1}, 1, 2)
    for words in ("failed at render", "below reward 3", "2 examples from 2 instructions"):
        assert words in command.said
    card = (command.dataset / "README.md").read_text()
    assert "teacher-1" in card
    assert "| **kept** | **2** |" in card
    assert str(command.folder) not in card


def test_the_file_is_compressed_with_zstd(command: Command) -> None:
    command.run("a shop")
    group = parquet.read_metadata(command.dataset / "train.parquet").row_group(0)
    assert {group.column(n).compression for n in range(group.num_columns)} == {"ZSTD"}


@pytest.mark.train
def test_the_datasets_library_loads_it(command: Command, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    command.run(*TEXTS, score=0.5)
    files = str(command.dataset / "train.parquet")
    found = datasets.load_dataset(
        "parquet", data_files=files, split="train", cache_dir=str(tmp_path / "cache")
    )
    assert found[0]["messages"][0]["role"] == "system"
    assert len(found) == len(command.rows())


def test_more_may_be_asked_and_less_kept_later(command: Command) -> None:
    command.run("a shop", "a blog")
    assert command.run("a shop", "a blog", overrides=("samples=2", "keep=3")) == 0
    assert len(command.work.asked) == 4
    assert len(command.rows()) == 3
    assert command.run("a shop", "a blog", overrides=("keep=1",)) == 0
    assert len(command.work.asked) == 4
    assert len(command.rows()) == 1


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"teacher": {"kind": "model", "model": "other"}}, "teacher.model: teacher-1 → other"),
        ({"seed": 1}, "seed: 0 → 1"),
        ({"engine": {"mode": "full"}}, "engine.mode: slots → full"),
        ({"engine": {"mode": "slots", "reward": {"gamma": 1.0}}}, "engine.reward.gamma"),
    ],
)
def test_another_teacher_or_reward_does_not_mix_into_the_folder(
    command: Command, changes: dict[str, Any], named: str
) -> None:
    command.run("a shop")
    with pytest.raises(UserError, match="holds another distillation") as caught:
        command.run("a shop", **changes)
    assert named in str(caught.value)


def test_how_many_work_at_once_may_change(command: Command) -> None:
    command.run("a shop")
    assert command.run("a shop", overrides=("engine.build.workers=1", "teacher.retries=0")) == 0


def test_instructions_to_be_evaluated_on_are_not_asked(command: Command) -> None:
    shop = "Please implement an online shop for antique clocks with a catalogue and a cart."
    (command.folder / "test.jsonl").write_text(json.dumps({"instruction": shop}) + "\n")
    data = {"source": "rows.jsonl", "against": ["test.jsonl"]}
    blog = "Build a travel blog where readers comment on hikes in the mountains of Norway."
    assert command.run(shop, blog, data=data) == 0
    assert [asked for asked, _ in command.work.asked] == [blog]
    assert command.report()["left_out"] == 1
    with pytest.raises(UserError, match=r"every instruction .* is like one of data\.against"):
        command.run(shop, data=data)


def test_what_could_not_be_found_out_is_exit_code_1(command: Command) -> None:
    assert command.run("a shop", "outage") == 1
    assert "could not be scored" in command.said


def test_nothing_worth_learning_from_is_exit_code_3(command: Command) -> None:
    assert command.run("a blank wall", "a poor forum") == 3
    assert command.rows() == []
    assert "nothing is worth learning from" in command.said


# ── kill and resume ─────────────────────────────────────────────────────────────────


def start(recipe: Path, log: Path) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("killable_distill.py")
    call = [sys.executable, str(script), str(recipe), str(log)]
    return subprocess.Popen(call, stderr=subprocess.PIPE, text=True)


def wait_for(path: Path, lines: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not (path.exists() and path.read_bytes().count(b"\n") >= lines):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.01)


def test_a_killed_run_goes_on_and_ends_with_the_dataset_of_an_undisturbed_one(
    tmp_path: Path,
) -> None:
    folders = [tmp_path / "killed", tmp_path / "whole"]
    recipes = []
    for folder in folders:
        folder.mkdir()
        texts = [f"site {n} in white with navy buttons" for n in range(20)]
        recipes.append(write_recipe(folder, texts, samples=2, score=0.5, keep=30))
    completions = folders[0] / "run" / "completions.jsonl"
    log = tmp_path / "asked"

    process = start(recipes[0], log)
    wait_for(completions, 12, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    kept = [json.loads(line) for line in completions.read_bytes().splitlines(keepends=True)
            if line.endswith(b"\n")]  # fmt: skip
    assert 12 <= len(kept) < 40
    before = log.read_text().splitlines()

    process = start(recipes[0], log)
    said = process.communicate()[1]
    assert process.returncode == 0, said
    assert distill(recipes[1], Console(file=StringIO()), makers=Counting().makers) == 0
    again = log.read_text().splitlines()[len(before) :]
    on_disk = {f"{answer['instruction']}/{answer['sample']}" for answer in kept}
    assert not on_disk & set(again)
    assert len(again) == 40 - len(kept)
    for name in ("dataset/train.parquet", "report.json"):
        assert (folders[0] / "run" / name).read_bytes() == (folders[1] / "run" / name).read_bytes()


def test_a_stopped_run_says_what_it_keeps(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, [f"a slow site {n}" for n in range(30)])
    process = start(recipe, tmp_path / "asked")
    wait_for(tmp_path / "run" / "completions.jsonl", 2, process)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert "stopped: asked" in said
    assert "the same command goes on there" in said
    assert "Traceback" not in said

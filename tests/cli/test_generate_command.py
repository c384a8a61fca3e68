"""`webgen generate`: what it writes, shows and chooses, and with which code it ends."""

import asyncio
import io
import json
import queue
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cli_fakes import FakeEngine
from rich.console import Console
from typer.testing import CliRunner, Result

from endpoint_server import Reply, serving, streamed
from webgen_r1 import traces
from webgen_r1.cli_generate import app
from webgen_r1.commands.generate import GenerateJob, generate
from webgen_r1.commands.generate_display import GenerateDisplay, thinking
from webgen_r1.commands.generate_options import Asked, asked_for, settings_for
from webgen_r1.commands.options import Session
from webgen_r1.config import EngineConfig
from webgen_r1.errors import GenerateError, UserError
from webgen_r1.generate import FakeGenerator, GenerateConfig
from webgen_r1.generate.records import Written
from webgen_r1.jsonl import read_all
from webgen_r1.policies import Trained, write_trained
from webgen_r1.types import Trace

SHOP: Asked = [(None, "A shop for plants")]


def answer(body: str, path: str = "src/App.tsx") -> str:
    action = f'<webAction type="file" filePath="{path}">{body}</webAction>'
    return f"<think>why</think><answer><webArtifact>{action}</webArtifact></answer>"


class GradingEngine(FakeEngine):
    """The reward is the number after `worth` in what the model wrote."""

    async def score(
        self, text: str, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        trace = await super().score(text, instruction, id)
        worth = re.search(r"worth (\d)", text)
        return trace.model_copy(update={"reward": float(worth[1])}) if worth else trace


@dataclass
class Desk:
    """One folder, model and engine; `asked` is what the model was asked, `shown` the screen."""

    out: Path
    says: Callable[[str, int], str] = lambda text, seed: answer(f"{text} {seed}")
    engine: FakeEngine = field(default_factory=GradingEngine)
    asked: list[tuple[str, int]] = field(default_factory=list)
    shown: str = ""

    def run(self, asked: Asked = SHOP, *, temperature: float = 1.0, **job: Any) -> int:
        def says(chat: list[dict[str, str]], seed: int) -> str:
            self.asked.append((chat[-1]["content"], seed))
            return self.says(chat[-1]["content"], seed)

        screen = io.StringIO()
        try:
            return generate(
                GenerateJob(
                    asked=asked,
                    out=self.out,
                    generate=GenerateConfig(model="m", temperature=temperature),
                    engine=EngineConfig(),
                    **job,
                ),
                self.engine.make,
                Console(file=screen, width=160),
                lambda config: FakeGenerator(says),
            )
        finally:
            self.shown = screen.getvalue()

    @property
    def site(self) -> str:
        return (self.out / "sites" / "shop-plants" / "src" / "App.tsx").read_text()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "out")


# ── one site ────────────────────────────────────────────────────────────────────────


def test_one_instruction_becomes_one_scored_project(desk: Desk) -> None:
    assert desk.run(seed=7) == 0
    assert desk.asked == [("A shop for plants", 7)]
    assert desk.site == "A shop for plants 7"
    (trace,) = traces.read(desk.out / "traces.jsonl")
    assert (trace.id, trace.instruction) == ("shop-plants", "A shop for plants")
    assert "<think>why</think><answer>" in desk.shown
    assert "3.00" in desk.shown
    assert str(desk.out / "sites" / "shop-plants") in desk.shown


def test_only_safe_paths_are_written(desk: Desk, tmp_path: Path) -> None:
    desk.says = lambda text, seed: answer("x", "../../out.txt") + answer("y", "/tmp/webgen-no")
    desk.run()
    assert not (desk.out / "sites").exists()
    assert sorted(path.name for path in tmp_path.rglob("*.txt")) == []
    assert "holds no file" in desk.shown


def test_without_scoring_nothing_is_built(desk: Desk) -> None:
    assert desk.run(score=False) == 0
    assert desk.engine.entered == 0
    assert desk.site
    assert "reward" not in desk.shown


def test_a_site_that_could_not_be_scored_is_there_and_the_code_says_so(desk: Desk) -> None:
    desk.says = lambda text, seed: answer("outage")
    assert desk.run() == 1
    assert desk.site == "outage"


def test_json_is_one_trace_a_line(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.run(json=True)
    desk.run(json=True)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["id"] for row in rows] == ["shop-plants", "shop-plants"]


def test_a_model_that_fails_is_raised_as_what_it_is(desk: Desk) -> None:
    def fails(text: str, seed: int) -> str:
        raise GenerateError("the model is down")

    desk.says = fails
    with pytest.raises(GenerateError, match="is down"):
        desk.run()


# ── several ─────────────────────────────────────────────────────────────────────────


def test_the_best_of_several_is_kept_and_all_are_shown(desk: Desk) -> None:
    desk.says = lambda text, seed: answer(f"worth {(1, 4, 2)[seed]}")
    assert desk.run(best_of=3) == 0
    assert [seed for _, seed in desk.asked] == [0, 1, 2]
    assert desk.site == "worth 4"
    for reward in ("1.00", "4.00", "2.00"):
        assert reward in desk.shown
    assert re.search(r"shop-plants\.s1 .* kept", desk.shown)
    assert desk.shown.count("kept") == 1


def test_more_samples_may_change_which_is_kept(desk: Desk) -> None:
    desk.says = lambda text, seed: answer(f"worth {(1, 4)[seed]}")
    desk.run(best_of=1)
    assert desk.site == "worth 1"
    desk.run(best_of=2)
    assert len(desk.asked) == 2
    assert desk.site == "worth 4"


def test_what_is_written_is_not_asked_for_again(desk: Desk) -> None:
    several: Asked = [("a", "A shop"), ("b", "A blog"), ("c", "A zoo")]
    fails = {"A blog"}

    def says(text: str, seed: int) -> str:
        if text in fails:
            raise GenerateError("the model is down")
        return answer(text)

    desk.says = says
    assert desk.run(several) == 1
    assert "not written: the model is down" in desk.shown
    fails.clear()
    desk.asked.clear()
    assert desk.run(several) == 0
    assert desk.asked == [("A blog", 0)]
    assert sorted(path.name for path in (desk.out / "sites").iterdir()) == ["a", "b", "c"]


def test_a_site_that_was_changed_by_hand_stays(desk: Desk) -> None:
    desk.run()
    edited = desk.out / "sites" / "shop-plants" / "src" / "App.tsx"
    edited.write_text("mine")
    desk.run()
    assert desk.site == "mine"


def test_starting_over_sets_the_old_sites_aside(desk: Desk) -> None:
    desk.run(seed=1)
    desk.run(seed=2, fresh=True)
    assert desk.site == "A shop for plants 2"
    old = desk.out / "sites.old" / "shop-plants" / "src" / "App.tsx"
    assert old.read_text() == "A shop for plants 1"
    assert [one.text for one in read_all(desk.out / "completions.jsonl", Written)] == [
        answer("A shop for plants 2")
    ]


# ── mistakes ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "job", "says"),
    [
        ([], {}, "nothing to build"),
        ([(None, "  ")], {}, "an instruction is empty"),
        (SHOP, {"best_of": 2, "temperature": 0.0}, "2 samples at temperature 0"),
        (SHOP, {"best_of": 2, "score": False}, "chooses by the reward"),
        (SHOP, {"json": True, "score": False}, "--json prints traces"),
        ([*SHOP, (None, "A blog")], {"open_site": True}, "--open shows one site"),
    ],
)
def test_a_mistake_claims_no_folder(
    desk: Desk, asked: Asked, job: dict[str, Any], says: str
) -> None:
    with pytest.raises(UserError, match=says):
        desk.run(asked, **job)
    assert not desk.out.exists()


def test_a_folder_that_holds_something_else_is_left_alone(desk: Desk) -> None:
    desk.out.mkdir()
    (desk.out / "thesis.tex").write_text("years of work")
    for fresh in (False, True):
        with pytest.raises(UserError, match="holds something else: choose another --out"):
            desk.run(fresh=fresh)
    assert [path.name for path in desk.out.iterdir()] == ["thesis.tex"]


def test_a_folder_never_mixes_two_ways_of_writing(desk: Desk) -> None:
    desk.run(seed=1)
    with pytest.raises(UserError, match=r"seed: 1 → 2.*--fresh"):
        desk.run(seed=2)


def call(*arguments: str) -> Result:
    session = Session(FakeEngine().make)
    return CliRunner(env={"COLUMNS": "160"}).invoke(app, ["generate", *arguments], obj=session)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["A shop", "--model", "nanoo"], 2, "no model 'nanoo': give a policy that ships"),
        (["A shop", "--model", "http://127.0.0.1:1/v1"], 3, "cannot reach http://127.0.0.1:1/v1"),
        (["--file", "{here}/no.txt", "--model", "a/b"], 2, "no.txt: No such file"),
        (["--model", "a/b", "--out", "{here}/out"], 2, "nothing to build"),
    ],
)
def test_a_mistake_in_the_call_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    monkeypatch.setenv("WEBGEN_MODEL_API_KEY", "word")
    monkeypatch.delenv("WEBGEN_MODEL_BASE_URL", raising=False)
    result = call(*(one.format(here=tmp_path) for one in arguments))
    assert result.exit_code == code
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


# ── real models ─────────────────────────────────────────────────────────────────────


def test_a_model_at_an_address_writes_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBGEN_MODEL_API_KEY", "word")
    with served(streamed(answer("hello"), tokens=5)) as address:
        result = call("A shop", "--model", address, "--out", str(tmp_path / "out"))
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "out" / "sites" / "shop" / "src" / "App.tsx").read_text() == "hello"
    assert answer("hello") in result.stderr


@contextmanager
def served(*replies: Reply) -> Iterator[str]:
    """Address of an endpoint in a thread of its own: the command wants the main one."""
    started: queue.Queue[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = queue.Queue()

    async def serve() -> None:
        done = asyncio.Event()
        async with serving(*replies) as server:
            started.put((server.base_url, asyncio.get_running_loop(), done))
            await done.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    address, loop, done = started.get(timeout=30)
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()


@pytest.mark.train
def test_a_model_on_this_machine_writes_what_it_can(tmp_path: Path) -> None:
    pytest.importorskip("trl", reason="needs the [train] extra")
    from webgen_r1.train.config import ScratchModel
    from webgen_r1.train.scratch import make_scratch

    spec = ScratchModel(vocab_size=320, hidden_size=16, intermediate_size=32, layers=1, heads=2)
    make_scratch(spec, ["a shop", "a blog"], 0, tmp_path / "tiny")
    write_trained(tmp_path / "tiny", Trained(temperature=1.0, max_tokens=16))
    out = tmp_path / "out"
    result = call("A shop", "--model", str(tmp_path / "tiny"), "--out", str(out))
    assert result.exit_code == 0, result.stderr
    (written,) = read_all(out / "completions.jsonl", Written)
    assert written.tokens is not None
    assert 0 < written.tokens <= 16
    assert written.tokens_exact


# ── options ─────────────────────────────────────────────────────────────────────────


def test_a_text_file_holds_one_instruction_a_line(tmp_path: Path) -> None:
    file = tmp_path / "rows.txt"
    file.write_text("A shop\n\nA blog\n")
    assert asked_for(["A zoo"], file) == [(None, "A zoo"), (None, "A shop"), (None, "A blog")]
    assert asked_for([], file, limit=1) == [(None, "A shop")]


def test_rows_bring_their_ids(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": "s1", "instruction": "A shop"}\n')
    assert asked_for([], file) == [("s1", "A shop")]


def test_a_policy_is_used_as_it_was_trained_unless_the_call_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    sampling = {"temperature": 0.7, "top_p": 0.95, "min_p": 0.05, "max_tokens": 640}
    own = Trained(scaffold="kit", mode="slots", **sampling)
    write_trained(tmp_path, own)
    generate, engine = settings_for(str(tmp_path), engine={})
    assert generate.sampling == sampling
    assert (engine.scaffold, engine.mode) == ("kit", "slots")
    generate, engine = settings_for(
        str(tmp_path), temperature=0.0, mode="full", scaffold="other", engine={}
    )
    assert (generate.temperature, generate.max_tokens) == (0.0, 640)
    assert (engine.scaffold, engine.mode) == ("other", "full")


# ── the screen ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "thought"),
    [
        ("", ""),
        ("<th", "<th"),
        (" <think>why", " <think>why"),
        ("<think>why</think><answer>", "<think>why</think>"),
        ("<answer><think>", ""),
    ],
)
def test_what_a_model_thinks_is_told_apart(text: str, thought: str) -> None:
    assert text[: thinking(text)] == thought


def test_thought_is_dim_and_nothing_steers_the_terminal() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, color_system="standard", width=80)
    with GenerateDisplay(console, "m", 1) as display:
        for piece in ("<think>w", "hy</th", "ink>done", "\x1b[2J[red]"):
            display.text(piece)
    shown = screen.getvalue()
    assert "\x1b[2m<think>w\x1b[0m\x1b[2mhy</th\x1b[0m\x1b[2mink>\x1b[0mdone[2J[red]" in shown

"""`webgen score`: what it prints, what it keeps, and with which code it ends."""

import json
from pathlib import Path

import pytest
from cli_fakes import FakeEngine
from typer.testing import CliRunner, Result

from webgen_r1 import traces
from webgen_r1.cli import app
from webgen_r1.commands.options import Session


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text(f"completion {name}")
    return tmp_path


def score(engine: FakeEngine, out: Path, *arguments: str | Path) -> Result:
    call = ["score", *map(str, arguments), "--out", str(out)]
    return CliRunner(env={"COLUMNS": "160"}).invoke(app, call, obj=Session(engine.make))


def test_every_completion_is_scored_and_kept(
    engine: FakeEngine, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    result = score(engine, out, folder)
    assert result.exit_code == 0
    assert sorted(trace.id for trace in traces.read(out / "traces.jsonl")) == ["a", "b", "c"]
    assert (out / "report" / "index.html").is_file()
    assert "3 in all" in result.stderr
    assert result.stdout == ""
    assert (engine.entered, engine.left) == (1, 1)


def test_json_is_one_trace_per_line_and_nothing_else(
    engine: FakeEngine, folder: Path, tmp_path: Path
) -> None:
    result = score(engine, tmp_path / "out", folder, "--json", "--no-report")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert {row["id"] for row in rows} == {"a", "b", "c"}
    assert rows[0]["pages"][0]["text"]  # whole traces, not shortened ones
    assert not (tmp_path / "out" / "report").exists()


def test_a_second_run_scores_nothing_again_and_still_shows_everything(
    engine: FakeEngine, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    score(engine, out, folder)
    again = FakeEngine()
    result = score(again, out, folder, "--json")
    assert again.asked == []
    assert again.entered == 0  # no worker, no browser
    assert len(result.stdout.splitlines()) == 3
    assert "3 already scored" in result.stderr
    assert result.exit_code == 0


def test_a_changed_completion_or_instruction_is_scored_again(
    engine: FakeEngine, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    score(engine, out, folder / "a.txt", folder / "b.txt", "-i", "a shop")
    (folder / "a.txt").write_text("another completion")
    engine.asked.clear()
    score(engine, out, folder / "a.txt", folder / "b.txt", "-i", "a shop")
    assert engine.asked == ["a"]
    engine.asked.clear()
    score(engine, out, folder / "b.txt", "-i", "a museum")
    assert engine.asked == ["b"]


def test_an_infrastructure_failure_is_no_reward_and_is_tried_again(
    engine: FakeEngine, folder: Path, tmp_path: Path
) -> None:
    (folder / "b.txt").write_text("outage")
    out = tmp_path / "out"
    assert score(engine, out, folder).exit_code == 1
    again = FakeEngine()
    assert score(again, out, folder).exit_code == 1
    assert again.asked == ["b"]


def test_when_nothing_could_be_scored_the_code_is_3(
    engine: FakeEngine, folder: Path, tmp_path: Path
) -> None:
    (folder / "a.txt").write_text("outage")
    assert score(engine, tmp_path / "out", folder / "a.txt").exit_code == 3


def test_fresh_starts_over_and_sets_the_old_traces_aside(
    engine: FakeEngine, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    score(engine, out, folder)
    score(engine, out, folder / "a.txt", "--fresh")
    assert [trace.id for trace in traces.read(out / "traces.jsonl")] == ["a"]
    assert len(list(traces.read(out / "traces.jsonl.old"))) == 3


def test_results_of_other_settings_are_not_mixed(
    engine: FakeEngine, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    score(engine, out, folder)
    result = score(engine, out, folder, "--preset", "graded")
    assert result.exit_code == 2
    assert "reward.preset: paper → graded" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert score(engine, out, folder, "--workers", "1").exit_code == 0  # no effect on rewards


def test_options_reach_the_engine(engine: FakeEngine, folder: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("reward: {preset: graded, gamma: 0.3}\nmode: slots\n")
    score(
        engine,
        tmp_path / "out",
        *(folder / "a.txt", "--config", settings, "--mode", "full", "--sandbox", "none"),
        *("--scaffold", "vite-react-kit"),
        *("--policy", "store", "--workers", "3", "--concurrency", "5", "--judge", "openai"),
    )
    config = engine.config
    assert config is not None
    assert config.scaffold == "vite-react-kit"
    assert (config.mode, config.reward.preset, config.reward.gamma) == ("full", "graded", 0.3)
    assert (config.sandbox.kind, config.judge.kind) == ("none", "openai")
    assert (config.build.policy, config.build.workers) == ("store", 3)
    assert config.render.concurrency == 5


def test_no_more_completions_at_once_than_asked_for(engine: FakeEngine, tmp_path: Path) -> None:
    rows = [json.dumps({"id": f"{n}", "completion": f"text {n}"}) for n in range(40)]
    (tmp_path / "rows.jsonl").write_text("\n".join(rows))
    score(engine, tmp_path / "out", tmp_path / "rows.jsonl", "--concurrency", "3")
    assert engine.most_at_once == 3
    assert len(engine.asked) == 40


def test_a_limit_takes_the_first_ones(engine: FakeEngine, folder: Path, tmp_path: Path) -> None:
    score(engine, tmp_path / "out", folder, "--limit", "2")
    assert sorted(engine.asked) == ["a", "b"]


def test_a_bad_line_is_named_and_loses_nothing(engine: FakeEngine, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": "x", "completion": "one"}\n{oops\n{"id": "y", "completion": "two"}\n')
    result = score(engine, tmp_path / "out", file)
    assert f"{file}:2 is not JSON" in result.stderr.replace("\n", " ")
    assert sorted(engine.asked) == ["x", "y"]
    assert result.exit_code == 1


def test_a_full_disk_stops_the_run_and_keeps_what_was_scored(
    engine: FakeEngine, folder: Path, tmp_path: Path
) -> None:
    (folder / "c.txt").write_text("full")
    out = tmp_path / "out"
    result = score(engine, out, folder, "--concurrency", "1")
    assert result.exit_code == 3
    assert "No space left" in result.stderr
    assert "2 new results kept" in result.stderr
    assert [trace.id for trace in traces.read(out / "traces.jsonl")] == ["a", "b"]
    assert engine.left == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["/no/such/file"], "cannot read /no/such/file: No such file or directory"),
        (["{here}", "--instructions", "/no/such.jsonl"], "cannot read /no/such.jsonl"),
        (["{here}", "--config", "/no/such.yaml"], "cannot read /no/such.yaml"),
        (["{here}/empty"], "holds nothing to score"),
    ],
)
def test_a_mistake_is_one_line_and_code_2(
    engine: FakeEngine, folder: Path, tmp_path: Path, arguments: list[str], says: str
) -> None:
    (folder / "empty").mkdir()
    result = score(engine, tmp_path / "out", *(one.format(here=folder) for one in arguments))
    assert result.exit_code == 2
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert engine.asked == []


def test_debug_shows_the_traceback(engine: FakeEngine) -> None:
    call = ["--debug", "score", "/no/such/file"]
    result = CliRunner().invoke(app, call, obj=Session(engine.make))
    assert type(result.exception).__name__ == "UserError"


def test_an_output_folder_that_is_a_file_is_a_clear_line(
    engine: FakeEngine, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("")
    result = score(engine, tmp_path / "taken", folder)
    assert result.exit_code == 3
    assert result.stderr.startswith("webgen: cannot write")


def test_markup_of_a_model_is_printed_as_text(
    engine: FakeEngine, folder: Path, tmp_path: Path
) -> None:
    result = score(engine, tmp_path / "out", folder)
    assert "[bold]large[/]" in result.stderr

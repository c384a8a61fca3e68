"""The other commands: what they answer, and that a mistake is one line and code 2."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from webgen_r1 import __version__
from webgen_r1.cli import app
from webgen_r1.traces import TraceWriter
from webgen_r1.types import Trace


def webgen(*arguments: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "160"}).invoke(app, [str(one) for one in arguments])


def trace(name: str) -> Trace:
    return Trace(id=name, digest="d", outcome="scored", stage="build", reward=0.1)


def test_the_version() -> None:
    assert webgen("--version").stdout == f"webgen-r1 {__version__}\n"


def test_help_names_every_command_and_the_exit_codes() -> None:
    text = webgen("--help").stdout
    for command in ("setup", "doctor", "score", "preview", "report", "grpo"):
        assert command in text
    assert "Exit codes" in text
    assert "webgen score answer.txt" in webgen("score", "--help").stdout


def test_a_report_of_traces_on_disk(tmp_path: Path) -> None:
    for name in ("one", "two"):
        with TraceWriter(tmp_path / name / "traces.jsonl") as writer:
            writer.append(trace(name))
    result = webgen("report", tmp_path / "one", tmp_path / "two/traces.jsonl", "-o", tmp_path / "r")
    assert result.exit_code == 0
    assert "2 in all" in result.stderr
    assert (tmp_path / "r" / "index.html").read_text().count("<article") == 2


def test_a_report_stands_beside_its_traces(tmp_path: Path) -> None:
    with TraceWriter(tmp_path / "traces.jsonl") as writer:
        writer.append(trace("one"))
    webgen("report", tmp_path)
    assert (tmp_path / "report" / "index.html").is_file()


def test_doctor_as_json_is_json() -> None:
    rows = json.loads(webgen("doctor", "--json").stdout)
    assert {"python", "node", "sandbox", "dependencies", "browser"} <= {row["name"] for row in rows}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["report", "{here}"], "cannot read"),
        (["report", "{here}/empty.jsonl"], "holds no trace"),
        (["grpo", "{here}/no.yaml"], "cannot read"),
        (["eval", "--out", "{here}/run"], "give a --model"),
        (["eval", "--completions", "{here}/no.jsonl", "--out", "{here}/run"], "cannot read"),
        (["eval", "--model", "owner/m", "--judge", "gpt"], "no judge gpt"),
        (["compare", "{here}/two"], "is no evaluation"),
        (["preview", "{here}/no.txt"], "cannot read"),
        (["preview", "{here}/two"], "holds several completions"),
        (["preview", "{here}/two/a.txt", "--scaffold", "next"], "no scaffold 'next'"),
        (
            ["score", "{here}/two", "--out", "{here}/run", "--scaffold", "next"],
            "no scaffold 'next'",
        ),
        (
            [
                *("eval", "--model", "owner/m", "--out", "{here}/run", "--scaffold", "next"),
                *("--bench", "{here}/bench.jsonl"),
            ],
            "no scaffold 'next'",
        ),
        (["score", "{here}/two", "--config", "{here}/bad.yaml"], "bad.yaml: reward.gamma"),
        (["score", "{here}/two", "--config", "{here}/typo.yaml"], "typo.yaml: rewards"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, arguments: list[str], says: str) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "bench.jsonl").write_text('{"id": "1", "instruction": "a shop"}\n')
    (tmp_path / "two").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "two" / name).write_text("text")
    (tmp_path / "bad.yaml").write_text("reward: {gamma: -1}")
    (tmp_path / "typo.yaml").write_text("rewards: {}")
    result = webgen(*(one.format(here=tmp_path) for one in arguments))
    assert result.exit_code == 2
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_an_unknown_option_is_the_users_mistake() -> None:
    assert webgen("score", "x", "--nonsense").exit_code == 2

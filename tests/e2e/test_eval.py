"""`webgen eval` as a user runs it: real builds, a real browser, killed and resumed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from endpoint_server import Reply, serving

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "completions"
PROGRAM = (sys.executable, "-c", "from webgen_r1.cli import main; main()", "eval")
SITES = ("city-museum", "clinic-booking", "plant-nursery")


def asked() -> dict[str, str]:
    lines = (ROOT / "examples" / "instructions.jsonl").read_text().splitlines()
    return {row["id"]: row["instruction"] for row in map(json.loads, lines)}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A benchmark of four instructions: three answered well, one with a project that fails."""
    folder = tmp_path_factory.mktemp("bench")
    rows, given = [], []
    for id in SITES:
        rows.append({"id": id, "instruction": asked()[id]})
        text = (EXAMPLES / f"{id}.good.txt").read_text()
        given.append({"id": id, "completion": text})
    rows.append({"id": "unbuilt", "instruction": "A site that nobody finished"})
    broken = (EXAMPLES / "plant-nursery.missing-export.txt").read_text()
    given.append({"id": "unbuilt", "completion": broken})
    for name, lines in (("bench", rows), ("given", given)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in lines))
    return folder


def command(inputs: Path, out: Path) -> list[str]:
    given = ["--completions", str(inputs / "given.jsonl"), "--bench", str(inputs / "bench.jsonl")]
    return [*PROGRAM, "--model", "examples", *given, "--out", str(out)]


def run(inputs: Path, out: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(inputs, out), capture_output=True, text=True, timeout=240)


def summary(out: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((out / "summary.json").read_text())
    return loaded


def test_a_killed_evaluation_goes_on_and_ends_with_table_report_and_figures(
    inputs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    process = subprocess.Popen(
        command(inputs, out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    traces = out / "traces.jsonl"
    deadline = time.monotonic() + 120
    while not (traces.exists() and traces.read_bytes().count(b"\n")):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    children = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    psutil.wait_procs(children, timeout=20)
    assert not [child for child in children if child.is_running()]
    kept = traces.read_bytes()
    kept = kept[: kept.rfind(b"\n") + 1]

    done = run(inputs, out)
    assert done.returncode == 0, done.stderr
    assert traces.read_bytes().startswith(kept)
    ids = [json.loads(line)["id"] for line in traces.read_bytes().splitlines()]
    assert sorted(ids) == sorted([*SITES, "unbuilt"])

    found = summary(out)
    assert found["vrr"]["value"] == 0.75
    assert (found["vrr"]["n"], found["start_failures"]) == (4, 1)
    assert found["ldpr"]["n"] == 4
    assert found["aas"]["n"] == 3
    assert found["checks"]["navigation"]["n"] == 3
    assert "VRR" in (out / "report.html").read_text()
    assert {path.suffix for path in (out / "figures").iterdir()} == {".svg", ".png"}
    for left in ("webgen-home-*", ".*.part"):
        assert not list(out.rglob(left))


def test_given_under_another_benchmark_is_one_line(inputs: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text('{"id": "x", "instruction": "A clock"}\n')
    arguments = command(inputs, tmp_path / "run")
    arguments[arguments.index(str(inputs / "bench.jsonl"))] = str(other)
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "none of the completions belongs to the benchmark" in done.stderr.splitlines()[-1]
    assert sum("is not in the benchmark" in line for line in done.stderr.splitlines()) == 4


async def test_a_model_behind_an_endpoint_is_asked_scored_and_tested_by_an_agent(
    tmp_path: Path,
) -> None:
    """One server is the model that writes the site and the one that uses it."""
    completion = (EXAMPLES / "city-museum.good.txt").read_text()
    cases = [
        {"task": "Open the collection", "task_category": {"primary_category": name}}
        for name in ("Functional Testing", "Data Display Testing")
    ]
    row = {"id": "m", "instruction": asked()["city-museum"], "ui_instruct": cases}
    (tmp_path / "bench.jsonl").write_text(json.dumps(row) + "\n")

    def says(body: dict[str, Any]) -> Reply:
        if body["model"] == "writer":
            return completion
        tested = json.dumps(body["messages"])
        verdict = "YES" if "Open the collection" in tested else "NO"
        return json.dumps({"action": "answer", "verdict": verdict, "reason": "I saw it"})

    async with serving(says) as server:
        address = {
            "WEBGEN_MODEL_BASE_URL": server.base_url,
            "WEBGEN_AGENT_BASE_URL": server.base_url,
        }
        keys = {"WEBGEN_MODEL_API_KEY": "any", "WEBGEN_AGENT_API_KEY": "any"}
        arguments = ["--model", "writer", "--agent", "worker", "--out", str(tmp_path / "run")]
        process = await asyncio.create_subprocess_exec(
            *PROGRAM,
            *arguments,
            "--bench",
            str(tmp_path / "bench.jsonl"),
            env={**os.environ, **address, **keys},
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await asyncio.wait_for(process.communicate(), 240)
    assert process.returncode == 0, said.decode()
    found = summary(tmp_path / "run")
    assert (found["fsr"]["value"], found["fsr"]["n"]) == (1.0, 2)
    assert found["vrr"]["value"] == 1.0
    assert [category["yes"] for category in found["categories"]] == [1, 1, 2]
    pictures = list((tmp_path / "run" / "agent" / "m").rglob("*.jpg"))
    assert len(pictures) == 2
    assert "Functional Testing" in (tmp_path / "run" / "table.md").read_text()
    assert "Functional Testing" in (tmp_path / "run" / "table.tex").read_text()
    assert "I saw it" in (tmp_path / "run" / "report.html").read_text()
    manifest = json.loads((tmp_path / "run" / "run.json").read_text())
    assert manifest["agent"]["model"] == "worker"
    assert "any" not in json.dumps(manifest)

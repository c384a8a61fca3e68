"""The processes of a sweep: what they say, and that none is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from webgen_r1.sweep.programs import run_program
from webgen_r1.sweep.runner import CellFailure


async def run(script: str, log: Path, told: list[str] | None = None) -> None:
    heard = [] if told is None else told
    await run_program((sys.executable, "-c", script), log, lambda: "at work", heard.append)


async def test_what_it_says_is_kept_in_the_log(tmp_path: Path) -> None:
    told: list[str] = []
    await run("print('step 1')", tmp_path / "log", told)
    assert (tmp_path / "log").read_text() == "step 1\n"
    assert told[0] == "at work"


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("print('webgen: no such key'); print('bye')", r"no such key \(code 3"),
        ("print('CUDA out of memory')", r"CUDA out of memory \(code 3"),
        ("pass", r"it said nothing \(code 3"),
    ],
)
async def test_a_failure_says_why(tmp_path: Path, script: str, why: str) -> None:
    with pytest.raises(CellFailure, match=why):
        await run(f"{script}\nraise SystemExit(3)", tmp_path / "log")


async def test_a_sweep_that_is_stopped_stops_its_process_and_waits_for_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = (
        "import os, signal, sys, time\n"
        "def end(*_): time.sleep(0.2); os.write(1, b'put away'); sys.exit(143)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "os.write(1, f'{os.getpid()}\\n'.encode())\n"
        "time.sleep(600)"
    )
    ready = asyncio.Event()
    command = (sys.executable, "-c", script)
    work = run_program(command, log, log.read_text, lambda said: ready.set() if said else None)
    task = asyncio.create_task(work)
    await ready.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    process, said = log.read_text().splitlines()
    assert said == "put away"
    with pytest.raises(ProcessLookupError):
        os.kill(int(process), 0)


async def test_a_mistake_in_a_job_is_one_line_and_not_a_crash(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "webgen_r1.sweep.child", str(tmp_path / "missing.json"))
    with pytest.raises(CellFailure, match=r"^cannot read .*missing\.json: .* \(code 2"):
        await run_program(command, tmp_path / "log", str, print)


def test_a_job_ends_with_the_sweep_that_was_killed(tmp_path: Path) -> None:
    job = tmp_path / "job.json"
    os.mkfifo(job)  # reading it takes for ever, as a training would
    command = (sys.executable, "-m", "webgen_r1.sweep.child", str(job))
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == -signal.SIGTERM

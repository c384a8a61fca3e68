"""A signal ends the work once, cleanly, with the code a shell expects."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from webgen_r1 import traces
from webgen_r1.commands.interrupts import Interrupted, run


def test_the_result_is_passed_on() -> None:
    async def work() -> int:
        return 7

    assert run(work()) == 7


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_lets_the_work_clean_up(number: signal.Signals) -> None:
    steps: list[str] = []

    async def work() -> None:
        try:
            os.kill(os.getpid(), number)
            await asyncio.sleep(60)
        finally:
            os.kill(os.getpid(), number)  # an impatient second one
            await asyncio.sleep(0.01)
            steps.append("clean")

    with pytest.raises(Interrupted) as stopped:
        run(work())
    assert steps == ["clean"]
    assert stopped.value.exit_code == 128 + number


def test_handlers_are_given_back() -> None:
    before = signal.getsignal(signal.SIGTERM)

    async def work() -> None:
        return None

    run(work())
    assert signal.getsignal(signal.SIGTERM) == before


def test_what_was_ignored_stays_ignored() -> None:
    """As under `nohup`: closing the terminal must not end the run."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)

    async def work() -> str:
        os.kill(os.getpid(), signal.SIGHUP)
        await asyncio.sleep(0.01)
        return "done"

    try:
        assert run(work()) == "done"
    finally:
        signal.signal(signal.SIGHUP, before)


def test_errors_are_passed_on() -> None:
    async def work() -> None:
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        run(work())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_keeps_what_it_scored(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    (tmp_path / "a.txt").write_text("quick")
    (tmp_path / "b.txt").write_text("slow")
    script = Path(__file__).with_name("stoppable.py")
    call = [sys.executable, str(script), "score", str(tmp_path), "--out", str(tmp_path / "out")]
    with subprocess.Popen(call, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        process.send_signal(number)
        rest = process.stderr.read()
    assert process.returncode == code
    assert "a" in first
    assert "1 new result kept" in rest
    assert "Traceback" not in rest
    assert [trace.id for trace in traces.read(tmp_path / "out" / "traces.jsonl")] == ["a"]


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    for n in range(50):
        (tmp_path / f"{n}.txt").write_text(f"text {n}")
    script = Path(__file__).with_name("stoppable.py")
    call = [
        sys.executable,
        str(script),
        "score",
        str(tmp_path),
        "--json",
        "--out",
        str(tmp_path / "out"),
    ]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read().decode()
    assert "Traceback" not in said
    assert "BrokenPipe" not in said
    assert process.returncode in (0, 141)  # 0: everything fitted into the pipe

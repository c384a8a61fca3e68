"""Traces on disk: a line is whole or absent, and what was scored is never lost."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webgen_r1 import traces
from webgen_r1.errors import DiskError, UserError
from webgen_r1.traces import TraceWriter
from webgen_r1.types import Infra, Trace


def trace(name: str, **fields: object) -> Trace:
    values = {"id": name, "digest": "d", "outcome": "scored", "stage": "judge", "reward": 1.0}
    return Trace.model_validate({**values, **fields})


def outage(name: str) -> Trace:
    infra = Infra(stage="judge", code="judge", message="down")
    return trace(name, outcome="infra_failure", reward=None, infra=infra)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run" / "traces.jsonl"


def write(file: Path, *values: Trace) -> None:
    with TraceWriter(file) as writer:
        for value in values:
            writer.append(value)


def test_what_is_written_is_read(file: Path) -> None:
    write(file, trace("a", title="Ümlaut \u2028 line"), trace("b"))
    write(file, trace("c"))
    assert [one.id for one in traces.read(file)] == ["a", "b", "c"]
    assert next(iter(traces.read(file))).title == "Ümlaut \u2028 line"


def test_every_line_is_there_the_moment_it_is_written(file: Path) -> None:
    with TraceWriter(file) as writer:
        writer.append(trace("a"))
        assert [one.id for one in traces.read(file)] == ["a"]


@given(cut=st.integers(min_value=0))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_a_killed_writer_costs_no_line_but_its_last(file: Path, cut: int) -> None:
    file.unlink(missing_ok=True)
    write(file, trace("a"), trace("b"))
    whole = file.read_bytes()
    first = whole.index(b"\n") + 1
    file.write_bytes(whole[: first + cut % (len(whole) - first)])
    survivors = [one.id for one in traces.read(file)]
    assert survivors in (["a"], ["a", "b"])  # b: only its newline was missing
    write(file, trace("c"))
    assert [one.id for one in traces.read(file)] == [*survivors, "c"]


def test_a_bad_line_is_named(file: Path) -> None:
    write(file, trace("a"))
    with file.open("ab") as out:
        out.write(b'{"id": "x"}\n')
    write(file, trace("b"))
    with pytest.raises(UserError, match=r"traces\.jsonl:2 is not a trace"):
        list(traces.read(file))


def test_a_missing_file_is_the_users_mistake(file: Path) -> None:
    with pytest.raises(UserError, match="cannot read"):
        list(traces.read(file))


def test_outages_are_scored_again(file: Path) -> None:
    assert traces.scored(file) == set()
    write(file, trace("a", instruction="shop"), outage("b"))
    assert traces.scored(file) == {("a", "d", "shop")}


def test_the_latest_trace_of_a_completion_counts(file: Path) -> None:
    write(file, outage("a"), trace("b"), trace("a"))
    assert [(one.id, one.outcome) for one in traces.latest(file)] == [
        ("a", "scored"),
        ("b", "scored"),
    ]


def test_two_runs_cannot_write_one_file(file: Path) -> None:
    with (
        TraceWriter(file),
        pytest.raises(UserError, match="being written by another run"),
        TraceWriter(file),
    ):
        pass


def test_starting_over_keeps_the_old_file(file: Path) -> None:
    write(file, trace("a"))
    with TraceWriter(file) as writer:
        writer.start_over()
        writer.append(trace("b"))
    assert [one.id for one in traces.read(file)] == ["b"]
    assert [one.id for one in traces.read(file.with_name("traces.jsonl.old"))] == ["a"]


def test_a_folder_that_cannot_be_made_is_a_disk_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskError, match="cannot write"), TraceWriter(tmp_path / "file" / "t.jsonl"):
        pass


def test_a_full_disk_leaves_the_lines_before_it_whole(file: Path) -> None:
    """The limit on file sizes stands in for the end of the disk."""
    program = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_traces import DiskError, TraceWriter, trace
with TraceWriter(Path({str(file)!r})) as writer:
    writer.append(trace("a"))
    try:
        writer.append(trace("b", title="x" * 100_000))
    except DiskError as error:
        print(error)
    writer.append(trace("c"))
"""

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    run = subprocess.run(
        [sys.executable, "-B", "-c", program],
        preexec_fn=small_files,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert "File too large" in run.stdout
    assert [one.id for one in traces.read(file)] == ["a", "c"]

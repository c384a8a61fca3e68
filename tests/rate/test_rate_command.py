"""`webgen rate`: a mistake is one clear line, before anybody is asked to rate."""

import socket
from pathlib import Path

import pytest
from rich.console import Console

from rate_runs import TINY, write_run
from webgen_r1.commands.rate import RateJob, rate
from webgen_r1.errors import UserError
from webgen_r1.rate.store import RatingsFile


def refused(job: RateJob) -> str:
    with pytest.raises(UserError) as caught:
        rate(job, Console(quiet=True))
    line = str(caught.value)
    assert "\n" not in line
    return line


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "alpha", {"shop": TINY})


def test_a_port_in_use(run: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = refused(RateJob([run], port=port, out=tmp_path / "r.jsonl"))
    assert line.startswith(f"cannot listen on port {port} (Address already in use)")
    assert not (tmp_path / "r.jsonl").exists()


def test_a_ratings_file_in_use(run: Path, tmp_path: Path) -> None:
    with RatingsFile(tmp_path / "r.jsonl"):
        assert "in use" in refused(RateJob([run], out=tmp_path / "r.jsonl"))


def test_ratings_of_other_runs(run: Path, tmp_path: Path) -> None:
    given = '{"rater":"ann","kind":"grade","site":"beta/x","score":3,"at":"2026-01-01T00:00:00Z"}\n'
    (tmp_path / "r.jsonl").write_text(given)
    assert "ratings of other runs (beta)" in refused(RateJob([run], out=tmp_path / "r.jsonl"))
    assert (tmp_path / "r.jsonl").read_text() == given


def test_a_rater_without_a_name(run: Path, tmp_path: Path) -> None:
    assert "needs a name" in refused(RateJob([run], rater=" ", out=tmp_path / "r.jsonl"))


def test_one_run_to_compare(run: Path, tmp_path: Path) -> None:
    job = RateJob([run], mode="compare", out=tmp_path / "r.jsonl")
    assert "at least two runs" in refused(job)

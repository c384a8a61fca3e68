"""`webgen sweep` as a person sees it, with a runner that trains nothing."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sweep_fakes import FakeRunner, recipe_in

from webgen_r1.commands.sweep import SweepJob, seeds_of, sweep
from webgen_r1.errors import UserError
from webgen_r1.sweep.folder import SweepFolder


@pytest.fixture
def job(tmp_path: Path) -> SweepJob:
    return SweepJob(
        recipe=recipe_in(tmp_path),
        bench=str(tmp_path / "bench.jsonl"),
        out=tmp_path / "sweep",
        sets=("reward.gamma=0.1,0.5,1",),
    )


def with_a_failure(folder: SweepFolder) -> FakeRunner:
    return FakeRunner(folder, broken=("gamma=1",), size=6)


def test_the_plan_comes_first_then_times_then_what_was_found(job: SweepJob) -> None:
    screen = StringIO()
    assert sweep(job, Console(file=screen, width=160), with_a_failure) == 1
    said = screen.getvalue()
    order = (
        "3 training runs, 3 to do",
        "told after the first run",
        "paper: done in",
        "2 runs left at about",
        "gamma=1: failed: the GPU is out of memory",
        "before training",
        "failed  gamma=1, seed 0: the GPU is out of memory",
        "note    1 of 3 training runs are not done",
    )
    places = [said.index(text) for text in order]
    assert places == sorted(places)
    for name in ("sweep.json", "report.html", "table.md", "table.tex", "figures/lines.svg"):
        assert (job.out / name).is_file()


def test_a_dry_run_prints_the_plan_and_leaves_nothing(job: SweepJob) -> None:
    screen = StringIO()
    dry = replace(job, dry_run=True)
    assert sweep(dry, Console(file=screen, width=160), with_a_failure) == 0
    assert "3 training runs" in screen.getvalue()
    assert not job.out.exists()


def test_a_benchmark_that_is_not_there_is_told_before_anything_starts(job: SweepJob) -> None:
    with pytest.raises(UserError, match=r"missing\.jsonl"):
        sweep(replace(job, bench="missing.jsonl"), Console(file=StringIO()), with_a_failure)
    assert not job.out.exists()


def test_seeds_are_whole_numbers() -> None:
    assert seeds_of("0,1, 2") == (0, 1, 2)
    assert seeds_of(None) == ()
    for text in ("a", "1,,2", "-1"):
        with pytest.raises(UserError, match="--seeds"):
            seeds_of(text)

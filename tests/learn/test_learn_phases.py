"""Phases: in their order, each announced, none done twice, and what stopped goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from learn_fakes import NotedWork, checkpoint, plan

from webgen_r1.errors import UserError
from webgen_r1.jsonl import RecordWriter, read_all
from webgen_r1.learn.plan import halfway, trained
from webgen_r1.learn.records import Phase
from webgen_r1.learn.run import policy_of, run_phases

ALL = ["before", "train", "during", "after"]


def silent(_: str) -> None:
    pass


def test_every_phase_is_done_in_order_and_announced(tmp_path: Path) -> None:
    work, said = NotedWork(), list[str]()
    assert run_phases(plan(tmp_path), work, said.append) == 0
    assert work.done == ALL
    assert [line.partition("]")[0] for line in said] == ["[1/4", "[2/4", "[3/4", "[4/4"]


def test_the_policy_asked_is_that_of_the_moment(tmp_path: Path) -> None:
    work = NotedWork()
    run_phases(plan(tmp_path), work, silent)
    train = tmp_path / "train"
    policies = [str(asked.policy) for asked in work.asked]
    assert policies == ["nano", str(train / "checkpoint-2"), str(train / "final")]
    assert [asked.limit for asked in work.asked] == [None, 2, None]


def test_every_seed_trains_and_is_evaluated_from_the_same_before(tmp_path: Path) -> None:
    work = NotedWork()
    run_phases(plan(tmp_path, seeds=(3, 5)), work, silent)
    assert work.done == [
        *("before", "seed-3/train", "seed-3/during", "seed-3/after"),
        *("seed-5/train", "seed-5/after"),
    ]
    assert [asked.seed for asked in work.asked] == [3, 3, 3, 5]


def test_another_before_is_used_instead_of_an_own_one(tmp_path: Path) -> None:
    work = NotedWork()
    run_phases(plan(tmp_path, before="elsewhere"), work, silent)
    assert work.done == ALL[1:]


def test_nothing_is_done_a_second_time(tmp_path: Path) -> None:
    run_phases(plan(tmp_path), NotedWork(), silent)
    work, said = NotedWork(), list[str]()
    assert run_phases(plan(tmp_path), work, said.append) == 0
    assert work.done == []
    assert all(line.endswith(": done") for line in said)


def test_a_phase_that_stops_ends_the_run_with_its_code_and_goes_on_next_time(
    tmp_path: Path,
) -> None:
    first = NotedWork({"train": 130})
    assert run_phases(plan(tmp_path), first, silent) == 130
    assert first.done == ["before", "train"]
    work = NotedWork()
    assert run_phases(plan(tmp_path), work, silent) == 0
    assert work.done == ["train", "during", "after"]


def test_a_phase_that_raises_is_kept_with_its_time(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="killed"):
        run_phases(plan(tmp_path), NotedWork(raises="after"), silent)
    phases = read_all(tmp_path / "phases.jsonl", Phase)
    assert [(phase.name, phase.code) for phase in phases][-1] == ("after", 130)
    work = NotedWork()
    run_phases(plan(tmp_path), work, silent)
    assert work.done == ["after"]


def test_what_could_not_be_evaluated_is_tried_again(tmp_path: Path) -> None:
    assert run_phases(plan(tmp_path), NotedWork({"before": 1}), silent) == 1
    work = NotedWork()
    assert run_phases(plan(tmp_path), work, silent) == 0
    assert work.done == ["before"]


def test_a_phase_whose_result_is_gone_is_done_again(tmp_path: Path) -> None:
    run_phases(plan(tmp_path), NotedWork(), silent)
    (tmp_path / "after" / "summary.json").unlink()
    work = NotedWork()
    run_phases(plan(tmp_path), work, silent)
    assert work.done == ["after"]


def test_the_folder_of_another_run_is_refused_and_says_what_differs(tmp_path: Path) -> None:
    run_phases(plan(tmp_path), NotedWork(), silent)
    with pytest.raises(UserError, match=r"temperature: 0.8 → 1.0.*choose another --out"):
        run_phases(plan(tmp_path, temperature=1.0), NotedWork(), silent)


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    with (
        RecordWriter(tmp_path / "phases.jsonl", Phase),
        pytest.raises(UserError, match="being written by another run"),
    ):
        run_phases(plan(tmp_path), NotedWork(), silent)


def test_seeds_can_be_added_later(tmp_path: Path) -> None:
    run_phases(plan(tmp_path, seeds=(0,)), NotedWork(), silent)
    work = NotedWork()
    run_phases(plan(tmp_path, seeds=(0, 1)), work, silent)
    assert work.done == ["seed-1/train", "seed-1/after"]


# ── checkpoints ─────────────────────────────────────────────────────────────────────


def test_half_way_is_the_nearest_kept_checkpoint_before_the_end(tmp_path: Path) -> None:
    for step in (100, 200, 300, 400):
        checkpoint(tmp_path, step)
    assert halfway(tmp_path) == (200, tmp_path / "checkpoint-200")


@pytest.mark.parametrize("steps", [(), (400,)])
def test_without_a_checkpoint_in_between_there_is_no_half_way(
    tmp_path: Path, steps: tuple[int, ...]
) -> None:
    for step in steps:
        checkpoint(tmp_path, step)
    assert halfway(tmp_path) is None


def test_where_a_kill_left_no_final_policy_the_last_whole_checkpoint_is_taken(
    tmp_path: Path,
) -> None:
    (tmp_path / ".final.part").mkdir()
    last = checkpoint(tmp_path, 10)
    (tmp_path / "checkpoint-20").mkdir()  # killed while it was written
    assert trained(tmp_path) is None
    assert policy_of(tmp_path) == last
    with pytest.raises(UserError, match="holds no trained policy"):
        policy_of(tmp_path / "none")

"""The order of tasks: random, each rater's own, and stable."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.rate.order import MOST_APART, Subject, tasks
from webgen_r1.rate.sites import RatedSite


def site(name: str) -> RatedSite:
    return RatedSite(name, name.partition("/")[0], name, None, Path("x.zip"), ())


def singles(count: int) -> list[Subject]:
    return [(site(f"run/{number}"),) for number in range(count)]


def duels(count: int) -> list[Subject]:
    return [(site(f"one/{number}"), site(f"two/{number}")) for number in range(count)]


@given(st.integers(1, 40), st.text(min_size=1, max_size=5), st.integers(), st.floats(0, 0.5))
def test_everything_comes_once_and_repeats_come_later(
    count: int, rater: str, seed: int, repeats: float
) -> None:
    order = tasks(singles(count), rater, seed, repeats)
    first = {task.sites: place for place, task in enumerate(order) if not task.repeat}
    again = {task.sites: place for place, task in enumerate(order) if task.repeat}
    assert len(first) == count
    assert len(order) == len(first) + len(again)
    assert len(again) == (round(repeats * count) if count > 1 else 0)
    for sites, place in again.items():
        assert place - first[sites] > min(MOST_APART, count // 2)


@given(st.integers(2, 30), st.integers(1, 5), st.integers())
def test_sites_that_are_added_move_no_others(count: int, more: int, seed: int) -> None:
    before = tasks(singles(count), "ann", seed, 0)
    after = tasks(singles(count + more), "ann", seed, 0)
    assert [task for task in after if task in before] == before


def test_the_order_is_the_same_again_and_another_for_others() -> None:
    order = tasks(singles(30), "ann", 0, 0.1)
    assert tasks(singles(30)[::-1], "ann", 0, 0.1) == order
    assert tasks(singles(30), "bob", 0, 0.1) != order
    assert tasks(singles(30), "ann", 1, 0.1) != order


def test_sides_are_tossed_and_a_repeat_has_them_exchanged() -> None:
    order = tasks(duels(60), "ann", 0, 0.5)
    sides = {task.sites: task.swapped for task in order if not task.repeat}
    assert 15 <= sum(sides.values()) <= 45
    again = [task for task in order if task.repeat]
    assert len(again) == 30
    assert all(task.swapped != sides[task.sites] for task in again)
    assert all(task.shown == task.sites[::-1] for task in order if task.swapped)

"""Before and after in numbers: those of a comparison for one seed, surer and less sure for more."""

from __future__ import annotations

import pytest
from learn_fakes import evaluation

from webgen_r1.evaluate.compare import compare
from webgen_r1.evaluate.results import RunResults
from webgen_r1.learn.numbers import changes, observed
from webgen_r1.learn.records import Change

IDS = [f"{number:03d}" for number in range(24)]
BEFORE = evaluation({id: 2.5 if n % 3 == 0 else 0.1 for n, id in enumerate(IDS)})
AFTER = evaluation({id: 3.5 if n % 6 else 0.1 for n, id in enumerate(IDS)})
WORSE = evaluation({id: 2.8 if n % 2 else 0.1 for n, id in enumerate(IDS)})


def by_metric(before: RunResults, afters: list[RunResults]) -> dict[str, Change]:
    found = changes(observed(before), [observed(run) for run in afters])
    return {change.metric: change for change in found}


def test_one_seed_gives_the_numbers_of_a_comparison() -> None:
    found = by_metric(BEFORE, [AFTER])
    same = compare([BEFORE, AFTER])
    for metric in ("vrr", "aas", "ldpr"):
        expected = same.difference(metric, same.models[1].name)
        if expected is None:
            assert metric not in found
            continue
        assert found[metric].test.difference == expected.test.difference
        assert (found[metric].test.low, found[metric].test.high) == (
            expected.test.low,
            expected.test.high,
        )
        assert found[metric].before == same.models[0].estimates[metric]
        assert found[metric].after == same.models[1].estimates[metric]


def test_the_reward_is_of_every_completion_failures_included() -> None:
    reward = by_metric(BEFORE, [AFTER])["reward"]
    assert reward.before.value == pytest.approx((8 * 2.5 + 16 * 0.1) / 24)
    assert reward.after.value == pytest.approx((20 * 3.5 + 4 * 0.1) / 24)
    assert reward.test.n == 24
    assert reward.p_holm is not None
    assert reward.p_holm < 0.01


def test_an_instruction_without_a_completion_is_worth_nothing() -> None:
    found = by_metric(evaluation({"a": 1.0, "b": 3.0}), [evaluation({"a": 3.0, "b": None})])
    assert found["reward"].after.value == pytest.approx(1.5)
    assert found["vrr"].after.value == pytest.approx(0.5)


def test_a_metric_seen_only_after_training_is_shown_without_a_difference() -> None:
    aas = by_metric(evaluation({"a": 0.1}), [evaluation({"a": 3.0})])["aas"]
    assert (aas.before.value, aas.after.value) == (None, 3.0)
    assert (aas.test.difference, aas.p_holm) == (None, None)


def test_several_seeds_give_their_mean_and_an_interval_over_both() -> None:
    good, bad = (by_metric(BEFORE, [run])["vrr"] for run in (AFTER, WORSE))
    both = by_metric(BEFORE, [AFTER, WORSE])["vrr"]
    assert [each.value for each in both.after_by_seed] == [good.after.value, bad.after.value]
    assert both.after.value == pytest.approx((20 + 12) / 48)
    assert both.test.difference == pytest.approx(32 / 48 - 8 / 24)
    narrow = width(good)
    assert width(both) > narrow  # two seeds that differ say little about a third
    assert both.after.low is not None
    assert both.after.high is not None
    assert 0 <= both.after.low < 12 / 24 < 20 / 24 < both.after.high <= 1


def test_seeds_that_agree_make_the_difference_surer_than_seeds_that_do_not() -> None:
    alike = by_metric(BEFORE, [AFTER, AFTER, AFTER, AFTER])["vrr"]
    unlike = by_metric(BEFORE, [AFTER, WORSE, AFTER, WORSE])["vrr"]
    assert width(alike) < width(unlike)


def test_seeds_that_all_succeed_are_as_sure_as_one() -> None:
    perfect = evaluation(dict.fromkeys(IDS, 3.0))
    one, three = (by_metric(BEFORE, [perfect] * n)["vrr"] for n in (1, 3))
    assert three.after.low == one.after.low
    assert three.test.low == one.test.low


def width(change: Change) -> float:
    assert change.test.low is not None
    assert change.test.high is not None
    return change.test.high - change.test.low

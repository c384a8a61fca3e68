"""Seeds that were run one by one, put together."""

from __future__ import annotations

import pytest
from learn_fakes import evaluation

from webgen_r1.errors import UserError
from webgen_r1.evaluate.diversity import diversity
from webgen_r1.evaluate.results import RunResults
from webgen_r1.learn.join import join
from webgen_r1.learn.numbers import changes, observed
from webgen_r1.learn.records import Curve, Learning
from webgen_r1.learn.story import ONE_SEED, kept

IDS = [f"{number:03d}" for number in range(24)]
BEFORE = evaluation({id: 2.5 if n % 3 == 0 else 0.1 for n, id in enumerate(IDS)})
AFTERS = {
    seed: evaluation({id: 3.5 if (n + seed) % 6 else 0.1 for n, id in enumerate(IDS)})
    for seed in range(3)
}


def learning(seed: int, before: RunResults = BEFORE, **different: object) -> Learning:
    first, later = observed(before), observed(AFTERS[seed])
    made = Learning(
        recipe="nano.grpo.yaml",
        policy="nano-sft",
        command=f"webgen learn --seeds {seed}",
        machine="2 cores",
        benchmark="invented",
        benchmark_digest="b" * 64,
        instructions=len(IDS),
        samples=1,
        temperature=0.8,
        max_tokens=512,
        seeds=(seed,),
        steps=100,
        changes=changes(first, [later]),
        diversity_before=diversity(before),
        diversity_after=(diversity(AFTERS[seed]),),
        curves=(Curve(seed=seed, steps=(1,), series={"reward": (1.0,)}),),
        values_before=kept(first),
        values_after=(kept(later),),
        seconds={"train": 10.0, "after": 1.0},
        notes=(ONE_SEED, "graded by the judge of training"),
    )
    return made.model_copy(update=different)


def test_joined_seeds_have_the_numbers_of_seeds_run_together() -> None:
    joined = join([learning(seed) for seed in AFTERS])
    together = changes(observed(BEFORE), [observed(after) for after in AFTERS.values()])
    assert joined.seeds == (0, 1, 2)
    assert [change.after for change in joined.changes] == [each.after for each in together]
    for change, other in zip(joined.changes, together, strict=True):
        found, expected = ([t.difference, t.low, t.high] for t in (change.test, other.test))
        assert found == pytest.approx(expected)
    assert [curve.seed for curve in joined.curves] == [0, 1, 2]
    assert joined.seconds == {"train": 30.0, "after": 3.0}
    assert joined.notes == ("graded by the judge of training",)


def test_what_was_asked_before_each_training_counts_together() -> None:
    better = evaluation(dict.fromkeys(IDS, 2.5))
    joined = join([learning(0), learning(1, before=better)])
    vrr = joined.change("vrr")
    assert vrr is not None
    assert vrr.before.value == pytest.approx((1 / 3 + 1) / 2)


def test_joining_again_changes_nothing() -> None:
    once = join([learning(0), learning(1)])
    assert join([once]) == once
    assert join([once, learning(2)]).seeds == (0, 1, 2)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (learning(1, policy="nano"), "not seeds of one run: policy"),
        (learning(1, steps=50), "not seeds of one run: steps"),
        (learning(1, making_digest="another rate"), "not seeds of one run: making_digest"),
        (learning(0), "a seed is given twice: 0, 0"),
        (learning(1, values_before={}), "earlier version"),
    ],
)
def test_what_does_not_belong_together_is_refused(other: Learning, says: str) -> None:
    with pytest.raises(UserError, match=says):
        join([learning(0), other])

"""Choices between two sites: scores of sites, and scorers that choose as people do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.preference import Preference, bradley_terry, choice_agreement

STRENGTH = {"best": 2.0, "good": 1.0, "fair": 0.0, "poor": -3.0}

choices = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde"), st.sampled_from([0, 0.5, 1]))
    .filter(lambda row: row[0] != row[1])
    .map(lambda row: Preference(*row)),
    max_size=30,
)


def made(random: np.random.Generator, n: int) -> list[Preference]:
    names = list(STRENGTH)
    pairs = [random.choice(4, 2, replace=False) for _ in range(n)]
    rows = [(names[a], names[b]) for a, b in pairs]
    chance = [1 / (1 + np.exp(STRENGTH[b] - STRENGTH[a])) for a, b in rows]
    return [
        Preference(a, b, float(random.random() < p)) for (a, b), p in zip(rows, chance, strict=True)
    ]


def test_scores_recover_who_is_how_much_better() -> None:
    found = bradley_terry(made(np.random.default_rng(0), 6000))
    assert [found[name] for name in STRENGTH] == pytest.approx(list(STRENGTH.values()), abs=0.25)


def test_two_sites_have_the_closed_form() -> None:
    """Nine wins to three have odds of three; no prior keeps them from it."""
    found = bradley_terry([Preference("a", "b", 1)] * 9 + [Preference("a", "b", 0)] * 3, prior=1e-9)
    assert found["a"] - found["b"] == pytest.approx(np.log(3), abs=1e-4)


def test_a_site_that_always_wins_has_a_finite_score() -> None:
    found = bradley_terry([Preference("a", "b", 1)] * 5)
    assert 0 < found["a"] < 5
    assert bradley_terry([]) == {}


@given(choices)
@settings(max_examples=50)
def test_scores_are_centred_and_mirror_the_choices(given_choices: list[Preference]) -> None:
    found = bradley_terry(given_choices)
    assert sum(found.values()) == pytest.approx(0, abs=1e-9)
    turned = bradley_terry([Preference(b, a, 1 - worth) for a, b, worth in given_choices])
    assert turned == pytest.approx(found, abs=1e-4)


def test_a_scorer_agrees_where_it_prefers_the_same() -> None:
    said = [
        Preference("a", "b", 1),  # agreed
        Preference("c", "a", 1),  # not
        Preference("b", "d", 0),  # a tie of the scorer: half
        Preference("a", "d", 0.5),  # a tie of people: not counted
        Preference("a", "z", 1),  # no score: not counted
    ]
    found = choice_agreement(said, {"a": 3, "b": 2, "c": 1, "d": 2})
    assert (found.value, found.n) == (0.5, 3)


def test_independent_choices_have_wilsons_interval() -> None:
    said = [Preference(f"a{index}", f"b{index}", float(index < 14)) for index in range(20)]
    scores = {choice.a: 1.0 for choice in said} | {choice.b: 0.0 for choice in said}
    found = choice_agreement(said, scores)
    wilson = stats.binomtest(14, 20).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((wilson.low, wilson.high))


def test_many_raters_of_one_pair_are_one_observation() -> None:
    found = choice_agreement([Preference("a", "b", 1)] * 50, {"a": 1, "b": 0})
    assert found.n == 50
    assert found.low is not None
    assert found.low < 0.3


def test_nothing_chosen_is_no_number() -> None:
    assert choice_agreement([], {}) == Estimate()
    assert choice_agreement([Preference("a", "b", 0.5)], {"a": 1, "b": 2}) == Estimate()


@given(choices, st.lists(st.integers(0, 3), min_size=5, max_size=5))
@settings(max_examples=50)
def test_the_share_lies_in_its_interval_and_turns_with_the_scores(
    said: list[Preference], scores: list[int]
) -> None:
    named = {name: float(score) for name, score in zip("abcde", scores, strict=True)}
    found = choice_agreement(said, named)
    turned = choice_agreement(said, {name: -score for name, score in named.items()})
    if found.value is not None:
        assert found.low is not None
        assert found.high is not None
        assert 0 <= found.low <= found.value + 1e-12
        assert found.value - 1e-12 <= found.high <= 1
        assert turned.value == pytest.approx(1 - found.value)
        assert turned.low == pytest.approx(1 - found.high)

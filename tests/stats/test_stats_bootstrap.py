"""Intervals of means: against a reference, covering as often as they claim, honest at the edge."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import ndtr

from webgen_r1.stats.bootstrap import mean_interval
from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.passk import pass_at, pass_at_k

clustered = st.lists(
    st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=6), min_size=1, max_size=12
)


def flat(clusters: list[list[float]]) -> tuple[list[float], list[int]]:
    values = [value for cluster in clusters for value in cluster]
    return values, [index for index, cluster in enumerate(clusters) for _ in cluster]


def ends(estimate: Estimate) -> tuple[float, float]:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low, estimate.high


# ── against references ──────────────────────────────────────────────────────────────


def test_agrees_with_scipys_bca_interval() -> None:
    values = np.random.default_rng(5).gamma(1.0, size=60)
    # The level that SciPy must be asked for to make up for the bootstrap's narrowness.
    tail = ndtr(np.sqrt(60 / 59) * stats.t.ppf(0.025, 59))
    reference = stats.bootstrap(
        (values,),
        np.mean,
        method="BCa",
        confidence_level=1 - 2 * tail,
        n_resamples=20_000,
        rng=np.random.default_rng(1),
    ).confidence_interval
    found = mean_interval(list(values), resamples=20_000)
    assert ends(found) == pytest.approx((reference.low, reference.high), abs=0.02)


def test_agrees_with_scipy_where_clusters_differ_in_size() -> None:
    random = np.random.default_rng(8)
    counts = random.integers(1, 12, 40)
    sums = random.binomial(counts, random.beta(1, 2, 40)).astype(float)
    clusters = [[1.0] * int(s) + [0.0] * int(n - s) for s, n in zip(sums, counts, strict=True)]
    tail = ndtr(np.sqrt(40 / 39) * stats.t.ppf(0.025, 39))
    reference = stats.bootstrap(
        (sums, counts),
        lambda s, n, axis: s.sum(axis) / n.sum(axis),
        paired=True,
        vectorized=True,
        method="BCa",
        confidence_level=1 - 2 * tail,
        n_resamples=20_000,
        rng=np.random.default_rng(1),
    ).confidence_interval
    found = mean_interval(*flat(clusters), resamples=20_000)
    assert ends(found) == pytest.approx((reference.low, reference.high), abs=0.01)


@pytest.mark.parametrize("passed", [0.0, 1.0])
def test_all_alike_is_clopper_and_pearson(passed: float) -> None:
    exact = stats.binomtest(int(passed * 101), 101).proportion_ci(method="exact")
    assert ends(mean_interval([passed] * 101)) == pytest.approx((exact.low, exact.high))


def test_all_alike_counts_clusters_not_values() -> None:
    ten_of_two = mean_interval([1.0] * 10, ["a"] * 5 + ["b"] * 5)
    assert ten_of_two.n == 10
    assert ends(ten_of_two) == ends(mean_interval([1.0, 1.0]))


# ── coverage ────────────────────────────────────────────────────────────────────────


def simulated(random: np.random.Generator, truth: float, units: int) -> Estimate:
    """A benchmark of `units` instructions, each with its own chance of passing its cases."""
    sizes = random.integers(3, 11, units)
    chances = random.beta(truth * 2, (1 - truth) * 2, units)
    clusters = [
        list((random.random(size) < chance).astype(float))
        for size, chance in zip(sizes, chances, strict=True)
    ]
    return mean_interval(*flat(clusters), resamples=500)


@pytest.mark.parametrize(("truth", "units"), [(0.3, 101), (0.9, 60), (0.3, 10), (0.4, 3)])
def test_covers_the_truth_as_often_as_it_claims(truth: float, units: int) -> None:
    random = np.random.default_rng(20)
    found = [ends(simulated(random, truth, units)) for _ in range(300)]
    covered = np.mean([low <= truth <= high for low, high in found])
    assert 0.92 <= covered <= 0.98


def test_values_of_one_cluster_are_not_taken_for_independent() -> None:
    random = np.random.default_rng(3)
    clusters = [[float(passed)] * 6 for passed in random.random(40) < 0.4]
    values, names = flat(clusters)
    low, high = ends(mean_interval(values, names))
    naive_low, naive_high = ends(mean_interval(values))
    assert high - low > 2 * (naive_high - naive_low)


# ── edges ───────────────────────────────────────────────────────────────────────────


def test_nothing_observed_is_no_number() -> None:
    assert mean_interval([]) == Estimate()


def test_one_cluster_says_almost_nothing() -> None:
    low, high = ends(mean_interval([1, 0, 1, 1], ["a"] * 4))
    assert low < 0.05
    assert high > 0.95


def test_the_range_of_grades_can_be_told() -> None:
    low, high = ends(mean_interval([4.0] * 20, bounds=(0, 5)))
    assert 3 < low < 4 < high < 5
    assert ends(mean_interval([4.0] * 20)) == (4, 4)  # nothing is known of what is possible


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_no_number_has_no_mean(bad: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        mean_interval([1.0, bad])


def test_every_value_has_a_cluster() -> None:
    with pytest.raises(ValueError, match="zip"):
        mean_interval([1.0, 0.0], ["a"])


# ── invariants ──────────────────────────────────────────────────────────────────────


@given(clustered)
@settings(max_examples=60)
def test_the_interval_holds_the_mean_and_stays_possible(clusters: list[list[float]]) -> None:
    values, names = flat(clusters)
    found = mean_interval(values, names, resamples=300)
    low, high = ends(found)
    mean = float(np.mean(values))
    assert found.n == len(values)
    assert found.value == pytest.approx(mean)
    assert 0 <= low <= mean + 1e-12
    assert mean - 1e-12 <= high <= 1


@given(clustered, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_order_and_names_change_nothing(clusters: list[list[float]], random: object) -> None:
    shuffled = [list(cluster) for cluster in clusters]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    values, names = flat(shuffled)
    rows = list(zip(values, (f"site {name}" for name in names), strict=True))
    random.shuffle(rows)  # type: ignore[attr-defined]
    again = mean_interval([row[0] for row in rows], [row[1] for row in rows], resamples=300)
    assert again == mean_interval(*flat(clusters), resamples=300)


def test_the_seed_decides_and_nothing_else_does() -> None:
    values = list(np.random.default_rng(0).random(30))
    np.random.seed(1)
    first = mean_interval(values, seed=7)
    np.random.seed(2)
    assert mean_interval(values, seed=7) == first
    assert mean_interval(values, seed=8) != first


def test_a_benchmark_takes_a_moment() -> None:
    random = np.random.default_rng(0)
    values = list(random.choice([0, 0.5, 1], 647))
    names = [index % 101 for index in range(647)]
    mean_interval(values, names)
    started = time.process_time()
    mean_interval(values, names)
    assert time.process_time() - started < 1  # 0.05 s on a quiet machine


# ── pass@k ──────────────────────────────────────────────────────────────────────────


@given(st.data())
@settings(max_examples=50)
def test_pass_at_k_is_the_share_of_k_samples_with_a_pass(data: st.DataObject) -> None:
    from itertools import combinations

    outcomes = data.draw(st.lists(st.booleans(), min_size=1, max_size=7))
    k = data.draw(st.integers(1, len(outcomes)))
    drawn = [any(some) for some in combinations(outcomes, k)]
    assert pass_at_k(len(outcomes), sum(outcomes), k) == pytest.approx(np.mean(drawn))


@pytest.mark.parametrize(("n", "c", "k"), [(3, 1, 4), (3, 4, 1), (3, -1, 1), (3, 1, 0)])
def test_impossible_counts_are_refused(n: int, c: int, k: int) -> None:
    with pytest.raises(ValueError, match="pass@"):
        pass_at_k(n, c, k)


def test_pass_at_k_is_over_instructions_with_enough_samples() -> None:
    found = pass_at({"a": [True, False], "b": [False, False], "c": [True]}, 2)
    assert (found.value, found.n) == (0.5, 2)
    assert pass_at({"a": [True]}, 2) == Estimate()

"""Scorers against people, and people against each other: published and reference values."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from webgen_r1.stats.agreement import Agreement, agreement
from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.raters import Metric, krippendorff_alpha, mean_pairwise_spearman

PUBLISHED: list[list[float | None]] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
"""Four observers, twelve units: Krippendorff 2011, *Computing Krippendorff's
Alpha-Reliability*, the data of its section C."""

grades = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=3, max_size=15)


def rated(n: int, noise: float, seed: int = 0) -> tuple[list[float], list[float]]:
    """Scores of `n` sites with ties, and what people say of them."""
    random = np.random.default_rng(seed)
    scores = random.integers(0, 20, n) / 4
    return list(scores), list(np.round(scores + random.normal(0, noise, n)))


def ends(estimate: Estimate) -> tuple[float, float]:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low, estimate.high


# ── a scorer against people ─────────────────────────────────────────────────────────


def test_correlations_are_scipys() -> None:
    x, y = rated(40, 2)
    found = agreement(x, y, resamples=200)
    assert found.pearson.value == pytest.approx(stats.pearsonr(x, y).statistic)
    assert found.spearman.value == pytest.approx(stats.spearmanr(x, y).statistic)


@pytest.mark.parametrize("name", ["pearson", "spearman"])
def test_intervals_are_close_to_scipys_bca(name: str) -> None:
    x, y = rated(80, 2, seed=3)
    statistic = {"pearson": stats.pearsonr, "spearman": stats.spearmanr}[name]
    reference = stats.bootstrap(
        (x, y),
        lambda a, b: statistic(a, b).statistic,
        paired=True,
        vectorized=False,
        n_resamples=1000,
        method="BCa",
        rng=np.random.default_rng(0),
    ).confidence_interval
    found = getattr(agreement(x, y), name)
    assert ends(found) == pytest.approx((reference.low, reference.high), abs=0.03)


def test_pairwise_counts_pairs_that_people_order() -> None:
    x, y = rated(25, 2, seed=1)
    worth = [
        0.5 if x[i] == x[j] else float((x[i] > x[j]) == (y[i] > y[j]))
        for i, j in combinations(range(25), 2)
        if y[i] != y[j]
    ]
    assert agreement(x, y, resamples=50).pairwise.value == pytest.approx(np.mean(worth))


def test_without_ties_pairwise_is_kendalls_tau_on_another_scale() -> None:
    random = np.random.default_rng(0)
    x, y = random.random(30).tolist(), random.random(30).tolist()
    tau = stats.kendalltau(x, y).statistic
    assert agreement(x, y, resamples=50).pairwise.value == pytest.approx((tau + 1) / 2)


def test_the_interval_of_a_correlation_covers_the_truth() -> None:
    random = np.random.default_rng(6)
    truth, covered = 0.7, 0
    for _ in range(200):
        x = random.normal(size=40)
        y = truth * x + np.sqrt(1 - truth**2) * random.normal(size=40)
        low, high = ends(agreement(x.tolist(), y.tolist(), resamples=300).pearson)
        covered += low <= truth <= high
    assert 0.92 <= covered / 200 <= 0.98


def test_a_scorer_that_says_always_the_same_correlates_with_nothing() -> None:
    found = agreement([0.1] * 30, list(range(30)), resamples=50)
    assert found.pearson == found.spearman == Estimate()
    assert found.pairwise.value == 0.5


def test_people_who_say_always_the_same_order_nothing() -> None:
    assert agreement(list(range(5)), [3] * 5, resamples=50) == Agreement(n=5)


def test_two_sites_correlate_always_and_so_never() -> None:
    assert agreement([1, 2], [1, 2]) == Agreement(n=2)
    assert agreement([], []) == Agreement()


def test_perfect_agreement_on_few_sites_proves_little() -> None:
    few = ends(agreement([1, 2, 3, 4], [1, 2, 3, 4]).spearman)
    many = ends(agreement(list(range(60)), list(range(60))).spearman)
    assert few[0] < 0
    assert 0.7 < many[0] < 1
    assert few[1] == many[1] == 1


@pytest.mark.parametrize(
    ("scores", "people"), [([1, 2, 3], [1, 2]), ([1, 2, float("nan")], [1, 2, 3])]
)
def test_one_finite_number_per_site(scores: list[float], people: list[float]) -> None:
    with pytest.raises(ValueError, match="one of each per site"):
        agreement(scores, people)


@given(grades)
@settings(max_examples=50)
def test_estimates_lie_in_their_intervals(pairs: list[tuple[int, int]]) -> None:
    found = agreement([a for a, _ in pairs], [b for _, b in pairs], resamples=200)
    for each, least in ((found.pearson, -1), (found.spearman, -1), (found.pairwise, 0)):
        if each.value is not None:
            low, high = ends(each)
            assert least <= low <= each.value <= high <= 1


@given(grades, st.integers(1, 9), st.integers(-9, 9))
@settings(max_examples=40)
def test_a_scale_is_a_matter_of_taste(pairs: list[tuple[int, int]], scale: int, shift: int) -> None:
    x, y = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    plain = agreement(x, y, resamples=50)
    scaled = agreement([scale * a + shift for a in x], y, resamples=50)
    against = agreement([-a for a in x], y, resamples=50)
    assert scaled.pearson.value == pytest.approx(plain.pearson.value)
    assert scaled.spearman == plain.spearman
    assert scaled.pairwise == plain.pairwise
    if plain.spearman.value is not None and against.pairwise.value is not None:
        assert against.spearman.value == pytest.approx(-plain.spearman.value)
        assert against.pairwise.value == pytest.approx(1 - (plain.pairwise.value or 0))


# ── people against each other ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorffs_worked_example(metric: Metric, published: float) -> None:
    found = krippendorff_alpha(PUBLISHED, metric)
    assert found.value == pytest.approx(published, abs=0.0005)
    assert found.n == 11  # one observer alone rated the twelfth
    low, high = ends(found)
    assert low < published < high <= 1


def test_raters_who_agree_have_alpha_one_and_guessers_none() -> None:
    random = np.random.default_rng(0)
    same = [float(value) for value in random.integers(1, 6, 50)]
    assert krippendorff_alpha([same, same]).value == pytest.approx(1)
    guesses = random.integers(1, 6, (4, 300)).astype(float).tolist()
    low, high = ends(krippendorff_alpha(guesses, "ordinal", resamples=500))
    assert low < 0 < high


@pytest.mark.parametrize("ratings", [[], [[1, 2, 3]], [[2, 2, 2, 2]] * 2, [[1, None], [None, 1]]])
def test_alpha_is_undefined_without_disagreement_or_company(
    ratings: list[list[float | None]],
) -> None:
    assert krippendorff_alpha(ratings) == Estimate()


def test_mean_rank_correlation_of_raters() -> None:
    ratings = np.array([row[1:9] for row in PUBLISHED], dtype=float)
    expected = [stats.spearmanr(a, b).statistic for a, b in combinations(ratings, 2)]
    found = mean_pairwise_spearman(ratings.tolist())
    assert found.value == pytest.approx(np.mean(expected))
    low, high = ends(found)
    assert low < np.mean(expected) < high


def test_raters_with_little_in_common_are_not_compared() -> None:
    ann: list[float | None] = [1, 2, 3, 4, None, None]
    bob: list[float | None] = [2, 3, 4, 5, None, None]
    eve: list[float | None] = [None, None, 5, 1, 2, 3]
    found = mean_pairwise_spearman([ann, bob, eve], resamples=50)
    assert found.value == pytest.approx(1)
    assert found.n == 4
    assert mean_pairwise_spearman([ann, eve]) == Estimate()
    assert mean_pairwise_spearman([]) == Estimate()


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=6, max_size=6),
        min_size=2,
        max_size=4,
    ),
    st.sampled_from(["nominal", "ordinal", "interval"]),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60)
def test_who_is_who_does_not_matter(
    ratings: list[list[float | None]], metric: Metric, random: object
) -> None:
    found = krippendorff_alpha(ratings, metric, resamples=50)
    shuffled = list(ratings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert krippendorff_alpha(shuffled, metric, resamples=50) == found
    if found.value is not None:
        low, high = ends(found)
        assert low <= found.value <= high <= 1 + 1e-9

"""The index finds exactly what comparing every pair finds."""

import random

import pytest

from webgen_r1.instructions.overlap import GramIndex, Match, Measure, grams, shared_run, weights


def test_runs_are_of_n_words_and_a_shorter_text_is_one() -> None:
    assert grams(["a", "b", "c"], 2) == {("a", "b"), ("b", "c")}
    assert grams(["a"], 2) == {("a",)}


def test_a_rare_run_says_more_than_a_common_one() -> None:
    rows = [grams(text.split(), 1) for text in ("a b", "a c", "a d")]
    weight = weights(rows)
    assert weight[("b",)] > weight[("a",)] > 0


@pytest.mark.parametrize("measure", ["jaccard", "containment"])
@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.5, 0.9, 1.0])
def test_the_index_agrees_with_comparing_every_pair(measure: Measure, threshold: float) -> None:
    rng = random.Random(5)
    rows = [grams(rng.choices("abcdefgh", k=rng.randint(1, 12)), 2) for _ in range(60)]
    rows += rows[:5]
    weight = weights(rows)
    index = GramIndex(weight, threshold, measure)
    for number, row in enumerate(rows[:30]):
        index.add(number, row)
    for asked in rows[30:]:
        best = max(similarity(weight, asked, row, measure) for row in rows[:30])
        found = index.nearest(asked)
        if found is None:
            assert best < threshold
        else:
            assert found.similarity == pytest.approx(best)
            assert similarity(weight, asked, rows[found.row], measure) == pytest.approx(best)


def similarity(
    weight: dict[tuple[str, ...], float],
    asked: frozenset[tuple[str, ...]],
    row: frozenset[tuple[str, ...]],
    measure: Measure,
) -> float:
    def total(of: frozenset[tuple[str, ...]]) -> float:
        return sum(weight[gram] for gram in of)

    return total(asked & row) / total(row if measure == "containment" else asked | row)


def test_of_equally_similar_rows_the_first_is_named() -> None:
    row = grams(["a", "b"], 1)
    index = GramIndex(weights([row]), 0.5, "jaccard")
    for number in (3, 7):
        index.add(number, row)
    assert index.nearest(row) == Match(3, 1.0)


def test_the_longest_run_that_both_have_is_shown() -> None:
    assert shared_run(["x", "a", "b", "c", "y"], ["a", "b", "z", "a", "b", "c"]) == "a b c"
    assert shared_run(["a"], ["b"]) == ""

"""Which projects repeat another one: exact and near copies."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.distill.similar import Copy, Files, copies, shingles, similarity

WORDS = [f"word{number}" for number in range(100)]


def project(words: Sequence[str], path: str = "src/App.tsx") -> Files:
    return {path: " ".join(words).encode()}


def changed(words: list[str], *places: int) -> list[str]:
    return [f"other{n}" if n in places else word for n, word in enumerate(words)]


def test_the_second_of_two_equal_projects_is_an_exact_copy() -> None:
    assert copies([project(WORDS), project(WORDS[::-1]), project(WORDS)], 0.9) == [
        None,
        None,
        "exact",
    ]


def test_the_same_words_laid_out_differently_are_a_near_copy() -> None:
    other = {"src/App.tsx": "\n\t".join(WORDS).encode()}
    assert copies([project(WORDS), other, project(WORDS, "src/Other.tsx")], 1.0) == [
        None,
        "near",
        "near",
    ]


@pytest.mark.parametrize(("threshold", "mark"), [(0.9, "near"), (0.91, None)])
def test_a_changed_word_costs_the_sequences_it_stands_in(
    threshold: float, mark: Copy | None
) -> None:
    one, other = project(WORDS), project(changed(WORDS, 50))
    # 96 sequences of five words each, 91 in common
    assert similarity(shingles(one), shingles(other)) == pytest.approx(91 / 101)
    assert copies([one, other], threshold) == [None, mark]


def test_a_copy_of_a_copy_counts_only_by_the_original() -> None:
    chain = [project(changed(WORDS, *range(10, 10 + 20 * n, 20))) for n in range(3)]
    near = [similarity(shingles(chain[0]), shingles(each)) for each in chain]
    assert near[2] < 0.85 < near[1]
    assert copies(chain, 0.85) == [None, "near", None]


def test_projects_too_short_for_a_sequence_are_compared_too() -> None:
    projects = [project(["a"]), project(["b"]), {"x": b"a"}, {}, {"y": b""}, {}]
    assert copies(projects, 0.9) == [None, None, "near", None, None, "exact"]


@given(
    st.lists(st.lists(st.sampled_from("abcdef"), max_size=24), max_size=12),
    st.sampled_from([0.3, 0.5, 0.75, 0.9, 1.0]),
)
def test_the_short_cut_finds_what_comparing_all_pairs_finds(
    texts: list[list[str]], threshold: float
) -> None:
    projects = [project(words, f"{number}.tsx") for number, words in enumerate(texts)]
    sets = [shingles(files) for files in projects]
    first: list[int] = []
    for number, own in enumerate(sets):
        if not any(similarity(own, sets[other]) >= threshold for other in first):
            first.append(number)
    expected = [None if number in first else "near" for number in range(len(sets))]
    assert copies(projects, threshold) == expected


def test_many_different_projects_are_quickly_told_apart() -> None:
    draw = np.random.default_rng(0)
    texts = draw.integers(0, 5000, (1500, 150)).astype(str)
    assert copies([project(list(words)) for words in texts], 0.9) == [None] * 1500

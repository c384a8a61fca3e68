"""Diversity: one good site written again and again is found out."""

from __future__ import annotations

import pytest
from learn_fakes import IVORY, NAVY, PAINTED, evaluation

from webgen_r1.completion import write
from webgen_r1.evaluate.diversity import asked_colours, diversity
from webgen_r1.types import Completion

NAMES = "abcdef"


def site(words: str) -> str:
    completion = Completion(artifact_id="x", title="x", files={"src/App.tsx": words.encode()})
    return write(completion)


def own(name: str) -> str:
    return site(" ".join(f"{name}{number}" for number in range(60)))


def test_a_site_of_its_own_for_every_instruction() -> None:
    found = diversity(evaluation(dict.fromkeys(NAMES, 3.0), {name: own(name) for name in NAMES}))
    assert (found.instructions, found.sites, found.distinct_per_100) == (6, 6, 100)
    assert (found.similarity.value, found.similarity.n) == (0.0, 6)


def test_the_same_site_for_all_is_one_site() -> None:
    found = diversity(evaluation(dict.fromkeys(NAMES, 3.0), dict.fromkeys(NAMES, own("z"))))
    assert found.distinct_per_100 == pytest.approx(100 / 6)
    assert found.similarity.value == 1.0


def test_what_is_not_readable_is_no_site() -> None:
    texts = {name: own(name) for name in NAMES[:3]} | dict.fromkeys(NAMES[3:], "<answer>")
    found = diversity(evaluation(dict.fromkeys(NAMES, 0.0), texts))
    assert (found.sites, found.distinct_per_100) == (3, 50)


def test_similarity_is_the_mean_over_pairs() -> None:
    texts = {"a": own("y"), "b": own("y"), "c": own("z")}
    found = diversity(evaluation(dict.fromkeys("abc", 3.0), texts))
    assert found.similarity.value == pytest.approx(1 / 3)
    assert found.similarity.low is not None
    assert found.similarity.low <= 1 / 3


def test_colours_count_where_both_are_painted_and_the_site_starts() -> None:
    rewards = {"a": 3.0, "b": 3.0, "c": 0.1, "d": None}
    found = diversity(evaluation(rewards, checks=PAINTED)).colours
    assert found.value == pytest.approx(2 / 3)
    assert found.n == 3
    swapped = "Use navy as the background and ivory for the components."
    assert diversity(evaluation(rewards, asks=swapped, checks=PAINTED)).colours.value == 0


def test_instructions_that_ask_for_no_two_colours_do_not_count() -> None:
    found = diversity(evaluation({"a": 3.0}, asks="Use a navy background.", checks=PAINTED))
    assert found.colours.value is None


def test_the_colours_of_an_instruction_are_known_by_their_role() -> None:
    case = asked_colours("Sell tea. Paint components navy; the page background is ivory.")
    assert case is not None
    assert (case.background.rgb, case.component.rgb) == (IVORY, NAVY)

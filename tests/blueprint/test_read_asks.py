"""What visitors are to do, found in the lists of an instruction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.blueprint.read_asks import asks, bare


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Users should be able to browse tours and book rooms.", ("browse tours", "book rooms")),
        ("Users can view the prize list.", ("view the prize list",)),
        ("It should allow users to compare crime data.", ("compare crime data",)),
        ("It should have functionalities for searching rooms.", ("search rooms",)),
        # A part without a verb takes the one before it; in a list of nouns there is none.
        ("Users can book trains, flights, and hotels.", ("book trains", "book flights",
                                                         "book hotels")),
        ("It has features such as match prediction.", ("see match prediction",)),
        # Nouns of deeds are deeds.
        ("It has functionalities for policy management and time tracking.",
         ("manage policy", "track time")),
        # A verb without an object is left out.
        ("Users can search, and filter properties.", ("filter properties",)),
        ("Visitors can see their own scores.", ("see your scores",)),
        # What stands after a preposition is another thought, and so is all that it lists.
        ("Users can contact the office through a form with name, email and message.",
         ("contact the office",)),
        ("Users can select formats, and the website will send the reports.", ("select formats",)),
    ],
)  # fmt: skip
def test_deeds_in_a_sentence(said: str, found: tuple[str, ...]) -> None:
    assert asks([said]) == found


def test_a_thing_is_listed_once_and_under_its_own_verb() -> None:
    said = ["It has features such as reports.", "Users can view the reports and edit reports."]
    assert asks(said) == ("view the reports",)


def test_no_list_no_deeds() -> None:
    assert asks(["Please make a website about bees.", ""]) == ()


@pytest.mark.parametrize(
    ("thing", "without"),
    [("the prize list", "prize list"), ("your scores", "scores"), ("anthems", "anthems")],
)
def test_a_bare_thing_has_no_article(thing: str, without: str) -> None:
    assert bare(thing) == without


@given(st.lists(st.text()))
def test_any_text_is_read(said: list[str]) -> None:
    for ask in asks(said):
        assert ask == ask.lower()
        assert len(ask.split()) > 1

"""Singular, plural, and phrases in a text."""

from __future__ import annotations

import pytest

from webgen_r1.blueprint.read_words import Phrases, plural, singular, tokens


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("tour", "tours"),
        ("city", "cities"),
        ("dish", "dishes"),
        ("database", "databases"),
        ("person", "people"),
        ("day", "days"),
        ("box", "boxes"),
        ("news", "news"),
    ],
)
def test_one_and_many(one: str, many: str) -> None:
    assert (plural(one), singular(many), singular(one)) == (many, one, one)


def test_the_longest_phrase_wins_whatever_its_number() -> None:
    phrases = Phrases([("stock", "trade"), ("stock report", "report"), ("e-commerce", "shop")])
    said = tokens("Stock reports for e-commerce, and stocks")
    assert [(start, end, list(values)) for start, end, values in phrases.find(said)] == [
        (0, 2, ["report"]),
        (3, 5, ["shop"]),
        (7, 8, ["trade"]),
    ]

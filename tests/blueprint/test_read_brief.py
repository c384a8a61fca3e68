"""From an instruction to a brief."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.blueprint.brief import Entity
from webgen_r1.blueprint.lexicon import load
from webgen_r1.blueprint.read import read

BENCHMARK = Path(__file__).parents[3] / "shared" / "data" / "webgen-bench" / "test.jsonl"

TOUR = (
    "Please implement a self-driving tour website that provides self-driving tour products and "
    "services. The website should have functionalities for browsing tour routes, booking "
    "self-driving tour hotels, and renting cars. Users should be able to log in and publish "
    "travel notes. Set the background color to honeydew and the component color to dark green."
)


def test_a_brief_says_what_the_site_is_and_what_it_lists_in_order() -> None:
    brief = read(TOUR)
    assert brief.topic == "travel"
    assert brief.subject == "self-driving tour"
    assert [(entity.plural, entity.key) for entity in brief.entities] == [
        ("tour products", "tours"),
        ("self-driving tour hotels", "rooms"),
        ("cars", "cars"),
        ("travel notes", "chapters"),
    ]
    assert {"browse", "book", "login", "post"} <= set(brief.features)


def test_colours_keep_the_words_of_the_instruction() -> None:
    brief = read(TOUR)
    assert (brief.background, brief.component) == ("honeydew", "dark green")


def test_colours_are_none_where_the_instruction_names_none() -> None:
    brief = read("Please implement a chess website.")
    assert (brief.background, brief.component) == (None, None)


@pytest.mark.parametrize(
    ("what", "topic"),
    [
        ("a website for generating stock reports to provide stock information", "stocks"),
        ("a recruitment website for hiring drivers and posting job listings", "jobs"),
        ("a hospital management website for managing doctors and patients", "clinic"),
        ("a forum webpage with multiple features", "forum"),
        ("a cloud database management website for managing databases", "database"),
        ("an online ordering mini-program for restaurants", "food"),
        ("a smart parking system for cities", "cars"),
        ("a pet adoption mini-program for showcasing and adopting pets", "pets"),
        ("a website for quiet evenings", "general"),
    ],
)
def test_topic(what: str, topic: str) -> None:
    assert read(f"Please implement {what}.").topic == topic


@pytest.mark.parametrize(
    ("what", "subject"),
    [
        ("a WeChat mini-program for pet adoption", "pet adoption"),
        ("a website for generating stock reports to provide stock information", "stock reports"),
        ("an online flower shop website where users can buy", "flower shop"),
        ("a door-to-door service website for appointments", "door-to-door"),
        ("a website to manage and track work orders for teams", "work orders"),
    ],
)
def test_subject_is_the_instructions_own_noun_phrase(what: str, subject: str) -> None:
    assert read(f"Please implement {what}.").subject == subject


def test_a_noun_that_no_table_knows_has_no_key() -> None:
    brief = read("Please implement a website. Users should be able to browse porcelain dragons.")
    assert brief.entities == (Entity("porcelain dragon", "porcelain dragons"),)


def test_a_word_of_many_trades_is_read_by_its_topic() -> None:
    menus = "Please implement a {}. Users should be able to browse menus."
    assert "dishes" in {e.key for e in read(menus.format("restaurant website")).entities}
    assert "dishes" not in {e.key for e in read(menus.format("permission system")).entities}


def test_sentences_about_style_are_not_content() -> None:
    brief = read("Please implement a museum website. Use gold for cards and blocks as components.")
    assert "cards" not in {entity.plural for entity in brief.entities}


@given(st.text(max_size=400))
def test_any_text_has_a_brief(text: str) -> None:
    brief = read(text)
    assert brief.topic in load().topics
    assert brief.subject
    assert brief == read(text)


@pytest.mark.skipif(not BENCHMARK.exists(), reason="WebGen-Bench is not at hand")
def test_nearly_every_instruction_of_the_benchmark_is_understood() -> None:
    rows = [json.loads(line) for line in BENCHMARK.read_text(encoding="utf-8").splitlines()]
    briefs = [read(row["instruction"]) for row in rows]
    assert sum(brief.topic != "general" for brief in briefs) >= 0.97 * len(briefs)
    assert sum(len(brief.entities) >= 2 for brief in briefs) >= 0.9 * len(briefs)
    assert sum(None in (brief.background, brief.component) for brief in briefs) == 1

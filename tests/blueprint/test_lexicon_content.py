"""The lexicon holds what `compose` relies on."""

from __future__ import annotations

import re

import pytest

from webgen_r1.blueprint.brief import Entity
from webgen_r1.blueprint.lexicon import EntityTable, Topic, load
from webgen_r1.colour.names import read_colour

LEXICON = load()
FIGURE = re.compile(r"-?\$?-?[\d,]+(?:\.\d+)?")


@pytest.mark.parametrize("topic", LEXICON.topics.values(), ids=lambda topic: topic.key)
def test_topic(topic: Topic) -> None:
    assert len(set(topic.names)) >= 12
    assert len(topic.heroes) >= 8
    assert len(topic.facts) >= 10
    assert len(topic.quotes) >= 6
    assert len(topic.faqs) >= 8
    assert len(topic.notes) >= 10
    assert len(topic.steps) >= 4
    assert all(len(steps) == 3 for steps in topic.steps)
    assert all(question.endswith("?") for question, _ in topic.faqs)
    assert len(topic.entities) >= 2
    assert set(topic.entities) <= set(LEXICON.tables)
    assert read_colour(topic.background)
    assert read_colour(topic.component)


@pytest.mark.parametrize(
    "table", [*LEXICON.tables.values(), *LEXICON.shapes.values()], ids=lambda table: table.key
)
def test_table(table: EntityTable) -> None:
    assert 3 <= len(table.columns) <= 5
    assert len(set(table.columns)) == len(table.columns)
    assert len(table.rows) >= 14
    assert {len(row) for row in table.rows} == {len(table.columns)}
    assert all(cell for row in table.rows for cell in row)
    assert len({row[0] for row in table.rows}) == len(table.rows)
    columns = list(zip(*table.rows, strict=True))[1:]
    assert any(all(FIGURE.fullmatch(cell) for cell in column) for column in columns)
    assert any(
        2 <= len(set(column)) <= 5 and not all(FIGURE.fullmatch(cell) for cell in column)
        for column in columns
    )
    assert table.action
    assert table.submit
    assert "," in table.fields


def test_every_table_belongs_to_a_topic() -> None:
    assert set(LEXICON.tables) == {
        key for topic in LEXICON.topics.values() for key in topic.entities
    }


def test_a_known_table_takes_the_nouns_of_the_instruction() -> None:
    table = LEXICON.table(Entity("tour route", "tour routes", "tours"))
    assert (table.singular, table.rows) == ("tour route", LEXICON.tables["tours"].rows)


def test_an_unknown_noun_gets_a_table_of_its_shape() -> None:
    record = LEXICON.table(Entity("delivery report", "delivery reports"))
    thing = LEXICON.table(Entity("kite", "kites"))
    person = LEXICON.table(Entity("bell maker and coach", "bell maker and coaches"))
    assert record.columns[0] == "Delivery report"
    assert record.rows[0][0].startswith("Delivery report")
    assert thing.rows[0][0] == "First kite"
    assert "Points" in person.columns
    assert "{" not in repr((record, thing, person))

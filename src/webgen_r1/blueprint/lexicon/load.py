"""From the YAML of the lexicon to frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

import yaml

from webgen_r1.blueprint.brief import Entity, Feature

GENERIC = "general"
"""Topic of instructions that no other topic fits."""


@dataclass(frozen=True)
class EntityTable:
    """Sample content for one kind of thing. The first column is a row's title; one column is a
    category to filter by, one holds numbers or money. `fields` is a form's line for the kit.
    `words` mean it everywhere, `here` only on sites of a topic that has this table."""

    key: str
    singular: str
    plural: str
    words: tuple[str, ...]
    here: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    action: str
    fields: str
    submit: str


@dataclass(frozen=True)
class Topic:
    """One kind of site. `words` speak for it, with their weights; `entities` are keys of tables,
    best first; `background` and `component` are its colours where the instruction has none."""

    key: str
    words: Mapping[str, float]
    names: tuple[str, ...]
    heroes: tuple[tuple[str, str], ...]
    facts: tuple[str, ...]
    quotes: tuple[tuple[str, str], ...]
    faqs: tuple[tuple[str, str], ...]
    steps: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    entities: tuple[str, ...]
    background: str
    component: str


@dataclass(frozen=True)
class Lexicon:
    """`shapes` are tables for nouns nobody knows: ``{Noun}`` and ``{noun}`` stand for the noun."""

    topics: Mapping[str, Topic]
    tables: Mapping[str, EntityTable]
    shapes: Mapping[str, EntityTable]
    features: Mapping[Feature, tuple[str, ...]]

    def table(self, entity: Entity) -> EntityTable:
        """Content for `entity`, under the instruction's own nouns."""
        known = self.tables.get(entity.key or "")
        if known is not None:
            return replace(known, singular=entity.singular, plural=entity.plural)
        return _filled(self._shape(entity.singular), entity)

    def _shape(self, noun: str) -> EntityTable:
        """By the noun's last word: people, records, or (the last shape) things of any kind."""
        head = noun.rpartition(" ")[2]
        for shape in self.shapes.values():
            if head in shape.words:
                return shape
        return shape


@cache
def load() -> Lexicon:
    """The whole lexicon; read from disk once per process."""
    folder = resources.files(__package__)
    topics: dict[str, Topic] = {}
    tables: dict[str, EntityTable] = {}
    files = (folder / "topics").iterdir()
    for file in sorted(files, key=lambda file: file.name):
        data = _yaml(file.read_text("utf-8"))
        key = file.name.removesuffix(".yaml")
        topics[key] = _topic(key, data)
        tables.update(_tables(data.get("tables", {})))
    words = _yaml((folder / "words.yaml").read_text("utf-8"))
    return Lexicon(
        topics=topics,
        tables=tables,
        shapes=_tables(words["shapes"]),
        features={feature: tuple(said) for feature, said in words["features"].items()},
    )


def _yaml(text: str) -> Any:  # noqa: ANN401 - whatever the file holds
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _topic(key: str, data: Mapping[str, Any]) -> Topic:
    background, component = data["colours"]
    return Topic(
        key=key,
        words={word: float(w) for w, words in data["words"].items() for word in words},
        names=tuple(data["names"]),
        heroes=tuple(_pairs(data["heroes"])),
        facts=tuple(fact.strip() for fact in data["facts"].split("|")),
        quotes=tuple(_pairs(data["quotes"])),
        faqs=tuple(_pairs(data["faqs"])),
        steps=tuple(_cells(data["steps"])),
        notes=tuple(data["notes"].strip().splitlines()),
        entities=tuple(data["entities"]),
        background=background,
        component=component,
    )


def _tables(data: Mapping[str, Mapping[str, Any]]) -> dict[str, EntityTable]:
    return {key: _table(key, table) for key, table in data.items()}


def _table(key: str, data: Mapping[str, Any]) -> EntityTable:
    singular, plural = data["noun"].split(" / ")
    columns, *rows = _cells(data["rows"])
    return EntityTable(
        key=key,
        singular=singular,
        plural=plural,
        words=tuple(data.get("words", ())),
        here=tuple(data.get("here", ())),
        columns=columns,
        rows=tuple(rows),
        action=data["action"],
        fields=data["fields"],
        submit=data["submit"],
    )


def _cells(text: str) -> Iterable[tuple[str, ...]]:
    return (tuple(c.strip() for c in line.split("|")) for line in text.strip().splitlines())


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    return ((first, second) for first, second in _cells(text))


def _filled(shape: EntityTable, entity: Entity) -> EntityTable:
    """`shape` with the noun in its blanks."""

    def fill(text: str) -> str:
        noun = entity.singular
        return text.replace("{Noun}", noun[:1].upper() + noun[1:]).replace("{noun}", noun)

    return replace(
        shape,
        singular=entity.singular,
        plural=entity.plural,
        columns=tuple(map(fill, shape.columns)),
        rows=tuple(tuple(map(fill, row)) for row in shape.rows),
        submit=fill(shape.submit),
    )

"""What the pages of one site are made of: collections cut to size, and texts that do not repeat."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from random import Random
from typing import Generic, TypeVar

from webgen_r1.blueprint.brief import Brief, Entity, Feature
from webgen_r1.blueprint.lexicon import EntityTable, Lexicon, Topic
from webgen_r1.blueprint.plan import Collection, Size

T = TypeVar("T")

_DATE = re.compile(r"\d{4}-\d\d?-\d\d?")
_FIGURE = re.compile(r"[-+]?[$€£¥]?\s?\d[\d,.]*\s?(?:%|[A-Za-z]{1,5})?")
_RESERVED_WORDS = """
    await break case catch class const continue debugger default delete do else enum export
    extends false finally for function if implements import in interface let new null package
    private protected public return static super switch table this throw true try typeof var
    void while with yield
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())
_LONGEST_NAME = 24
_FEW = 3


class Deck(Generic[T]):
    """Cards in random order, or in their own without `rng`; drawn without repetition until all
    have been drawn."""

    def __init__(self, rng: Random | None, cards: Sequence[T]) -> None:
        self._rng = rng
        self._cards = cards
        self._left: list[T] = []

    def draw(self) -> T:
        return self.hand(1)[0]

    def hand(self, count: int) -> list[T]:
        """Up to `count` different cards."""
        drawn, self._left = self._left[:count], self._left[count:]
        missing = min(count, len(self._cards)) - len(drawn)
        if missing > 0:
            fresh = list(self._cards)
            if self._rng is not None:
                self._rng.shuffle(fresh)
            drawn += [card for card in fresh if card not in drawn][:missing]
            self._left = [card for card in fresh if card not in drawn]
        return drawn


@dataclass(frozen=True)
class Shelf:
    """One collection with what pages need to know of it: its nouns, the columns to filter
    by, to draw in charts and to draw over, and what a visitor does with a row. `label` is
    what the page that lists it is called."""

    collection: Collection
    singular: str
    plural: str
    label: str
    category: str | None
    figure: str | None
    date: str | None
    action: str
    fields: str
    submit: str

    @property
    def name(self) -> str:
        return self.collection.name

    @property
    def title(self) -> str:
        """Name of the first column: what a row is called."""
        return self.collection.columns[0]

    @property
    def head(self) -> str:
        """The noun without what stands before it: ``booking`` of ``hotel booking``."""
        return self.singular.rpartition(" ")[2]

    def values(self, column: str) -> list[str]:
        """The different cells of a column, in order."""
        index = self.collection.columns.index(column)
        return list(dict.fromkeys(row[index] for row in self.collection.rows))


@dataclass(frozen=True)
class Extent:
    """How much a size holds: numbers from and to, both included."""

    shelves: tuple[int, int]
    rows: tuple[int, int]
    columns: int
    pages: tuple[int, int]


EXTENTS: dict[Size, Extent] = {
    "brief": Extent(shelves=(1, 2), rows=(4, 5), columns=4, pages=(3, 3)),
    "full": Extent(shelves=(3, 4), rows=(8, 12), columns=5, pages=(5, 6)),
}


class Stock:
    """Everything that a page may draw from. Each draw moves on: pages do not repeat texts."""

    def __init__(self, brief: Brief, size: Size, lexicon: Lexicon, rng: Random) -> None:
        topic: Topic = lexicon.topics[brief.topic]
        self.brief, self.size, self.topic, self.rng = brief, size, topic, rng
        self.extent = EXTENTS[size]
        self.name = rng.choice(topic.names)
        order = None if self.brief_size else rng
        self.asks = Deck(order, brief.asks)
        self.features: Deck[Feature] = Deck(order, brief.features or ("browse", "contact"))
        self.notes = Deck(rng, self.some(topic.notes))
        self.facts = Deck(rng, self.some(topic.facts))
        self.quotes = Deck(rng, self.some(topic.quotes))
        self.faqs = Deck(rng, self.some(topic.faqs))
        self.steps = Deck(rng, self.some(topic.steps))
        self.heroes = Deck(rng, self.some(topic.heroes))
        self.shelves = self._shelves(lexicon)

    @property
    def brief_size(self) -> bool:
        return self.size == "brief"

    def some(self, ways: Sequence[T]) -> Sequence[T]:
        """The first few of many ways to say a thing, on a brief site. What a small model has to
        know by heart should be little, and what it draws by lot too: in reinforcement learning
        every draw that does not matter hides those that do."""
        return ways[:_FEW] if self.brief_size else ways

    @property
    def main(self) -> Shelf:
        """What the site is about, first of all."""
        return self.shelves[0]

    def _shelves(self, lexicon: Lexicon) -> tuple[Shelf, ...]:
        """What was asked for first, then what sites of the topic have besides."""
        low, high = self.extent.shelves
        asked = list(self._different(self.brief.entities, lexicon))[:high]
        wanted = max(low, len(asked))
        besides = (Entity(t.singular, t.plural, t.key) for t in _tables(self.topic, lexicon))
        entities = list(self._different(chain(asked, besides), lexicon))[:wanted]
        return tuple(self._shelf(each, lexicon.table(each), len(entities)) for each in entities)

    def _different(self, entities: Iterable[Entity], lexicon: Lexicon) -> Iterator[Entity]:
        """Without those that would show the rows of an earlier one, or carry its name."""
        seen: set[str] = set()
        for entity in entities:
            names = {identifier(self._label(entity)).lower(), lexicon.table(entity).rows[0][0]}
            if not names & seen:
                seen |= names
                yield entity

    def _label(self, entity: Entity) -> str:
        """What its page and variable are called. On a brief site that is the noun alone,
        ``funds`` for ``investment funds``: a small model writes a name in nine places, and one
        letter that differs breaks the site."""
        return entity.plural.rpartition(" ")[2] if self.brief_size else entity.plural

    def _shelf(self, entity: Entity, table: EntityTable, together: int) -> Shelf:
        label = self._label(entity)
        columns = self._columns(table, 3 if self.brief_size and together > 1 else None)
        rows = self._rows(table, together)
        return Shelf(
            Collection(
                identifier(label),
                tuple(table.columns[n] for n in columns),
                tuple(tuple(row[n] for n in columns) for row in rows),
            ),
            singular=entity.singular,
            plural=entity.plural,
            label=label,
            category=next((table.columns[n] for n in columns if _is_category(table, n)), None),
            figure=next((table.columns[n] for n in columns if _is_figure(table, n)), None),
            date=next((table.columns[n] for n in columns if _is_date(table, n)), None),
            action=table.action,
            fields=table.fields,
            submit=table.submit,
        )

    def _rows(self, table: EntityTable, together: int) -> Sequence[tuple[str, ...]]:
        """Which rows to show: of a brief site the first ones, for the reason that `some` gives."""
        low, high = self.extent.rows
        if self.brief_size:
            return table.rows[: low if together > 1 else high]
        count = min(len(table.rows), self.rng.randint(low, high))
        return self.rng.sample(table.rows, count)

    def _columns(self, table: EntityTable, most: int | None) -> list[int]:
        """Which columns to show: title, category and figure before all others, in their order."""
        indexes = range(1, len(table.columns))
        ranked = [n for n in indexes if _is_category(table, n)][:1]
        ranked += [n for n in indexes if _is_figure(table, n)][:1]
        rest = [n for n in indexes if n not in ranked]
        kept = [0, *ranked, *(rest if self.brief_size else self.rng.sample(rest, len(rest)))]
        return sorted(kept[: most or self.extent.columns])


def _tables(topic: Topic, lexicon: Lexicon) -> Iterator[EntityTable]:
    return (lexicon.tables[key] for key in topic.entities if key in lexicon.tables)


def _is_category(table: EntityTable, column: int) -> bool:
    cells = [row[column] for row in table.rows]
    return 1 < len(set(cells)) <= 5 and not _is_figure(table, column)


def _is_figure(table: EntityTable, column: int) -> bool:
    return column > 0 and all(_FIGURE.fullmatch(row[column]) for row in table.rows)


def _is_date(table: EntityTable, column: int) -> bool:
    return all(_DATE.fullmatch(row[column]) for row in table.rows)


def identifier(noun: str) -> str:
    """A noun as the name of a variable: ``tour routes`` → ``tourRoutes``."""
    name = pascal(noun)
    name = name[:1].lower() + name[1:]
    return f"{name}List" if name in _RESERVED else name


def pascal(noun: str) -> str:
    """A noun as the name of a page: ``tour routes`` → ``TourRoutes``, never empty."""
    plain = unicodedata.normalize("NFKD", noun).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    while len(words) > 1 and sum(map(len, words)) > _LONGEST_NAME:
        words = words[1:]  # the last word is the noun itself
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return name if name[:1].isalpha() else f"Items{name}"

"""Which kinds of things an instruction wants listed.

Two ways lead to one: it is the object of a verb of the trade (``browse tour routes``, ``order
management``), or it is a word that one of the topic's tables goes by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webgen_r1.blueprint.brief import Entity
from webgen_r1.blueprint.lexicon import Lexicon
from webgen_r1.blueprint.read_grammar import (
    DEEDS,
    LIGHT,
    NO_THINGS,
    OFF,
    STOPS,
    VERBS,
    is_plural,
    is_verb,
    spelled,
)
from webgen_r1.blueprint.read_words import Phrases, Token, plural

_MOST = 5
_MOST_UNKNOWN = 2
_LONGEST = 3
_EVERYWHERE = frozenset({"user", "service", "plan", "system"})
"""Words that stand in every instruction: they count as objects of verbs only."""


@dataclass(frozen=True)
class _Found:
    """A noun at a place in the text, with the table that it goes by if any."""

    place: tuple[int, int]
    entity: Entity


class Nouns:
    """The reading of entities with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._tables = lexicon.tables
        tables = lexicon.tables.values()
        self._known: Phrases[str] = Phrases(
            (word, table.key) for table in tables for word in table.words
        )
        self._here: Phrases[str] = Phrases(
            (word, table.key)
            for table in tables
            for word in (table.singular, *table.words, *table.here)
        )

    def entities(
        self, said: Sequence[Sequence[Token]], preferred: Sequence[str]
    ) -> tuple[Entity, ...]:
        """Things named in the sentences, in order; `preferred` are the topic's tables."""
        found: list[_Found] = []
        for number, words in enumerate(said):
            found += self._objects(number, words, preferred)
            found += self._mentions(number, words, preferred)
        found.sort(key=lambda one: (one.place, one.entity.key is None))
        return tuple(_distinct(found))[:_MOST]

    def _objects(
        self, number: int, words: Sequence[Token], preferred: Sequence[str]
    ) -> Iterator[_Found]:
        for start, end in _noun_phrases(words):
            entity = self._named(words[start:end], preferred)
            if entity is not None:
                yield _Found((number, words[start].start), entity)

    def _mentions(
        self, number: int, words: Sequence[Token], preferred: Sequence[str]
    ) -> Iterator[_Found]:
        """Words of the topic's own tables anywhere in the sentence."""
        for start, end, keys in self._here.find(words):
            span = words[start:end]
            key = next((key for key in preferred if key in keys), None)
            if key is not None and (len(span) > 1 or _is_named(span[0])):
                yield _Found((number, span[0].start), self._entity(span, key))

    def _named(self, phrase: Sequence[Token], preferred: Sequence[str]) -> Entity | None:
        """The entity a noun phrase names: by its longest known ending, else by itself."""
        for trimmed in (phrase, _without_light(phrase)):
            for start in range(len(trimmed)):
                key = self._key([word.base for word in trimmed[start:]], preferred)
                if key is not None:
                    near = max(0, min(start, len(trimmed) - _LONGEST))
                    while trimmed[near].hyphen and near:
                        near -= 1
                    return self._entity(trimmed[_skip(trimmed, near, start) :], key)
        return _unknown(_without_light(phrase))

    def _key(self, words: Sequence[str], preferred: Sequence[str]) -> str | None:
        """The table that goes by these words: one of the topic's own before any other."""
        near = self._here.exactly(words)
        own = next((key for key in preferred if key in near), None)
        return own or next(iter(self._known.exactly(words)), None)

    def _entity(self, words: Sequence[Token], key: str) -> Entity:
        """In the instruction's words where they are a plural, else in the table's."""
        table = self._tables[key]
        if is_plural(words[-1]) or words[-1].base == table.singular.rpartition(" ")[2]:
            return _spelled(words, key)
        return Entity(table.singular, table.plural, key)


def _noun_phrases(words: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Spans of objects of verbs, and of what stands before a noun of deed."""
    for index, word in enumerate(words):
        if is_verb(word):
            yield from _objects_after(words, index + 1)
        if word.text in DEEDS:
            start = index
            while start and not _ends_phrase(words[start - 1]):
                start -= 1
            start = _skip(words, start, index)
            if start < index:
                yield start, index


def _objects_after(words: Sequence[Token], start: int) -> Iterator[tuple[int, int]]:
    """``products, orders, and tour routes`` up to the first word that ends a list."""
    begin = start
    for index in range(start, len(words) + 1):
        if index < len(words) and not _ends_phrase(words[index]):
            continue
        first = _skip(words, begin, index)
        if first < index and not words[index - 1].text.endswith("ing"):
            yield first, index
        begin = index + 1
        if index == len(words) or words[index].text not in {",", "and", "or"}:
            return
        if begin < len(words) and is_verb(words[begin]):
            return


def _ends_phrase(word: Token) -> bool:
    return word.text in STOPS | {"and", "or"} or not word.text.isalnum() or word.text.endswith("ly")


def _skip(words: Sequence[Token], start: int, end: int) -> int:
    """Past the words that say nothing about the noun."""
    while start < end and (words[start].text in OFF or is_verb(words[start])):
        start += 1
    return start


def _is_named(word: Token) -> bool:
    """Whether a word alone, anywhere, names a kind of thing."""
    return word.base not in _EVERYWHERE and (is_plural(word) or word.text not in VERBS)


def _without_light(words: Sequence[Token]) -> Sequence[Token]:
    end = len(words)
    while end > 1 and words[end - 1].text in LIGHT:
        end -= 1
    return words[:end]


def _unknown(words: Sequence[Token]) -> Entity | None:
    """A noun of the instruction that no table knows: a plural of a word or two or three."""
    if not words or len(words) > _LONGEST or not is_plural(words[-1]):
        return None
    if words[-1].base in NO_THINGS | VERBS or not all(word.text.isalpha() for word in words):
        return None
    return _spelled(words, None)


def _spelled(words: Sequence[Token], key: str | None) -> Entity:
    """The words as they stand, the last one in the singular and in the plural."""
    last = words[-1]
    before = spelled(list(words)).removesuffix(last.text)
    return Entity(before + last.base, before + plural(last.base), key)


def _distinct(found: Sequence[_Found]) -> Iterator[Entity]:
    """Each table once, under the fullest of its names; few of the nouns that nobody knows."""
    named: dict[str, Entity] = {}
    for one in found:
        entity = one.entity
        name = entity.key or entity.singular
        if name not in named or _length(entity) > _length(named[name]):
            named[name] = entity
    unknown = 0
    for entity in named.values():
        unknown += entity.key is None
        if entity.key is not None or unknown <= _MOST_UNKNOWN:
            yield entity


def _length(entity: Entity) -> int:
    return entity.singular.count(" ")

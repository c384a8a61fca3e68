"""Words of an instruction, and the finding of known phrases among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

Value = TypeVar("Value")

_WORD = re.compile(r"[a-z0-9]+")
_TOKEN = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_ENDS_IN_S = """
    address always analysis analytics basis bonus boss bus business campus canvas census chess
    class compress consensus corpus cross css dress economics electronics express fitness focus
    gas genius glass gps grass guess has his homeless https ios is its jeans lens less logistics
    loss mass mathematics mattress minus news pass physics plus press previous process progress
    radius redis rss series sms species sports status success surplus syllabus tennis this thus us
    various virus was wellness windows wireless
"""
_ALWAYS_S = frozenset(_ENDS_IN_S.split())
_ODD = {
    "people": "person", "children": "child", "men": "man", "women": "woman", "movies": "movie",
    "analyses": "analysis", "matches": "match", "watches": "watch", "buses": "bus",
    "statuses": "status", "shoes": "shoe", "cookies": "cookie", "pies": "pie", "ties": "tie",
    "knives": "knife", "leaves": "leaf", "shelves": "shelf", "lives": "life", "selfies": "selfie",
    "businesses": "business", "houses": "house", "warehouses": "warehouse", "databases": "database",
    "bases": "base", "cases": "case", "phrases": "phrase", "heroes": "hero",
    "purchases": "purchase", "releases": "release", "courses": "course", "expenses": "expense",
    "invoices": "invoice", "licenses": "license", "responses": "response", "exercises": "exercise",
    "enterprises": "enterprise", "purposes": "purpose", "diseases": "disease", "nurses": "nurse",
    "axes": "axis", "indices": "index", "caches": "cache", "quizzes": "quiz", "dishes": "dish",
}  # fmt: skip
_MANY = {one: many for many, one in _ODD.items()} | {
    "homework": "homework", "news": "news", "furniture": "furniture", "staff": "staff",
}  # fmt: skip


class Token(NamedTuple):
    """A word or a mark in lower case; `base` is its singular; [start, end) in the text.
    `hyphen`: it stands after one (``driving`` in ``self-driving``)."""

    text: str
    base: str
    start: int
    end: int
    hyphen: bool


def sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text.strip()) if part]


def tokens(text: str) -> list[Token]:
    """Words and punctuation; ``e-commerce`` is two words, a genitive is its noun."""
    text = text.lower().replace("'s", "  ")
    return [
        Token(word, singular(word), start, start + len(word), text[start - 1 : start] == "-")
        for word, start in ((found[0], found.start()) for found in _TOKEN.finditer(text))
        if word != "-"
    ]


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """``tours`` to ``tour``; words that are no plurals stay."""
    if word in _ODD:
        return _ODD[word]
    if len(word) < 4 or not word.endswith("s") or word in _ALWAYS_S or word.endswith(("ss", "ous")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]


def plural(word: str) -> str:
    """``city`` to ``cities``."""
    if word in _MANY:
        return _MANY[word]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("ch", "sh", "x", "s", "z")) else "s")


class Phrases(Generic[Value]):
    """What is said with which words; plural and singular are one."""

    def __init__(self, said: Iterable[tuple[str, Value]]) -> None:
        self._values: dict[tuple[str, ...], list[Value]] = {}
        self._longest: dict[str, int] = {}  # by first word: most words of a phrase
        for phrase, value in said:
            key = tuple(singular(word) for word in _WORD.findall(phrase.lower()))
            values = self._values.setdefault(key, [])
            self._longest[key[0]] = max(len(key), self._longest.get(key[0], 0))
            if value not in values:
                values.append(value)

    def exactly(self, words: Sequence[str]) -> Sequence[Value]:
        """What these words in the singular say."""
        return self._values.get(tuple(words), ())

    def find(self, words: Sequence[Token]) -> Iterator[tuple[int, int, Sequence[Value]]]:
        """Phrases as (start, end, values) in token indices: longest first, no overlap."""
        bases = tuple(word.base for word in words)
        index = 0
        while index < len(bases):
            longest = self._longest.get(bases[index], 0)
            for end in range(min(index + longest, len(bases)), index, -1):
                values = self._values.get(bases[index:end])
                if values:
                    yield index, end, values
                    index = end
                    break
            else:
                index += 1

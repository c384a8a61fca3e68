"""Rows that say nearly the same: word n-grams, each weighted by how rare it is.

Instructions of one collection share their boilerplate ("Please implement a website for",
"Users should be able to browse"), and most end with one of a few hundred sentences about
colours. So an n-gram counts with the logarithm of how few rows have it, and sentences about
colours do not count at all: a site asked for in other colours is the same site.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from webgen_r1.colour.asks import style_sentences

Gram = tuple[str, ...]
Measure = Literal["jaccard", "containment"]

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Match:
    """The most similar row: its place among those compared with, and the similarity in [0, 1]."""

    row: int
    similarity: float


def content(text: str) -> str:
    """`text` without its sentences about colours; as it is where nothing else would be left."""
    rest = text
    for sentence in style_sentences(text):
        rest = rest.replace(sentence, " ")
    return rest if _WORD.search(rest) else text


def words(text: str) -> list[str]:
    """The words of `text`'s content, in one case and one Unicode form."""
    return _WORD.findall(unicodedata.normalize("NFKC", content(text)).casefold())


def grams(said: Sequence[str], n: int) -> frozenset[Gram]:
    """The runs of `n` words; a text that is shorter is one run."""
    return frozenset(tuple(said[at : at + n]) for at in range(max(1, len(said) - n + 1)))


def weights(rows: Iterable[frozenset[Gram]]) -> dict[Gram, float]:
    """What sharing an n-gram says: ln(1 + rows / rows that have it), at least ln 2."""
    listed = list(rows)
    having = Counter(gram for row in listed for gram in row)
    return {gram: math.log1p(len(listed) / count) for gram, count in having.items()}


def shared_run(one: Sequence[str], other: Sequence[str]) -> str:
    """The longest run of words that both have, for a person to see why they matched."""
    run = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return " ".join(one[run.a : run.a + run.size])


class GramIndex:
    """Finds the most similar of the rows added so far, if any reaches `threshold`.

    `containment` is the share of the *added* row's weight that the asked one has too,
    `jaccard` the shared weight over that of both together. Exact, and near-linear: a match has
    `threshold` of the added row's weight, so it has one of the rarest n-grams that make up more
    than the rest of it, and only those are indexed.
    """

    def __init__(self, weights: dict[Gram, float], threshold: float, measure: Measure) -> None:
        self._weights = weights
        self._threshold = threshold
        self._measure = measure
        self._rows: dict[int, tuple[frozenset[Gram], float]] = {}
        self._having: defaultdict[Gram, list[int]] = defaultdict(list)

    def add(self, number: int, row: frozenset[Gram]) -> None:
        total = self._weight(row)
        self._rows[number] = row, total
        rest = total
        for gram in sorted(row, key=lambda gram: (-self._weights[gram], gram)):
            if rest < self._threshold * total:
                break
            self._having[gram].append(number)
            rest -= self._weights[gram]

    def nearest(self, asked: frozenset[Gram]) -> Match | None:
        near = {number for gram in asked for number in self._having.get(gram, ())}
        own = self._weight(asked)
        best = max(
            (Match(number, self._similarity(asked, own, number)) for number in sorted(near)),
            key=lambda match: match.similarity,
            default=None,
        )
        return best if best and best.similarity >= self._threshold else None

    def _similarity(self, asked: frozenset[Gram], own: float, number: int) -> float:
        row, total = self._rows[number]
        shared = self._weight(asked & row)
        return shared / (total if self._measure == "containment" else own + total - shared)

    def _weight(self, row: frozenset[Gram]) -> float:
        # fsum: the same grams weigh the same in any order, so that a copy is exactly 1.
        return math.fsum(self._weights[gram] for gram in row)

"""What the site is about, in the instruction's own words."""

from __future__ import annotations

from collections.abc import Sequence

from webgen_r1.blueprint.read_grammar import BUT_NOUNS, PLAIN, SITES, STOPS, TELLING, VERBS, spelled
from webgen_r1.blueprint.read_words import Token

_MAKE = frozenset(
    {
        "build",
        "create",
        "design",
        "develop",
        "fix",
        "implement",
        "make",
        "modify",
        "optimize",
        "write",
    }
)
_JOINS = frozenset({"and", "or", ","})
_MOST_WORDS = 4


def subject(words: Sequence[Token]) -> str | None:
    """``self-driving tour`` from ``Please implement a self-driving tour website that ...``; what
    the site is for, where nothing stands before its name."""
    start = next((i + 1 for i, word in enumerate(words) if word.base in _MAKE), 0)
    stop = start
    while stop < len(words) and (words[stop].text in _JOINS or not _stops(words, stop)):
        stop += 1
    heads = [i for i in range(start, stop) if words[i].base in SITES]
    if heads:
        last = heads[-1] + (words[heads[-1]].text in TELLING)
        joints = [i + 1 for i in range(start, last) if _stops(words, i)]
        found = [word for word in words[max([start, *joints]) : last] if not _dull(word)]
        if found:
            return spelled(found[-_MOST_WORDS:])
    return _purpose(words, stop)


def _purpose(words: Sequence[Token], start: int) -> str | None:
    """The first thing named from `start` on: ``stock reports`` of ``for generating ...``."""
    while start < len(words) and (
        _stops(words, start) or _dull(words[start]) or _deed(words, start)
    ):
        start += 1
    end = next((i for i in range(start, len(words)) if _stops(words, i)), len(words))
    found = [word for word in words[start:end] if not _dull(word)]
    return spelled(found[:_MOST_WORDS]) if found else None


def _stops(words: Sequence[Token], index: int) -> bool:
    """Whether a phrase ends here; inside of ``door-to-door`` none does."""
    word = words[index]
    within = word.hyphen or (index + 1 < len(words) and words[index + 1].hyphen)
    return not word.text.isalnum() or (not within and word.text in STOPS | _JOINS)


def _deed(words: Sequence[Token], index: int) -> bool:
    """``generating``; ``manage`` after ``to``; ``provides`` after ``that``."""
    word = words[index]
    after = words[index - 1].text if index else ""
    if after in {"to", "that", "which", "and", "users", "can", "it"}:
        return word.base in VERBS or after == "to" or _is_gerund(word)
    return _is_gerund(word)


def _is_gerund(word: Token) -> bool:
    return word.text.endswith("ing") and word.text not in BUT_NOUNS


def _dull(word: Token) -> bool:
    if word.hyphen:
        return False
    return (
        word.text in PLAIN
        or word.text.endswith("ly")
        or (word.base in SITES and word.text not in TELLING)
    )

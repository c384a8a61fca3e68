"""A name for each site: an id, a folder, and half of the key under which it is found again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import count

from webgen_r1.types import Instruction

LONGEST = 40
WORDS = 6
_EMPTY_WORDS = frozenset(
    ("a", "an", "and", "application", "build", "create", "for", "implement", "in", "make", "me")
) | frozenset(("of", "on", "please", "site", "that", "the", "to", "web", "website", "with"))
"""Words that tell no two instructions apart."""


def named(asked: Iterable[tuple[str | None, str]], taken: Mapping[str, str]) -> list[Instruction]:
    """Instructions with ids that are names of folders, each instruction once.

    `asked` holds wished ids and texts; where nobody wishes, the first words name the site.
    `taken` are ids in use and what they stand for: the same text finds its id again.
    """
    used = dict(taken)
    found: dict[str, Instruction] = {}
    for wish, text in asked:
        id = _free(_slug(wish or _first_words(text)) or "site", text, used)
        used[id] = text
        found.setdefault(id, Instruction(id=id, text=text))
    return list(found.values())


def _free(base: str, text: str, used: Mapping[str, str]) -> str:
    names = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(name for name in names if used.get(name, text) == text)


def _first_words(text: str) -> str:
    words = [word for word in re.findall(r"\w+", text) if word.lower() not in _EMPTY_WORDS]
    return " ".join(words[:WORDS])


def _slug(text: str) -> str:
    """Lower case, because some file systems know no other; words and hyphens only."""
    return re.sub(r"[\W_]+", "-", text.lower())[:LONGEST].strip("-")

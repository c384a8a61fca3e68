"""What an instruction asks for, as far as the teacher understands it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Feature = Literal[
    "browse", "search", "detail", "book", "buy", "register", "login", "post", "manage", "chat",
    "contact", "dashboard", "report", "compare", "subscribe", "upload", "schedule", "track",
    "vote", "learn", "play", "generate", "download", "share", "pay",
]  # fmt: skip
"""Things visitors do. The lexicon says which words mean which."""


@dataclass(frozen=True)
class Entity:
    """One kind of thing that the site lists: ``key`` of the lexicon's table, or None where the
    noun is the instruction's own. Nouns in lower case: ``tour route``, ``tour routes``."""

    singular: str
    plural: str
    key: str | None = None


@dataclass(frozen=True)
class Brief:
    """`topic` is a key of the lexicon; `subject` the instruction's own noun phrase for the site
    (``self-driving tour``); `entities` and `features` are in the order of their mention.
    Colours are the instruction's own words, None where it names none. `asks` are what visitors
    are to do, in the instruction's own words: ``view market trends``."""

    topic: str
    subject: str
    entities: tuple[Entity, ...]
    features: tuple[Feature, ...]
    background: str | None = None
    component: str | None = None
    asks: tuple[str, ...] = ()

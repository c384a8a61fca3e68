"""A website before it is written: what `compose` decides and `write` puts into code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Size = Literal["brief", "full"]
"""`brief`: three pages in 300 to 450 tokens of the nano policy. `full`: five or six rich pages."""

COMPONENTS = (
    "Hero", "Section", "Stats", "Cards", "Table", "List", "Search", "Chart", "Form", "Entries",
    "Saved", "Chat", "Faq", "Steps", "Quote",
)  # fmt: skip
"""Components of `vite-react-kit` that a block may be; docs/kit.md has their props."""


@dataclass(frozen=True)
class Collection:
    """A table of sample content: `name` is an identifier (``tours``)."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Block:
    """One component on a page. `of` names a collection; `blocks` are children of a Section."""

    component: str
    props: Mapping[str, str] = field(default_factory=dict)
    of: str | None = None
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class PagePlan:
    """`name` is the page's identifier and file name (``CarRental``). The first page is the home
    page and has no title of its own: its Hero has it."""

    name: str
    blocks: tuple[Block, ...]
    title: str = ""
    text: str = ""


@dataclass(frozen=True)
class SitePlan:
    """`id` in kebab case; `thought` is what stands between the think tags; `look` holds the
    optional props of Site (layout, font, corners, tagline)."""

    id: str
    name: str
    thought: str
    background: str
    color: str
    pages: tuple[PagePlan, ...]
    collections: tuple[Collection, ...]
    look: Mapping[str, str] = field(default_factory=dict)

"""What was found while a site was used. The verdicts are drawn from this alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from webgen_r1.types import NavEntry

Told = dict[str, Any]
"""What one of our scripts said, as JSON; its `kind` names the fields (`js/*.js`)."""


@dataclass
class Loss:
    """Something that could not be finished: the page hung or died under it."""

    doing: str
    route: str
    reason: str


@dataclass
class Evidence:
    """Filled in by the tour, in the order of what was done."""

    entries: list[NavEntry] = field(default_factory=list)
    tried: list[tuple[str, Told]] = field(default_factory=list)
    """(route, what `page.js` told) for buttons, searches, filters, forms and state."""
    keyboard: Told | None = None
    narrow: list[tuple[str, Told]] = field(default_factory=list)
    """(route, what `mobile.js` gave)."""
    menu: Told | None = None
    violations: list[Told] | None = None
    errors: list[str] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    acted: bool = False
    """Whether anything was done that could have caused an error."""
    over: str = ""
    """Why the tour ended early, where it did."""

    def told(self, kind: str) -> list[tuple[str, Told]]:
        return [(route, told) for route, told in self.tried if told.get("kind") == kind]

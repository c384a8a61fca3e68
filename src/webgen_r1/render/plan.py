"""Which routes to visit, in which order."""

from __future__ import annotations

from collections.abc import Iterable

from webgen_r1.render.evidence import Link
from webgen_r1.render.routes import Declared
from webgen_r1.render.urls import Address


class Plan:
    """Routes still to visit: the landing page, declared ones in source order, found ones.

    A pattern with parameters is visited once, by the first concrete link that fits it.
    """

    def __init__(self, declared: Declared, address: Address) -> None:
        self._declared = declared
        self._address = address
        self._todo: list[str] = [route for route in declared.static if route != "/"]
        self._known: set[str] = {"/", *self._todo}
        self._patterns: set[str] = set()
        self.hrefs: dict[str, str] = {}
        """Route → the address of the first link to it, as written on the page."""
        self.sources: dict[str, str] = {}
        """Route → the route of the page that links to it first."""

    def add_links(self, links: Iterable[Link], page: str) -> None:
        """Take note of the links found on `page`."""
        for link in links:
            route = self._address.route(link.url)
            if route is None or (link.href.startswith("#") and not self._address.hashed):
                continue
            self.hrefs.setdefault(route, link.href)
            self.sources.setdefault(route, page)
            if route in self._known or self._repeats(route):
                continue
            self._known.add(route)
            self._todo.append(route)

    def next(self) -> str | None:
        return self._todo.pop(0) if self._todo else None

    def declares(self, route: str) -> bool:
        return self._declared.match(route) is not None

    @property
    def knows_routes(self) -> bool:
        return bool(self._declared.patterns)

    def _repeats(self, route: str) -> bool:
        pattern = self._declared.match(route)
        if pattern is None or ":" not in pattern:
            return False
        repeated = pattern in self._patterns
        self._patterns.add(pattern)
        return repeated

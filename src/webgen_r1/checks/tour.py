"""Using a site from end to end: one tab, few documents, everything in a fixed order."""

from __future__ import annotations

from collections.abc import Awaitable

from webgen_r1.checks.accessibility import violations
from webgen_r1.checks.evidence import Evidence
from webgen_r1.checks.menu import MenuWalk
from webgen_r1.checks.pages import PagesWalk
from webgen_r1.checks.seen import Seen
from webgen_r1.checks.walk import Walk
from webgen_r1.protocols import LiveSite, PageLost

ROUTES = 5
NARROW_ROUTES = 4
NARROW = (375, 667)
"""CSS pixels of the smallest phone that is still common."""
TABS = 10
"""Presses of the Tab key."""


class Tour:
    """One use of one site. `found` holds what is known, however far it came."""

    def __init__(self, site: LiveSite, seen: Seen, axe: str | None = None) -> None:
        self._axe = axe
        self._copies: dict[str, str] = {}
        self.found = Evidence()
        self._seen = seen
        self._walk = Walk(site, self.found, seen.errors)

    async def run(self) -> None:
        """Never raises PageLost: how far the site let us come is in `found`."""
        known = self._seen
        routes = [route for route in known.routes if route in known.usable][:ROUTES]
        pages = PagesWalk(self._walk, self._seen.pointer)
        try:
            await self._walk.enter("/")
            await MenuWalk(self._walk, self._seen).run()
            await self._guarded("the keyboard", "/", self._keyboard())
            await self._guarded("copying the page", "/", self._copy("/"))
            for number, route in enumerate(routes):
                if route == known.complex != "/":
                    await self._guarded("copying the page", route, self._copy(route))
                await pages.use(route, len(routes) - number)
            if known.complex not in ("/", *routes):
                await self._guarded("copying the page", known.complex, self._copy(known.complex))
            await self._guarded("a narrow screen", "/", self._narrow())
            await self._guarded("axe-core", "/", self._study())
        except PageLost as lost:
            self.found.over = lost.reason
        self._walk.hear()

    async def _guarded(self, doing: str, route: str, work: Awaitable[None]) -> None:
        """A page that is lost ends this part and no other."""
        try:
            await work
        except PageLost as lost:
            self._walk.hear()
            self._walk.lose(doing, route, lost)
            await self._walk.enter("/")

    async def _keyboard(self) -> None:
        """Real keys from the top of the landing page."""
        walk = self._walk
        if not await walk.arrive("/"):
            return
        begun = await walk.read("keyboard", step="begin", limit=TABS)
        if not begun["presses"]:
            return
        await walk.site.key(*["Tab"] * begun["presses"])
        told = {**begun, **await walk.read("keyboard", step="end", presses=begun["presses"])}
        link = await walk.read("keyboard", step="focus")
        if link is not None:
            await walk.site.key("Enter")
            await walk.site.settle()
            after = await walk.site.evaluate("location.href")
            told["link"] = {**link, "activated": after != link["from"]}
        self.found.keyboard = told
        walk.hear()

    async def _copy(self, route: str) -> None:
        """Keep a copy of the page for axe-core, before it is used."""
        if self._axe is not None and await self._walk.arrive(route):
            html = await self._walk.read("snapshot")
            if html is not None:
                self._copies[route] = html

    async def _study(self) -> None:
        if self._axe is not None and self._copies:
            copies = tuple(self._copies.items())
            self.found.violations = await violations(self._walk.site, self._axe, copies)

    async def _narrow(self) -> None:
        """Each route on a narrow screen, and there the menu."""
        walk = self._walk
        await walk.site.resize(*NARROW)
        for route in self._seen.routes[:NARROW_ROUTES]:
            if await walk.arrive(route):
                self.found.narrow.append((route, await walk.read("mobile")))
        targets = [e.target for e in self.found.entries if e.outcome == "reached" and e.target]
        if targets:
            played = await walk.play("menu", targets=targets)
            self.found.menu = played.value if played.ended == "done" else None
        walk.hear()

"""Visiting one site: every route by link and by address, and what that shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from webgen_r1.config import RenderConfig
from webgen_r1.render.browser import Browser
from webgen_r1.render.cdp import CdpError, ScriptFailed
from webgen_r1.render.evidence import Sight, glance, look, read_gist
from webgen_r1.render.findings import finding, page_failures
from webgen_r1.render.plan import Plan
from webgen_r1.render.routes import Declared
from webgen_r1.render.tab import Tab, TabCrashed, TabHung
from webgen_r1.render.urls import Address
from webgen_r1.render.visit import Visit
from webgen_r1.types import Failure, RenderedPage

_NOWHERE = "/webgen-no-such-page"


class Crawl:
    """One run over one site. `finish` gives what was found, however it ended.

    `patient` leaves the question open when time ran out on a page that hardly got to
    compute: then `run` raises Starved, and a later run may find out.
    """

    def __init__(
        self,
        browser: Browser,
        address: Address,
        declared: Declared,
        config: RenderConfig,
        patient: bool = False,
    ) -> None:
        self._browser = browser
        self._address = address
        self._declared = declared
        self._config = config
        self._plan = Plan(declared, address)
        self._visits: dict[str, Visit] = {}
        self._failures: list[Failure] = []
        self._nowhere: str | None = None
        self._patient = patient
        self._tab: Tab | None = None
        self._fresh = False
        self._context = ""

    async def run(self) -> None:
        """Visit until done or out of time. Raises BrowserGone when the browser died."""
        self._context, target, session = await self._browser.new_context()
        try:
            self._tab = await self._new_tab(target, session)
            async with self._browser.within(self._config.site_timeout_s, self._patient):
                await self._visit_all()
        except TimeoutError:
            self._mark_unvisited()
        finally:
            if self._tab is not None:
                self._tab.close()
            await self._browser.close_context(self._context)

    def finish(self) -> tuple[tuple[RenderedPage, ...], tuple[Failure, ...]]:
        """Pages in order of visit, findings in order of pages."""
        failures = list(self._failures)
        pages: list[RenderedPage] = []
        for visit in self._visits.values():
            pages.append(visit.rendered())
            failures += page_failures(pages[-1].page)
            failures += [finding(code, visit.route) for code in visit.notes]
            failures += [finding("broken-link", visit.route, f"to {to}") for to in visit.broken]
        return tuple(pages), tuple(failures)

    # ── the tour ───────────────────────────────────────────────────────────────────

    async def _visit_all(self) -> None:
        landing = self._visits.setdefault("/", Visit("/"))
        if not await self._landing(landing):
            return  # nothing can follow from a page that did not come up
        while len(self._visits) < self._config.max_routes:
            route = self._plan.next()
            if route is None:
                break
            await self._by_link(route)
        for visit in list(self._visits.values())[1:]:
            if visit.sight is not None:
                await self._by_address(visit)
            elif visit.status == "unreachable":
                await self._only_by_address(visit)

    async def _landing(self, visit: Visit) -> bool:
        async with self._watched(visit):
            await self._the_tab.goto(self._address.url("/"))
            await self._take(visit)
        visit.via.append("direct")
        return visit.sight is not None

    async def _by_link(self, route: str) -> None:
        """Visit by the real link where there is one; else leave it to the direct visit."""
        href = self._plan.hrefs.get(route)
        visit = self._visits[route] = Visit(route)  # now: the site's time may end meanwhile
        if href is None:
            return
        broken = False
        async with self._watched(visit):
            tab = self._the_tab
            if self._fresh:  # come in by the front door again
                await tab.goto(self._address.url("/"))
                self._fresh = False
            if not await tab.click(href):
                await tab.push(self._address.url(route))
            broken = await self._leads_nowhere(route)
            if not broken:
                await self._take(visit)
        if broken:
            del self._visits[route]
            self._visits[self._plan.sources[route]].broken.append(href)
            return
        if visit.status == "ok":
            visit.via.append("link")
        else:
            self._fresh = True  # what is left of the application may not navigate any more

    async def _by_address(self, visit: Visit) -> None:
        """Open the address of a page that its link led to; it must be the same page.

        Reading it is enough: it was photographed before. A page that says at once what it
        said then need not be waited for.
        """
        sight = visit.sight
        assert sight is not None
        was_ok, known = visit.status == "ok", len(visit.exceptions)
        async with self._watched(visit):
            await self._the_tab.goto(self._address.url(visit.route), paint=False)
            if await read_gist(self._the_tab) != sight.gist:
                await self._the_tab.rest()
                sight = await glance(self._the_tab)
            visit.collect(self._the_tab.observer)
        if visit.status in ("timeout", "crashed"):
            return
        shown = sight.status(tuple(visit.exceptions)) == "ok" and not self._same_as_nowhere(sight)
        works = shown and not (was_ok and len(visit.exceptions) > known)
        if works:
            visit.via.append("direct")
        if was_ok != works:
            visit.notes.append("direct-url-fails" if was_ok else "link-fails")

    async def _only_by_address(self, visit: Visit) -> None:
        """Open a declared route that no link leads to.

        Reading routes from source can err (routes mounted below others), so one that
        shows nothing without an exception is reported, not judged.
        """
        nothing = False
        async with self._watched(visit):
            await self._the_tab.goto(self._address.url(visit.route))
            if await self._shows_nothing(visit.route) and not self._the_tab.observer.exceptions():
                nothing = True
            else:
                await self._take(visit)
        if nothing:
            del self._visits[visit.route]
            self._failures.append(finding("route-not-reached", visit.route))
        elif visit.status == "ok":
            visit.via.append("direct")

    # ── evidence ───────────────────────────────────────────────────────────────────

    async def _take(self, visit: Visit) -> None:
        sight = await look(self._the_tab, self._config)
        visit.collect(self._the_tab.observer)
        visit.sight = sight
        visit.status = sight.status(tuple(visit.exceptions))
        self._plan.add_links(sight.links, visit.route)

    async def _leads_nowhere(self, route: str) -> bool:
        """Whether the tab, having followed a link to `route`, shows no page of its own."""
        if self._plan.declares(route) or not self._plan.knows_routes:
            return False
        return await self._shows_nothing(route)

    async def _shows_nothing(self, route: str) -> bool:
        """Whether what the tab shows at `route` is what it shows at an address that is none."""
        sight = await glance(self._the_tab)
        if sight.blank:
            return True
        if self._address.route(sight.url) != route:
            return True  # a catch-all sent the visitor elsewhere
        if self._nowhere is None:
            await self._the_tab.push(self._address.url(_NOWHERE))
            self._nowhere = (await glance(self._the_tab)).signature
            await self._the_tab.push(self._address.url(route))
        return self._same_as_nowhere(sight)

    def _same_as_nowhere(self, sight: Sight) -> bool:
        return self._nowhere is not None and sight.signature == self._nowhere

    # ── trouble ────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def _watched(self, visit: Visit) -> AsyncIterator[None]:
        """Within one page's time; a page that hangs or dies costs its tab, which is replaced."""
        self._the_tab.begin()
        try:
            async with self._browser.within(self._config.page_timeout_s, self._patient):
                yield
        except TimeoutError:
            visit.status = "timeout"
        except TabHung:
            visit.status = "timeout"
        except (TabCrashed, ScriptFailed):  # the latter: a document in which no script can look
            visit.status = "crashed"
        except CdpError:
            # Documents that are replaced under our hands are the page's doing; the rest is not.
            if not self._the_tab.leaving:
                raise
            visit.status = "timeout"
        else:
            return
        visit.collect(self._the_tab.observer)
        await self._replace_tab()

    async def _replace_tab(self) -> None:
        self._the_tab.close()
        await self._browser.close_tab(self._the_tab.target)
        target, session = await self._browser.new_tab(self._context)
        self._tab = await self._new_tab(target, session)
        self._fresh = True

    async def _new_tab(self, target: str, session: str) -> Tab:
        tab = Tab(self._browser.connection, target, session, self._address)
        try:
            async with self._browser.answering():
                await tab.prepare(self._config)
        except TabCrashed as error:  # nothing of the site had run
            raise CdpError("an empty tab crashed") from error
        return tab

    @property
    def _the_tab(self) -> Tab:
        assert self._tab is not None
        return self._tab

    def _mark_unvisited(self) -> None:
        """Out of the site's time: what was not seen did not come to rest.

        That holds for pages that links lead to and no time was left for: a slow page must
        not hide the ones behind it.
        """
        while len(self._visits) < self._config.max_routes:
            route = self._plan.next()
            if route is None:
                break
            if route in self._plan.hrefs:
                self._visits[route] = Visit(route)
        for visit in self._visits.values():
            if visit.sight is None:
                visit.status = "timeout"

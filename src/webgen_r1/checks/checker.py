"""`Checker`: a built site is opened once, used, and what works on it is reported."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from webgen_r1.checks.accessibility import TOOLS, read_axe
from webgen_r1.checks.colours import painted_colours
from webgen_r1.checks.evidence import Evidence, Loss
from webgen_r1.checks.seen import seen
from webgen_r1.checks.tour import Tour
from webgen_r1.checks.verdicts import verdicts
from webgen_r1.protocols import LiveSite, PageLost, SiteOpener
from webgen_r1.types import BuildResult, CheckReport, RenderResult

SITE_S = 20.0
"""Wall time for one site; what was not tried by then is not in the report."""


class Store(Protocol):
    """The part of `build.DependencyStore` that the checks need."""

    def tools(self, folder: Path) -> Path | None: ...


class SiteChecker:
    """Checks on sites opened by `opener`, which is entered by whoever made it.

    Without a `store`, in which axe-core is looked up, `accessibility` is absent from every
    report.
    """

    def __init__(self, opener: SiteOpener, store: Store | None = None) -> None:
        self._opener = opener
        self._store = store
        self._axe: str | None = None

    async def __aenter__(self) -> Self:
        """Raises StoreError where axe-core should be there and is not."""
        if self._store is not None:
            self._axe = read_axe(self._store.tools(TOOLS))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    async def check(self, build: BuildResult, render: RenderResult) -> CheckReport:
        """See `Checker`. A site that fights back ends in a partial report."""
        known = seen(render)

        async def use(site: LiveSite) -> Tour:
            tour = Tour(site, known, self._axe)
            await tour.run()
            return tour

        try:
            found = (await self._opener.visit(build, use, SITE_S)).found
        except PageLost as lost:  # it brought down every browser
            found = Evidence(losses=[Loss("using the site", "/", lost.reason)], over=lost.reason)
        backgrounds, components = await asyncio.to_thread(painted_colours, render)
        return CheckReport(
            checks=verdicts(found, known),
            navigation=tuple(found.entries),
            backgrounds=backgrounds,
            components=components,
        )

"""The renderer: a built site in, every page out; or the site itself, to be used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from webgen_r1.config import RenderConfig
from webgen_r1.errors import RenderInfraError
from webgen_r1.protocols import LiveSite, PageLost
from webgen_r1.render.cdp import BrowserGone, CdpError
from webgen_r1.render.crawl import Crawl
from webgen_r1.render.findings import finding
from webgen_r1.render.live import LiveTab
from webgen_r1.render.pool import BrowserPool, SiteKillsBrowser, Stage
from webgen_r1.render.routes import declared_routes
from webgen_r1.render.urls import Address
from webgen_r1.sandbox import Sandbox
from webgen_r1.types import BuildResult, Page, Project, RenderedPage, RenderResult

Found = TypeVar("Found")


class BrowserRenderer:
    """`Renderer` and `SiteOpener` by headless Chromium, on the browsers of one pool."""

    def __init__(
        self,
        config: RenderConfig | None = None,
        sandbox: Sandbox | None = None,
        program: Path | None = None,
    ) -> None:
        self._config = config or RenderConfig()
        self._pool = BrowserPool(self._config, sandbox, program)

    async def __aenter__(self) -> Self:
        await self._pool.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._pool.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """Root processes of the living browsers, for measuring."""
        return self._pool.pids

    async def render(self, build: BuildResult, project: Project) -> RenderResult:
        """Visit every route of a bundle. Raises RenderInfraError, SandboxError, DiskError."""

        async def crawl(stage: Stage) -> RenderResult:
            declared = await asyncio.to_thread(declared_routes, project)  # some are megabytes
            address = Address(stage.host, build.base, declared.hashed)
            run = Crawl(stage.browser, address, declared, self._config, stage.patient)
            await run.run()
            pages, failures = run.finish()
            versions = {"browser": stage.browser.version}
            return RenderResult(pages, failures, self._config.image_type, versions)

        try:
            return await self._pool.show(build, crawl)
        except SiteKillsBrowser as error:
            page = RenderedPage(Page(route="/", status="crashed"))
            return RenderResult((page,), (finding("browser-killed", "/", str(error)),))

    async def visit(
        self, build: BuildResult, work: Callable[[LiveSite], Awaitable[Found]], limit_s: float
    ) -> Found:
        """Let `work` use the site; again from the start if the browser died.

        Raises PageLost("killed") when the site brings down every browser, and what `render`
        raises.
        """

        async def use(stage: Stage) -> Found:
            async with LiveTab.on(stage, build.base, self._config, limit_s) as site:
                return await work(site)

        try:
            return await self._pool.show(build, use)
        except SiteKillsBrowser as error:
            raise PageLost("killed") from error

    @asynccontextmanager
    async def open(self, build: BuildResult, limit_s: float) -> AsyncIterator[LiveSite]:
        """The site in a tab of its own, for one try.

        Raises RenderInfraError when the browser dies under it.
        """
        try:
            async with (
                self._pool.slot(),
                self._pool.stage(build) as stage,
                LiveTab.on(stage, build.base, self._config, limit_s) as site,
            ):
                yield site
        except (BrowserGone, CdpError) as error:
            raise RenderInfraError(
                f"the browser failed while a site was open ({error})",
                code="browser-crash",
            ) from error

"""The renderer: a few browsers, one site at a time on each, and what happens when one dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from webgen_r1.config import RenderConfig
from webgen_r1.errors import RenderInfraError
from webgen_r1.render.browser import Browser
from webgen_r1.render.cdp import BrowserGone, CdpError
from webgen_r1.render.crawl import Crawl, Starved
from webgen_r1.render.find import find_browser
from webgen_r1.render.findings import finding
from webgen_r1.render.routes import declared_routes
from webgen_r1.render.urls import Address
from webgen_r1.render.watchdog import watch_pages
from webgen_r1.sandbox import Sandbox
from webgen_r1.types import BuildResult, Page, Project, RenderedPage, RenderResult

_CANARY = BuildResult({"index.html": b"<!doctype html><title>t</title><h1>Hello</h1>"})


class BrowserRenderer:
    """`Renderer` by headless Chromium.

    A browser shows one site at a time, for three reasons: frames that are made on demand
    must not overlap in one browser, a site that hangs or kills a browser harms no other,
    and whose fault it was is never in doubt. Browsers share their code in memory, so that
    each costs ~85 MB more. After `browser_recycle` sites a browser is replaced.
    """

    def __init__(
        self,
        config: RenderConfig | None = None,
        sandbox: Sandbox | None = None,
        program: Path | None = None,
    ) -> None:
        self._config = config or RenderConfig()
        self._sandbox = sandbox
        self._program = program
        self._slots = asyncio.Semaphore(self._config.concurrency)
        self._idle: list[Browser] = []
        self._all: set[Browser] = set()
        self._running: set[asyncio.Task[RenderResult]] = set()
        self._watch: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        async with self._borrowed():
            self._watch = asyncio.create_task(watch_pages())
            return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        running = [*self._running, *([self._watch] if self._watch is not None else [])]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.gather(*(browser.close() for browser in self._all))
        self._idle.clear()
        self._all.clear()

    @property
    def pids(self) -> tuple[int, ...]:
        """Root processes of the living browsers, for measuring."""
        return tuple(browser.pid for browser in self._all)

    async def render(self, build: BuildResult, project: Project) -> RenderResult:
        """Visit every route of a bundle. Raises RenderInfraError, SandboxError, DiskError."""
        if build.site is None:
            raise ValueError("there is nothing to render: the build failed")
        # A task of ours, so that leaving the context can wait for what is being taken down.
        task = asyncio.create_task(self._render(build, project))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await task

    async def _render(self, build: BuildResult, project: Project) -> RenderResult:
        async with self._slots:
            tries = self._config.retries + 1
            for number in range(tries):
                try:
                    return await self._once(build, project, patient=number + 1 < tries)
                except (BrowserGone, CdpError, Starved) as error:
                    last = error
            return await self._blame(last, tries)

    async def _blame(self, error: Exception, tries: int) -> RenderResult:
        """A browser fails with this site each time: with any site, or because of this one?"""
        try:
            await self._once(_CANARY, Project({}))
        except (BrowserGone, CdpError):
            raise RenderInfraError(
                f"the browser failed {tries} times ({error}) and fails with an empty page too",
                code="browser-crash",
                retryable=True,
            ) from error
        page = RenderedPage(Page(route="/", status="crashed"))
        return RenderResult((page,), (finding("browser-killed", "/", str(error)),))

    async def _once(
        self, build: BuildResult, project: Project, patient: bool = False
    ) -> RenderResult:
        async with self._borrowed() as browser:
            key = browser.sites.publish(build)
            try:
                declared = declared_routes(project)
                address = Address(f"{key}.localhost", build.base, declared.hashed)
                crawl = Crawl(browser, address, declared, self._config, patient)
                await crawl.run()
            finally:
                browser.sites.withdraw(key)
            pages, failures = crawl.finish()
            versions = {"browser": browser.version}
            return RenderResult(pages, failures, self._config.image_type, versions)

    @asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[Browser]:
        """A living browser for one site; it goes back only if the site left it in order."""
        browser = await self._take()
        fit = False
        try:
            yield browser
            fit = browser.alive and browser.served < self._config.browser_recycle
        finally:
            if fit and browser in self._all:
                self._idle.append(browser)
            else:
                self._all.discard(browser)
                await browser.close()

    async def _take(self) -> Browser:
        while self._idle:
            browser = self._idle.pop()
            if browser.alive:
                break
            self._all.discard(browser)
            await browser.close()
        else:
            browser = await Browser.start(self._program or find_browser(), self._sandbox)
            self._all.add(browser)
        browser.served += 1
        return browser

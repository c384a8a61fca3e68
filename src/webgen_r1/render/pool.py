"""A few browsers, one site at a time on each, and what happens when one dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from webgen_r1.config import RenderConfig
from webgen_r1.errors import RenderInfraError
from webgen_r1.render.browser import Browser, Starved
from webgen_r1.render.cdp import BrowserGone, CdpError
from webgen_r1.render.find import find_browser
from webgen_r1.render.tab import Tab, TabCrashed
from webgen_r1.render.urls import Address
from webgen_r1.render.watchdog import watch_pages
from webgen_r1.sandbox import Sandbox
from webgen_r1.types import BuildResult

_CANARY = BuildResult({"index.html": b"<!doctype html><title>t</title><h1>Hello</h1>"})

Found = TypeVar("Found")


class SiteKillsBrowser(Exception):
    """Every browser that was tried died with this site, and a fresh one shows an empty page."""


@dataclass(frozen=True)
class Stage:
    """One site on one browser. `patient`: there is another try if this one raises Starved."""

    browser: Browser
    host: str
    patient: bool


class BrowserPool:
    """Browsers that are started when needed and replaced after `browser_recycle` sites.

    A browser shows one site at a time, for three reasons: frames that are made on demand
    must not overlap in one browser, a site that hangs or kills a browser harms no other,
    and whose fault it was is never in doubt. Browsers share their code in memory, so that
    each costs ~85 MB more.
    """

    def __init__(self, config: RenderConfig, sandbox: Sandbox | None, program: Path | None) -> None:
        self._config = config
        self._sandbox = sandbox
        self._program = program
        self._slots = asyncio.Semaphore(config.concurrency)
        self._idle: list[Browser] = []
        self._all: set[Browser] = set()
        self._running: set[asyncio.Task[Any]] = set()
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start one browser, so that a missing one is told at once."""
        async with self._borrowed():
            self._watch = asyncio.create_task(watch_pages())

    async def close(self) -> None:
        """End every visit, then every browser."""
        running = [*self._running, *([self._watch] if self._watch is not None else [])]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.gather(*(browser.close() for browser in self._all))
        self._idle.clear()
        self._all.clear()

    @property
    def pids(self) -> tuple[int, ...]:
        """Root processes of the living browsers."""
        return tuple(browser.pid for browser in self._all)

    async def show(self, build: BuildResult, visit: Callable[[Stage], Awaitable[Found]]) -> Found:
        """Publish a site and let `visit` look at it; again in a fresh browser if that one died.

        Raises SiteKillsBrowser, RenderInfraError, SandboxError, DiskError.
        """
        # A task of ours, so that closing the pool can wait for what is being taken down.
        task = asyncio.create_task(self._show(build, visit))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await task

    @asynccontextmanager
    async def stage(self, build: BuildResult, patient: bool = False) -> AsyncIterator[Stage]:
        """A site on a browser of its own, once. Raises as `show` and what the browser raises."""
        if build.site is None:
            raise ValueError("there is nothing to show: the build failed")
        async with self._borrowed() as browser:
            key = browser.sites.publish(build)
            try:
                yield Stage(browser, f"{key}.localhost", patient)
            finally:
                browser.sites.withdraw(key)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait until fewer than `concurrency` sites are open."""
        async with self._slots:
            yield

    async def _show(self, build: BuildResult, visit: Callable[[Stage], Awaitable[Found]]) -> Found:
        async with self.slot():
            tries = self._config.retries + 1
            for number in range(tries):
                try:
                    async with self.stage(build, patient=number + 1 < tries) as stage:
                        return await visit(stage)
                except (BrowserGone, CdpError, Starved) as error:
                    last = error
            await self._blame(last, tries)
            raise SiteKillsBrowser(str(last)) from last

    async def _blame(self, error: Exception, tries: int) -> None:
        """A browser fails with this site each time: with any site, or because of this one?"""
        try:
            async with self.stage(_CANARY) as stage:
                await _load(stage, self._config)
        except (BrowserGone, CdpError, TabCrashed, TimeoutError):
            raise RenderInfraError(
                f"the browser failed {tries} times ({error}) and fails with an empty page too",
                code="browser-crash",
            ) from error

    @asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[Browser]:
        """A living browser for one site; it goes back only if the site left it in order."""
        browser = await self._take()
        fit = False
        try:
            yield browser
            fit = (
                browser.alive
                and not browser.wedged
                and browser.served < self._config.browser_recycle
            )
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


async def _load(stage: Stage, config: RenderConfig) -> None:
    """Show the landing page, no more."""
    context, target, session = await stage.browser.new_context()
    address = Address(stage.host)
    tab = Tab(stage.browser.connection, target, session, address)
    try:
        async with asyncio.timeout(config.page_timeout_s):
            await tab.prepare(config)
            await tab.goto(address.url("/"))
    finally:
        tab.close()
        await stage.browser.close_context(context)

"""One case's tab: opened, acted on, waited for and looked at, each within bounded time.

Our scripts run in an isolated world: what a page does to its own built-ins does not reach
them. Clicks and keys go through the browser's input, as a user's would.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import re
from collections.abc import Awaitable, Mapping
from functools import cache
from importlib import resources
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from webgen_r1.agent.browser import AgentBrowser, browser_trouble
from webgen_r1.agent.config import AgentConfig
from webgen_r1.agent.events import Events
from webgen_r1.agent.sites import SiteAnswers

T = TypeVar("T")

QUIET_MS = 120
_CHANGE_MS = 2000
_POPUP_S = 5.0
_PATIENCE = 4
"""Times the limit that a page is waited for which gets no processor time."""
_BUSY_SHARE = 0.3
_ANY = asyncio.FIRST_COMPLETED
_STALE_TRIES = 5


class SiteGone(Exception):
    """The site hangs or crashed its tab: nothing more can be done with it. `str` says which."""


@cache
def script(name: str) -> str:
    """One of our own scripts, as an expression."""
    text = resources.files("webgen_r1.agent").joinpath("js", name).read_text(encoding="utf-8")
    return text.rstrip()


class CasePage:
    """`async with CasePage(...) as page`: a profile with one tab on the site.

    Methods raise SiteGone where the site is to blame and AgentError where the browser is.
    """

    def __init__(
        self, browser: AgentBrowser, config: AgentConfig, site: Mapping[str, bytes], base: str
    ) -> None:
        self._browser = browser
        self._config = config
        self.events = Events()
        self.site = SiteAnswers(site, base, self.events)
        self._crashed = asyncio.Event()
        self._popups: set[asyncio.Task[None]] = set()
        self._opening = 0
        """New tabs that the site asked for and that have not been followed yet."""
        self._world: int | None = None

    async def __aenter__(self) -> Self:
        self._context = await self._browser.context()
        try:
            await self._prepare(self._context)
        except BaseException as error:
            await self._browser.release(self._context)
            if isinstance(error, PlaywrightError):
                raise browser_trouble(error) from error
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._popups:
            task.cancel()
        await asyncio.gather(*self._popups, return_exceptions=True)
        await self._browser.release(self._context)

    async def give_up(self) -> None:
        """End the tab at once: what hangs must not cost processor time until the case is over."""
        await self._browser.release(self._context)

    async def _prepare(self, context: BrowserContext) -> None:
        await context.route(re.compile(""), self.site.handle)
        self.tab = await context.new_page()
        context.on("page", self._on_popup)
        self._watch(self.tab)
        self._cdp: CDPSession = await context.new_cdp_session(self.tab)
        await self._cdp.send("Page.enable")
        self._cdp.on("Page.windowOpen", self._on_window_open)
        tree = await self._cdp.send("Page.getFrameTree")
        self._frame = tree["frameTree"]["frame"]["id"]

    def _watch(self, tab: Page) -> None:
        tab.on("dialog", self.events.on_dialog)
        tab.on("download", self.events.on_download)
        tab.on("filechooser", self.events.on_file_chooser)
        tab.on("console", self.events.on_console)
        tab.on("pageerror", self.events.on_page_error)
        tab.on("crash", lambda _: self._crashed.set())

    # ── going somewhere ────────────────────────────────────────────────────────────

    async def open(self) -> None:
        """Load the landing page and let it come to rest."""
        await self.goto(self.site.address.url("/"))

    async def goto(self, url: str) -> None:
        self.site.begin()
        await self.bounded(_unless_elsewhere(self.tab.goto(url, wait_until="commit")))
        await self.settle()

    async def back(self) -> bool:
        """As the browser's button; False where there is nowhere to go back to."""
        known = await self.bounded(self._cdp.send("Page.getNavigationHistory"))
        earlier = known["entries"][: known["currentIndex"]]
        if not earlier or not self.site.address.owns(earlier[-1]["url"]):
            return False
        await self.bounded(_unless_elsewhere(self.tab.go_back(wait_until="commit")))
        await self.settle()
        return True

    async def settle(self, *, change: bool = False) -> None:
        """Wait until the page is at rest, for `settle_s` at most; with `change` it moves first."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._config.settle_s
        while (left_ms := int((end - loop.time()) * 1000)) > 0:
            wait = f"{QUIET_MS}, {left_ms}, {_CHANGE_MS if change else 0}"
            calm = await self.evaluate(f"{script('settle.js')}({wait})")
            change = False
            if calm and not (self.site.pending or self._opening or self.events.busy):
                return
            await asyncio.sleep(0.02)
        self._opening = 0  # blocked ones never come

    # ── looking ────────────────────────────────────────────────────────────────────

    async def look(self) -> dict[str, Any]:
        """What `observe.js` lists; numbers the elements anew."""
        found: dict[str, Any] = await self.evaluate(script("observe.js"))
        return found

    async def picture(self) -> bytes:
        """The viewport as JPEG."""
        shot = {"format": "jpeg", "quality": 80, "optimizeForSpeed": True}
        taken = await self.bounded(self._cdp.send("Page.captureScreenshot", shot))
        return base64.b64decode(taken["data"])

    async def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - whatever JSON it is
        """Value of `expression` in our world; a document that was just replaced is tried anew."""
        return await self.bounded(self._evaluate(expression))

    async def call(self, name: str, *arguments: object) -> Any:  # noqa: ANN401
        """Value of one of our scripts called with `arguments`."""
        given = ", ".join(json.dumps(argument) for argument in arguments)
        return await self.evaluate(f"{script(name)}({given})")

    async def _evaluate(self, expression: str) -> Any:  # noqa: ANN401
        for last in range(_STALE_TRIES):
            try:
                if self._world is None:
                    asked = {"frameId": self._frame, "worldName": "webgen"}
                    made = await self._cdp.send("Page.createIsolatedWorld", asked)
                    self._world = made["executionContextId"]
                said = await self._cdp.send(
                    "Runtime.evaluate",
                    {
                        "expression": expression,
                        "contextId": self._world,
                        "returnByValue": True,
                        "awaitPromise": True,
                    },
                )
            except PlaywrightError:  # the document was replaced meanwhile
                self._world = None
                if last == _STALE_TRIES - 1:
                    raise
                await asyncio.sleep(0.05)
                continue
            if "exceptionDetails" in said:
                raise PlaywrightError(f"our script failed: {said['exceptionDetails']}")
            return said["result"].get("value")
        raise AssertionError("unreachable: the last try returns or raises")

    async def bounded(self, doing: Awaitable[T]) -> T:
        """Wait for the browser to have done something, or for the tab to be given up."""
        task = asyncio.ensure_future(doing)
        crash = asyncio.ensure_future(self._crashed.wait())
        limit = self._config.page_timeout_s + self._config.settle_s
        try:
            for _ in range(_PATIENCE):
                used = self._browser.page_cpu()
                done, _ = await asyncio.wait({task, crash}, timeout=limit, return_when=_ANY)
                if done or self.events.too_many_dialogs:
                    break
                if self._browser.busiest_page_s(since=used) > limit * _BUSY_SHARE:
                    break  # it had the time and did not react; a starved machine is no hang
            self._check(crash.done(), task.done())
            return await task
        except PlaywrightError as error:
            if self._crashed.is_set() or "crash" in str(error).lower():
                raise SiteGone("the page crashed its tab") from error
            raise browser_trouble(error) from error
        finally:
            for each in (task, crash):
                each.cancel()
            await asyncio.gather(task, crash, return_exceptions=True)

    def _check(self, crashed: bool, reacted: bool) -> None:
        """Raises SiteGone."""
        if self.events.too_many_dialogs:
            raise SiteGone("the page opens dialogs without end")
        if crashed:
            raise SiteGone("the page crashed its tab")
        if not reacted:
            raise SiteGone(f"the page has not reacted for {self._config.page_timeout_s:g} seconds")

    # ── tabs that the site opens ───────────────────────────────────────────────────

    def _on_window_open(self, _: object) -> None:
        self._opening += 1

    def _on_popup(self, tab: Page) -> None:
        task = asyncio.ensure_future(self._follow(tab))
        self._popups.add(task)
        task.add_done_callback(self._popups.discard)

    async def _follow(self, tab: Page) -> None:
        """Show a new tab of the site in the one tab there is; close any other."""
        if tab.url in ("", "about:blank"):
            somewhere = re.compile("^(?!about:blank)")
            with contextlib.suppress(PlaywrightError):  # it stays empty, or closed itself
                await tab.wait_for_url(somewhere, wait_until="commit", timeout=_POPUP_S * 1000)
        url = tab.url
        try:
            await self._show(tab, url)
        except PlaywrightError:
            return  # it closed itself
        finally:
            self._opening = max(0, self._opening - 1)

    async def _show(self, tab: Page, url: str) -> None:
        await tab.close()
        if self.site.address.owns(url):
            path = self.site.route_of(url)
            self.events.note("a new tab opened; it is shown in this tab", path)
            await _unless_elsewhere(
                self.tab.goto(url, wait_until="commit", timeout=_POPUP_S * 1000)
            )
        else:
            host = urlsplit(url).hostname or ""
            self.events.note("a new tab opened on another website; it was closed", host)


async def _unless_elsewhere(going: Awaitable[object]) -> None:
    """A page that at once goes somewhere else, or is stopped from it, has been reached too."""
    try:
        await going
    except PlaywrightError as error:
        if "ERR_ABORTED" not in str(error) and "interrupted by another" not in str(error):
            raise

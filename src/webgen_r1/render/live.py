"""A site that is used: one tab in which to go, click, type and see what happens."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal, NoReturn, Self

from webgen_r1.config import RenderConfig
from webgen_r1.protocols import Happening, PageLost, Played
from webgen_r1.render.browser import Browser
from webgen_r1.render.cdp import CdpError, Json, ScriptFailed, value_of
from webgen_r1.render.desk import Desk
from webgen_r1.render.pool import Stage
from webgen_r1.render.tab import (
    WORLD,
    Tab,
    TabCrashed,
    TabHung,
    script,
    viewport,
)
from webgen_r1.render.urls import Address

SLICE_MS = 500
"""Virtual time that a playing script gets at once; it ends with the slice in which it is done."""
MAX_HAPPENINGS = 2000
_KEYS: dict[str, tuple[int, str]] = {
    "Tab": (9, ""),
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    "Space": (32, " "),
    "ArrowLeft": (37, ""),
    "ArrowUp": (38, ""),
    "ArrowRight": (39, ""),
    "ArrowDown": (40, ""),
    "Backspace": (8, ""),
}
Kind = Literal["told", "effect", "dialog", "exception", "console", "left"]
_ROUTE = "[location.pathname, location.hash]"


class LiveTab:
    """`LiveSite` on a browser of the pool. Made by `on`."""

    def __init__(self, browser: Browser, address: Address, config: RenderConfig) -> None:
        self._browser = browser
        self._address = address
        self._config = config
        self._patient = False
        self._deadline = 0.0
        self._context = ""
        self._painted = False
        self._tab: Tab | None = None
        self._happened: list[Happening] = []
        self._counts: Counter[Kind] = Counter()

    @classmethod
    @asynccontextmanager
    async def on(
        cls, stage: Stage, base: str, config: RenderConfig, limit_s: float
    ) -> AsyncIterator[Self]:
        """The site on `stage`, until the block ends. Raises BrowserGone, CdpError, Starved."""
        live = cls(stage.browser, Address(stage.host, base), config)
        live._patient = stage.patient
        live._deadline = asyncio.get_running_loop().time() + limit_s
        live._context, target, session = await stage.browser.new_context()
        try:
            await live._adopt(target, session)
            yield live
        finally:
            live._the_tab.close()
            await stage.browser.close_context(live._context)

    # ── going and looking ──────────────────────────────────────────────────────────

    async def go(self, route: str) -> None:
        async with self._bounded():
            self._the_tab.forgive()
            self._painted = False
            await self._the_tab.goto(self._address.url(route), paint=False)

    async def evaluate(self, script: str) -> Any:  # noqa: ANN401 - whatever JSON it is
        async with self._bounded():
            return await self._the_tab.evaluate(script)

    async def settle(self, paint: bool = False) -> None:
        async with self._bounded():
            await self._the_tab.settle(paint)

    async def route(self) -> str:
        path, fragment = await self.evaluate(_ROUTE)
        if fragment.startswith("#/"):
            return str(fragment[1:])
        return self._address.route(f"http://{self._address.host}{path}") or str(path)

    async def text(self) -> str:
        return str(await self.evaluate(script("gist.js")))

    async def play(self, script: str, limit_ms: int) -> Played:
        async with self._bounded():
            tab = self._the_tab
            tab.forgive()
            running = await tab.start(script, promise=True)
            for _ in range(-(-limit_ms // SLICE_MS)):
                if running.done():
                    break
                await tab.advance(SLICE_MS)
            if not running.done():
                return Played("late")
            try:
                return Played("done", value_of(running.result()))
            except CdpError as error:
                if isinstance(error, ScriptFailed) or tab.has_world:
                    raise
            self._note("left", "")
            self._painted = False
            await tab.settle(paint=False)
            return Played("left")

    async def study(self, library: str, html: str, expression: str) -> Any:  # noqa: ANN401
        left = self._deadline - asyncio.get_running_loop().time()
        desk: Desk | None = None
        try:
            async with asyncio.timeout(max(0.0, min(left, self._config.page_timeout_s))):
                size = self._config.width, self._config.height
                desk = await Desk.of(self._browser, library, *size)
                return await desk.study(html, expression)
        except (TimeoutError, CdpError) as error:
            if desk is not None:
                await desk.clear()
            raise PageLost("time" if left <= 0 else "script") from error

    def happened(self) -> tuple[Happening, ...]:
        """See `LiveSite`. Errors that are our network policy's are left out here."""
        observer = self._the_tab.observer
        blamed = {
            "exception": observer.exceptions(),
            "console": observer.console_errors(),
        }
        found = tuple(h for h in self._happened if h.text in blamed.get(h.kind, (h.text,)))
        self._happened.clear()
        self._counts.clear()
        return found

    # ── acting ─────────────────────────────────────────────────────────────────────

    async def click(self, x: float, y: float) -> None:
        async with self._bounded():
            await self._show()
            at: Json = {"x": x, "y": y, "button": "left", "clickCount": 1}
            for kind in ("mousePressed", "mouseReleased"):
                await self._the_tab.send("Input.dispatchMouseEvent", {"type": kind, **at})

    async def type(self, text: str) -> None:
        async with self._bounded():
            await self._the_tab.send("Input.insertText", {"text": text})

    async def key(self, *names: str) -> None:
        async with self._bounded():
            await self._show()
            sent = []
            for name in names:
                number, text = _KEYS[name]
                key = {"key": text if name == "Space" else name, "code": name}
                codes = {"windowsVirtualKeyCode": number, "nativeVirtualKeyCode": number}
                down = {"type": "keyDown" if text else "rawKeyDown", **key, **codes}
                if text:
                    down["text"] = text
                for event in (down, {"type": "keyUp", **key, **codes}):
                    sent.append(self._the_tab.send("Input.dispatchKeyEvent", event))
            await asyncio.gather(*sent)

    async def resize(self, width: int, height: int) -> None:
        async with self._bounded():
            size = viewport(width, height)
            await self._the_tab.send("Emulation.setDeviceMetricsOverride", size)
            await self._the_tab.frame()

    async def _show(self) -> None:
        """Make the first frame of a document: before it, Chromium drops mouse and keys."""
        if not self._painted:
            await self._the_tab.frame()
            self._painted = True

    # ── trouble ────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def _bounded(self) -> AsyncIterator[None]:
        """Within the page's and the site's time; a page that hangs or dies costs its tab."""
        left = self._deadline - asyncio.get_running_loop().time()
        if left <= 0:
            raise PageLost("time")
        span = min(left, self._config.page_timeout_s)
        try:
            async with self._browser.within(span, self._patient):
                yield
        except TimeoutError as error:
            await self._lose("hung", error)
        except (TabHung, TabCrashed) as error:
            await self._lose("crashed" if isinstance(error, TabCrashed) else "hung", error)
        except ScriptFailed as error:
            raise PageLost("script") from error
        except CdpError as error:
            # Documents that are replaced under our hands are the page's doing; the rest is not.
            if not self._the_tab.leaving:
                raise
            await self._lose("hung", error)

    async def _lose(self, reason: Literal["hung", "crashed"], error: Exception) -> NoReturn:
        """Put a fresh tab in the place of one that can be used no further."""
        await self._replace()
        raise PageLost(reason) from error

    async def _replace(self) -> None:
        self._the_tab.close()
        await self._browser.close_tab(self._the_tab.target)
        await self._adopt(*await self._browser.new_tab(self._context))

    async def _adopt(self, target: str, session: str) -> None:
        tab = Tab(self._browser.connection, target, session, self._address)
        self._painted = False
        tab.overhear = self._overhear
        tab.observer.heard = self._note
        self._tab = tab
        world = {"executionContextName": WORLD}
        try:
            await tab.prepare(self._config)
            await asyncio.gather(
                tab.send("Runtime.addBinding", {"name": "__webgenTell", **world}),
                tab.send("Runtime.addBinding", {"name": "__webgenEffect"}),
                tab.send("Page.addScriptToEvaluateOnNewDocument", {"source": script("effects.js")}),
            )
        except TabCrashed as error:  # nothing of the site had run
            raise CdpError("an empty tab crashed") from error

    def _overhear(self, method: str, params: Json) -> None:
        if method == "Page.javascriptDialogOpening":
            self._note("dialog", str(params.get("message", "")))
        elif method == "Page.frameRequestedNavigation":
            if not self._address.owns(str(params.get("url", ""))):
                self._note("effect", "away")  # a mail program, a telephone, another site
        elif method == "Runtime.bindingCalled":
            name, text = params.get("name"), str(params.get("payload", ""))
            if name == "__webgenTell":
                self._note("told", text)
            elif name == "__webgenEffect":
                self._note("effect", text)

    def _note(self, kind: Kind, text: str) -> None:
        """Every kind has room of its own: a page that floods one hides no other."""
        self._counts[kind] += 1
        if self._counts[kind] <= MAX_HAPPENINGS:
            self._happened.append(Happening(kind, text))

    @property
    def _the_tab(self) -> Tab:
        assert self._tab is not None
        return self._tab

"""One tab: going somewhere, coming to rest, being looked at.

Time is virtual: timers run as fast as they can be computed, and stand still while we
look. A page is at rest when its own requests are done and a fixed span of its time has
passed, so there is nothing to sleep for, and two runs see the same moment.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

from webgen_r1.config import RenderConfig
from webgen_r1.render import outside
from webgen_r1.render.cdp import CdpError, Connection, Json, value_of
from webgen_r1.render.observer import Observer, Record
from webgen_r1.render.urls import Address

EPOCH = 1_767_225_600.0
"""Virtual time starts here: 2026-01-01T00:00:00Z."""
FIRST_MS, REST_MS = 500, 2500
"""Virtual time that a page gets before and after its first frame (which tells it its
sizes). 3 s covers the usual pretended loading and every entry animation."""
MAX_PATIENCE = 3
"""Further frames and spans of REST_MS for a page that is loading or moving even then."""
MAX_DOCUMENTS = 12
"""Documents one visit may load before it counts as a reload loop."""
WORLD = "webgen"
"""Name of the world that our scripts run in."""
MAX_DIALOGS = 50
_STALE_TRIES = 5

# The same browser as everybody's: "HeadlessChrome" in its name tells a page that a program looks.
_VISITOR: Json = {
    "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/150.0.0.0 Safari/537.36",
    "userAgentMetadata": {
        "brands": [
            {"brand": "Chromium", "version": "150"},
            {"brand": "Google Chrome", "version": "150"},
        ],
        "platform": "Linux",
        "platformVersion": "",
        "architecture": "x86",
        "model": "",
        "mobile": False,
    },
}


class TabCrashed(Exception):
    """The page's process died."""


class TabHung(Exception):
    """The page does something without end."""


@cache
def script(name: str) -> str:
    """One of our own scripts, as an expression."""
    text = resources.files("webgen_r1.render").joinpath("js", name).read_text(encoding="utf-8")
    return text.rstrip().rstrip(";")


class Tab:
    """A tab attached to `session`. Raises TabCrashed, BrowserGone, CdpError from every method."""

    def __init__(self, connection: Connection, target: str, session: str, address: Address) -> None:
        self._connection = connection
        self._session = session
        self._world: int | None = None
        self._frame_id = target  # Chromium names the main frame after its target
        self._expired: asyncio.Future[None] | None = None
        self._documents = 0
        self._dialogs = 0
        self.target = target
        self.address = address
        self.observer = Observer(address)
        self.leaving = False
        self.overhear: Callable[[str, Json], None] = lambda _method, _params: None
        """Hears every event before the tab itself."""

    async def prepare(self, config: RenderConfig) -> None:
        """Install everything that must be there before the first page. One round trip."""
        self._connection.listen(self._session, self._on_event)
        media = [{"name": "prefers-reduced-motion", "value": "reduce"}]
        commands: list[tuple[str, Json]] = [
            ("Page.enable", {}),
            ("Runtime.enable", {}),
            ("Log.enable", {}),
            ("Network.enable", {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0}),
            ("Inspector.enable", {}),
            ("Fetch.enable", {"patterns": outside.PATTERNS}),
            ("Runtime.addBinding", {"name": "__webgen"}),
            ("Page.addScriptToEvaluateOnNewDocument", {"source": script("guard.js")}),
            ("Emulation.setDeviceMetricsOverride", viewport(config.width, config.height)),
            ("Emulation.setEmulatedMedia", {"features": media}),
            ("Emulation.setFocusEmulationEnabled", {"enabled": True}),
            ("Emulation.setUserAgentOverride", _VISITOR),
            (
                "Emulation.setVirtualTimePolicy",
                {"policy": "pause", "initialVirtualTime": EPOCH},
            ),
        ]
        await asyncio.gather(*(self.send(*command) for command in commands))

    def send(self, method: str, params: Json | None = None) -> asyncio.Future[Json]:
        return self._connection.send(method, params, self._session)

    # ── going somewhere ────────────────────────────────────────────────────────────

    def begin(self) -> Record:
        """Start a new record of what happens."""
        self.forgive()
        return self.observer.begin()

    def forgive(self) -> None:
        """Count documents and dialogs anew."""
        self._documents = self._dialogs = 0
        self.leaving = False

    async def goto(self, url: str, paint: bool = True) -> None:
        """Load `url` as a document and let it come to rest."""
        self._world = None
        if self.address.hashed:  # where only the hash differs, nothing would be loaded
            await self.send("Page.navigate", {"url": "about:blank"})
        answer = await self.send("Page.navigate", {"url": url})
        if answer.get("errorText") and not self.leaving:
            raise CdpError(f"{answer['errorText']} at {url}")
        await self.settle(paint)

    async def click(self, href: str) -> bool:
        """Click the first link whose address is `href` and come to rest; False: no such link."""
        if not await self.evaluate(f"{script('click.js')}({_literal(href)})"):
            return False
        await self.settle()
        return True

    async def push(self, url: str) -> None:
        """Go to `url` as the router's own history would, without a link."""
        await self.evaluate(f"{script('push.js')}({_literal(url)})")
        await self.settle()

    async def rest(self) -> None:
        """Give a page that was loaded without `paint` the time that it has not had yet."""
        await self.advance(REST_MS)

    async def settle(self, paint: bool = True) -> None:
        """Let virtual time pass until the page is at rest.

        Without `paint` only its first moments pass and no frame is made, which is enough to
        read the text of most pages; `rest` gives the others the time that is missing.
        """
        await self.advance(FIRST_MS)
        if not paint:
            return
        await self.frame()
        for _ in range(1 + MAX_PATIENCE):
            await self.advance(REST_MS)
            state = await self.evaluate(script("settle.js"))
            if not any(state.values()):
                return
            await self.frame()

    async def advance(self, budget_ms: int) -> None:
        """Let `budget_ms` of virtual time pass; it stands while own requests are pending."""
        self._expired = asyncio.get_running_loop().create_future()
        policy = {"policy": "pauseIfNetworkFetchesPending", "budget": budget_ms}
        self.send("Emulation.setVirtualTimePolicy", policy)
        await self._expired

    async def frame(self) -> None:
        """End what moves, then make a frame: observers of size fire, transitions complete."""
        await self.evaluate(script("settle.js"))
        await self.send("HeadlessExperimental.beginFrame", {"noDisplayUpdates": True})

    # ── looking ────────────────────────────────────────────────────────────────────

    async def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - whatever JSON it is
        """Value of `expression` in a world that the page cannot reach into."""
        last = CdpError("not tried")
        for _ in range(_STALE_TRIES):
            try:
                answer = await (await self.start(expression))
            except CdpError as error:  # the document was replaced meanwhile
                self._world, last = None, error
                continue
            return value_of(answer)
        raise last

    async def start(self, expression: str, promise: bool = False) -> asyncio.Future[Json]:
        """Begin to evaluate; with `promise` the answer comes when what it gives is settled."""
        if self._world is None:
            made = await self.send(
                "Page.createIsolatedWorld", {"frameId": self._frame_id, "worldName": WORLD}
            )
            self._world = made["executionContextId"]
        parameters = {"contextId": self._world, "returnByValue": True, "awaitPromise": promise}
        return self.send("Runtime.evaluate", {"expression": expression, **parameters})

    @property
    def has_world(self) -> bool:
        """Whether the document is still the one that the last script ran in."""
        return self._world is not None

    async def picture(self, config: RenderConfig) -> bytes:
        """A frame of the viewport as it is now."""
        shot: Json = {"format": config.image_type, "optimizeForSpeed": True}
        if config.image_type == "jpeg":
            shot["quality"] = 80
        for _ in range(3):  # a frame without a change may come without a picture
            frame = await self.send("HeadlessExperimental.beginFrame", {"screenshot": shot})
            if frame.get("screenshotData"):
                return base64.b64decode(frame["screenshotData"])
        raise CdpError("the browser painted no picture")

    async def full_picture(self, config: RenderConfig, height: int) -> bytes:
        """The whole page in one picture.

        Growing the viewport is the cheap way, and right unless something on the page is
        as tall as the viewport; then the page grows with it and the slow way is taken.
        """
        grown = min(height, config.max_full_height)
        tall = viewport(config.width, grown)
        normal = viewport(config.width, config.height)
        await self.send("Emulation.setDeviceMetricsOverride", tall)
        try:
            now = await self.evaluate("document.documentElement.scrollHeight")
            if abs(now - height) <= 1 or now == grown:
                return await self.picture(config)
        finally:
            await self.send("Emulation.setDeviceMetricsOverride", normal)
        return await self._beyond_viewport(config, grown)

    async def _beyond_viewport(self, config: RenderConfig, height: int) -> bytes:
        """Chromium's own full-page capture; it waits for frames, so we make some meanwhile."""
        shot: Json = {"format": config.image_type, "optimizeForSpeed": True}
        shot["captureBeyondViewport"] = True
        shot["clip"] = {"x": 0, "y": 0, "width": config.width, "height": height, "scale": 1}
        if config.image_type == "jpeg":
            shot["quality"] = 80
        capture = self.send("Page.captureScreenshot", shot)
        while not capture.done():
            await self.send("HeadlessExperimental.beginFrame", {})
        return base64.b64decode((await capture)["data"])

    # ── events ─────────────────────────────────────────────────────────────────────

    def _on_event(self, method: str, params: Json) -> None:
        self.overhear(method, params)
        if method == "Emulation.virtualTimeBudgetExpired":
            if self._expired is not None and not self._expired.done():
                self._expired.set_result(None)
        elif method == "Fetch.requestPaused":
            self._on_paused(params)
        elif method == "Page.frameNavigated":
            if not params["frame"].get("parentId"):
                self._world = None
        elif method == "Page.javascriptDialogOpening":
            self.observer.record.note("dialog")
            self._dialogs += 1
            if self._dialogs > MAX_DIALOGS:
                self._fail(TabHung("dialogs without end"))
                return
            self.send("Page.handleJavaScriptDialog", {"accept": True, "promptText": ""})
        elif method in ("Inspector.targetCrashed", "Inspector.detached"):
            self._fail(TabCrashed("the page's process died"))
        else:
            self.observer.on_event(method, params)

    def _fail(self, error: Exception) -> None:
        """Whoever waits for this tab hears `error` instead."""
        self._connection.abandon(self._session, error)
        if self._expired is not None and not self._expired.done():
            self._expired.set_exception(error)

    def _on_paused(self, params: Json) -> None:
        url, kind = params["request"]["url"], params["resourceType"]
        request_id = params["requestId"]
        main = kind == "Document" and params.get("frameId") == self._frame_id
        if self.address.owns(url):
            self._documents += main
            if main and self._documents > MAX_DOCUMENTS:
                self.observer.record.note("navigation-loop")
                self.leaving = True
                self.send(*outside.refuse(request_id, "Aborted"))
            else:
                self.send(*outside.proceed(request_id))
            return
        self.observer.external(url, kind)
        if main:
            self.leaving = True
            self.observer.record.note("navigated-away")
            self.send(*outside.refuse(request_id, "Aborted"))
        else:
            self.send(*outside.answer(request_id, url, kind))

    def close(self) -> None:
        self._connection.forget(self._session)


def viewport(width: int, height: int) -> Json:
    return {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}


def _literal(text: str) -> str:
    """A JavaScript string literal; JSON with ASCII only is one."""
    return json.dumps(text)

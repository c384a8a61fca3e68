"""One browser process with its site server, from start to end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from webgen_r1.errors import DiskError, RenderInfraError
from webgen_r1.render.cdp import MAX_MESSAGE, BrowserGone, CdpError, Connection, Json
from webgen_r1.render.housing import house
from webgen_r1.render.sites import SiteFolder
from webgen_r1.render.watchdog import is_page
from webgen_r1.sandbox import FAIR_SHARE, Home, Sandbox, SandboxedProcess, Unconfined

START_SECONDS = 30.0
ANSWER_SECONDS = 20.0


class Starved(Exception):
    """Time ran out, but the machine was busy with something else."""


class Browser:
    """A started browser. Made by `start`, ended by `close`."""

    def __init__(self, process: SandboxedProcess, connection: Connection, home: Home) -> None:
        self._process = process
        self._home = home
        self.wedged = False
        """Whether it left a command without an answer: then it is for nobody else."""
        self.connection = connection
        self.sites = SiteFolder(home.path / "sites")
        self.version = ""
        self.served = 0
        self.desk: object | None = None
        """The `Desk` of this browser, once there is one."""
        connection.listen("", self._on_event)

    @classmethod
    async def start(cls, program: Path, sandbox: Sandbox | None) -> Browser:
        """Start `program` inside `sandbox`, or on the host with Chromium's own one.

        Raises RenderInfraError (the browser does not start), SandboxError, DiskError.
        """
        confined = sandbox is not None and sandbox.confines and not sandbox.own_userland
        try:
            home = Home()
        except OSError as error:
            raise _no_room(error) from error
        try:
            spec = house(program, home.path, confined)
            where = sandbox if confined and sandbox is not None else Unconfined()
            process = await SandboxedProcess.start(where, spec, read_limit=MAX_MESSAGE)
        except BaseException as error:  # being cancelled leaves no folder either
            home.remove()
            if isinstance(error, OSError):
                raise _no_room(error) from error
            raise
        connection = Connection(process.stdout, process.stdin)
        browser = cls(process, connection, home)
        try:
            async with asyncio.timeout(START_SECONDS):
                info = await connection.send("Browser.getVersion")
                await connection.send("Target.setDiscoverTargets", {"discover": True})
        except (BrowserGone, CdpError, TimeoutError) as error:
            said = process.stderr_tail().strip().splitlines()
            await browser.close()
            detail = said[-1][-300:] if said else "it said nothing"
            raise RenderInfraError(
                f"{program} does not start ({detail}); try: webgen doctor",
                code="browser-start",
            ) from error
        except asyncio.CancelledError:
            await browser.close()
            raise
        browser.version = str(info.get("product", "")).partition("/")[2]
        return browser

    @property
    def alive(self) -> bool:
        return not self.connection.gone.done()

    @property
    def pid(self) -> int:
        return self._process.pid

    async def new_context(self) -> tuple[str, str, str]:
        """A fresh profile with one blank tab: (context, target, session). Raises BrowserGone."""
        send = self.connection.send
        async with self.answering():
            context = (await send("Target.createBrowserContext", {"disposeOnDetach": True}))[
                "browserContextId"
            ]
            denied = {"behavior": "deny", "browserContextId": context}
            await send("Browser.setDownloadBehavior", denied)
        target, session = await self.new_tab(context)
        return context, target, session

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[None]:
        """For commands that no site can delay, unless it has brought the browser to a stop.

        Raises BrowserGone where there is no answer.
        """
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                yield
        except TimeoutError:
            self.wedged = True
            raise BrowserGone("the browser does not answer") from None

    async def new_tab(self, context: str) -> tuple[str, str]:
        """Another blank tab of a context: (target, session)."""
        send = self.connection.send
        asked = {
            "url": "about:blank",
            "browserContextId": context,
            "enableBeginFrameControl": True,
        }
        async with self.answering():
            target = (await send("Target.createTarget", asked))["targetId"]
            attached = await send("Target.attachToTarget", {"targetId": target, "flatten": True})
        return target, attached["sessionId"]

    async def close_context(self, context: str) -> None:
        """End every tab of a context, hung ones included."""
        with contextlib.suppress(CdpError, BrowserGone):
            async with self.answering():
                await self.connection.send(
                    "Target.disposeBrowserContext", {"browserContextId": context}
                )

    async def close_tab(self, target: str) -> None:
        with contextlib.suppress(CdpError, BrowserGone, TimeoutError):
            async with asyncio.timeout(5):
                await self.connection.send("Target.closeTarget", {"targetId": target})

    async def close(self) -> None:
        """End the process tree and remove the folder; safe to call again."""
        try:
            await self._process.kill()
        finally:
            await self.connection.close()
            self._home.remove()

    def page_cpu_s(self) -> float:
        """Processor time that the living page processes have used."""
        total = 0.0
        with contextlib.suppress(psutil.Error):
            for process in psutil.Process(self.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    if is_page(process):
                        times = process.cpu_times()
                        total += times.user + times.system
        return total

    @asynccontextmanager
    async def within(self, span_s: float, patient: bool) -> AsyncIterator[None]:
        """`asyncio.timeout`, but raises Starved to the `patient` if pages hardly got to compute.

        Measured over the second half, so that a page which is done sooner costs nothing.
        """
        half, before = span_s / 2, 0.0

        def note() -> None:
            nonlocal before
            before = self.page_cpu_s()

        timer = asyncio.get_running_loop().call_later(half, note)
        try:
            async with asyncio.timeout(span_s):
                yield
        except TimeoutError:
            if patient and self.page_cpu_s() - before < FAIR_SHARE * half:
                raise Starved("a page hardly got to compute") from None
            raise
        finally:
            timer.cancel()

    def _on_event(self, method: str, params: Json) -> None:
        """Close pop-ups: a tab with an opener is one that a page made."""
        if method == "Target.targetCreated":
            info = params["targetInfo"]
            if info["type"] == "page" and info.get("openerId"):
                self.connection.send("Target.closeTarget", {"targetId": info["targetId"]})


def _no_room(error: OSError) -> DiskError:
    return DiskError(f"cannot write to the temporary folder: {error.strerror}")

"""Playwright's Chromium inside the sandbox: one browser for many cases.

Playwright starts a program and talks to it over descriptors 3 and 4. The program we give it
is a small script of our own that becomes the sandbox with Chromium inside; the sandbox lets
the two descriptors through, so that no port is needed and the network can be cut off.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
from playwright.async_api import Browser, BrowserContext, async_playwright
from playwright.async_api import Error as PlaywrightError

from webgen_r1.agent.config import AgentConfig
from webgen_r1.errors import AgentError, DiskError
from webgen_r1.render.find import find_browser
from webgen_r1.render.flags import HEAP_MB, ONLY_OUR_PROXY
from webgen_r1.render.housing import House
from webgen_r1.render.watchdog import is_page, watch_pages
from webgen_r1.sandbox import Home, Sandbox, SandboxSpec, Unconfined, usage

START_S = 30.0
CLOSE_S = 10.0
_NOBODY = "--proxy-server=http://127.0.0.1:9"
"""Whatever is not answered from memory goes to a proxy that does not exist."""
_PICTURES = ("--force-color-profile=srgb", "--font-render-hinting=none", "--disable-lcd-text")


class AgentBrowser:
    """A started browser. `async with AgentBrowser(...)`; `context` lends a fresh profile.

    A browser that died is replaced at the next `context`; a profile that would not close
    takes its browser with it once nobody else uses that one.
    """

    def __init__(
        self, config: AgentConfig, sandbox: Sandbox | None, program: Path | None = None
    ) -> None:
        self._config = config
        self._confined = sandbox is not None and sandbox.confines and not sandbox.own_userland
        self._sandbox = sandbox if self._confined and sandbox is not None else Unconfined()
        self._program = program
        self._stack = contextlib.AsyncExitStack()
        self._starting = asyncio.Lock()
        self._browser: Browser | None = None
        self._home: Home | None = None

    async def __aenter__(self) -> Self:
        """Raises AgentError (no browser, or it does not start), SandboxError, DiskError."""
        async with contextlib.AsyncExitStack() as stack:
            self._playwright = await stack.enter_async_context(async_playwright())
            stack.push_async_callback(self._end)
            await self._start()
            watch = asyncio.create_task(watch_pages())
            stack.push_async_callback(_cancel, watch)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    @property
    def pid(self) -> int | None:
        """The process that is the sandbox, or the browser where there is none."""
        if self._home is None or not (self._home.path / "pid").is_file():
            return None
        return int((self._home.path / "pid").read_text() or 0) or None

    def page_cpu(self) -> dict[int, float]:
        """Processor time in seconds of every living page process, by its id."""
        found = {}
        for process in usage(self.pid).processes if self.pid else ():
            with contextlib.suppress(psutil.Error):
                page = psutil.Process(process.pid)
                if is_page(page):
                    times = page.cpu_times()
                    found[process.pid] = times.user + times.system
        return found

    def busiest_page_s(self, since: Mapping[int, float]) -> float:
        """The most processor time that one page process has used since `page_cpu` was asked."""
        now = self.page_cpu().items()
        return max((seconds - since.get(pid, 0.0) for pid, seconds in now), default=0.0)

    async def context(self) -> BrowserContext:
        """A fresh profile; whoever takes it closes it with `release`. Raises AgentError."""
        async with self._starting:
            if self._browser is None or not self._browser.is_connected():
                await self._end()
                await self._start()
        assert self._browser is not None
        size = {"width": self._config.width, "height": self._config.height}
        try:
            return await self._browser.new_context(
                viewport={"width": size["width"], "height": size["height"]},
                service_workers="block",
                accept_downloads=False,
                reduced_motion="reduce",
                locale="en-US",
                timezone_id="UTC",
            )
        except PlaywrightError as error:
            raise browser_trouble(error) from error

    async def release(self, context: BrowserContext) -> None:
        """Close a profile, a hung one included; one that resists costs the whole browser."""
        closing = asyncio.ensure_future(asyncio.wait_for(context.close(), CLOSE_S))
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await asyncio.gather(closing, return_exceptions=True)
            raise
        except (TimeoutError, PlaywrightError):
            if context.browser is self._browser:
                _kill(
                    self.pid, root_too=not self._confined
                )  # `context` starts another; other cases are tried again

    async def _start(self) -> None:
        try:
            self._home = Home()
            script = self._script(self._home.path)
        except OSError as error:
            raise DiskError(f"cannot write a temporary file: {error.strerror}") from error
        try:
            self._browser = await self._playwright.chromium.launch(
                executable_path=str(script),
                args=[
                    *ONLY_OUR_PROXY,
                    _NOBODY,
                    *_PICTURES,
                    f"--js-flags=--max-old-space-size={HEAP_MB}",
                ],
                chromium_sandbox=self._confined or os.geteuid() != 0,
                # Interrupts are ours to handle; the driver's own handlers would race with them.
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=START_S * 1000,
            )
        except PlaywrightError as error:
            await self._end()
            said = [line for line in str(error).splitlines() if "[err]" in line]
            detail = (said[-1] if said else str(error).splitlines()[0])[-300:]
            raise AgentError(
                f"the agent's browser does not start ({detail}); try: webgen doctor",
                code="browser-start",
            ) from error

    def _script(self, home: Path) -> Path:
        """The program that Playwright starts. Its process id is kept to end it by."""
        house = House(self._confined)
        tmp = "/tmp" if self._confined else str(home / "tmp")  # noqa: S108 - inside the sandbox
        if not self._confined:
            (home / "tmp").mkdir()
        env = {"HOME": tmp, "TMPDIR": tmp, "TZ": "UTC", "LANG": "C.UTF-8"}
        env["FONTCONFIG_FILE"] = house.fonts(home, f"{tmp}/fontconfig")
        spec = SandboxSpec(
            argv=(house.program(self._program or find_browser()),),
            read_only=house.mounts,
            env=env,
            cwd=tmp,
            scratch={"/tmp": 512},  # noqa: S108
            memory_mb=4096,
            max_processes=600,
            nested_userns=True,
        )
        command = shlex.join(self._sandbox.command(spec))
        pid = shlex.quote(str(home / "pid"))
        profile = shlex.quote(f"--user-data-dir={tmp}/profile")  # the last one given counts
        script = home / "browser"
        script.write_text(f'#!/bin/sh\necho $$ >{pid}\nexec {command} "$@" {profile}\n')
        script.chmod(0o755)
        return script

    async def _end(self) -> None:
        """End the present browser and remove its folder; safe to call again."""
        browser, self._browser = self._browser, None
        home = self._home
        try:
            _kill(self.pid, root_too=not self._confined)
            if browser is not None:
                with contextlib.suppress(PlaywrightError, TimeoutError):
                    await asyncio.wait_for(browser.close(), CLOSE_S)
        finally:
            self._home = None
            if home is not None:
                home.remove()


def browser_trouble(error: Exception) -> AgentError:
    first = (str(error).splitlines() or [type(error).__name__])[0][:200]
    return AgentError(f"the agent's browser failed: {first}", code="agent-browser")


def _kill(pid: int | None, *, root_too: bool) -> None:
    """End a tree of ours, children first.

    Of a sandbox only the children are ended: it then reaps them itself, and Playwright reaps
    it, so that nobody is left for the machine's init to find.
    """
    if pid is None or not _is_ours(pid):
        return
    tree = usage(pid).pids
    for each in (*tree[1:], pid) if root_too else tree[1:]:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(each, signal.SIGKILL)


def _is_ours(pid: int) -> bool:
    """Whether the process is still below us, and not a stranger that got its number."""
    try:
        return os.getpid() in {parent.pid for parent in psutil.Process(pid).parents()}
    except psutil.Error:
        return False


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

"""A client of the Chrome DevTools Protocol over a pipe.

Why not Playwright: it puts a Node process between us and the browser (100 MB, and every
screenshot is encoded twice), hides begin-frame control and virtual time, and costs more
than the rendering itself at the rate we need. The protocol is JSON messages that end in
a NUL byte; `sessionId` says which tab a message belongs to.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from itertools import count
from typing import Any

from webgen_r1.unicode_text import loads

Json = dict[str, Any]
Handler = Callable[[str, Json], None]

MAX_MESSAGE = 1 << 28  # bytes; a full-page picture is far below


class CdpError(Exception):
    """The browser refused a command (the tab is gone, the world was destroyed, …)."""


class ScriptFailed(CdpError):
    """A script of ours threw."""


class BrowserGone(Exception):
    """The pipe closed: the whole browser died."""


class Connection:
    """One browser. Commands return futures, so that they can be sent in a row and awaited later."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._ids = count(1)
        self._waiting: dict[int, tuple[asyncio.Future[Json], str | None]] = {}
        self._handlers: dict[str, Handler] = {}
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._read())

    def send(
        self, method: str, params: Json | None = None, session: str | None = None
    ) -> asyncio.Future[Json]:
        """Send one command. The future raises CdpError or BrowserGone."""
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        future.add_done_callback(_retrieve)
        if self.gone.done():
            future.set_exception(BrowserGone("the browser is gone"))
            return future
        number = next(self._ids)
        self._waiting[number] = (future, session)
        message: Json = {"id": number, "method": method, "params": params or {}}
        if session is not None:
            message["sessionId"] = session
        self._writer.write(json.dumps(message).encode() + b"\0")
        return future

    def listen(self, session: str, handler: Handler) -> None:
        """Call `handler(method, params)` for each event of a session ("" for the browser's own)."""
        self._handlers[session] = handler

    def forget(self, session: str) -> None:
        self._handlers.pop(session, None)

    def abandon(self, session: str, error: Exception) -> None:
        """Fail whatever is awaited from a session that will not answer any more."""
        for number in [n for n, (_, owner) in self._waiting.items() if owner == session]:
            future, _ = self._waiting.pop(number)
            if not future.done():
                future.set_exception(error)

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._end()

    async def _read(self) -> None:
        try:
            while True:
                self._take(loads((await self._reader.readuntil(b"\0"))[:-1]))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError):
            self._end()

    def _take(self, message: Json) -> None:
        if "id" not in message:
            handler = self._handlers.get(message.get("sessionId", ""))
            if handler is not None:
                handler(message["method"], message.get("params", {}))
            return
        future, _ = self._waiting.pop(message["id"], (None, None))
        if future is None or future.done():
            return
        if "error" in message:
            future.set_exception(CdpError(message["error"].get("message", "refused")))
        else:
            future.set_result(message["result"])

    def _end(self) -> None:
        if not self.gone.done():
            self.gone.set_result(None)
        for future, _ in self._waiting.values():
            if not future.done():
                future.set_exception(BrowserGone("the browser is gone"))
        self._waiting.clear()


def value_of(answer: Json) -> Any:  # noqa: ANN401 - whatever JSON it is
    """What `Runtime.evaluate` gave. Raises ScriptFailed."""
    if "exceptionDetails" in answer:
        raise ScriptFailed(f"our script failed: {answer['exceptionDetails']}")
    return answer["result"].get("value")


def _retrieve(future: asyncio.Future[Json]) -> None:
    """Mark the outcome as seen: commands sent without awaiting may fail when a tab closes."""
    if not future.cancelled():
        future.exception()

"""A tab of our own, beside the sites: for studying still copies of documents.

A large library (axe-core) costs more to load than to use. It is loaded here once for each
browser and not for each site. A copy runs no script: the desk's policy forbids all of them,
and anything that would be fetched.
"""

from __future__ import annotations

import json
from typing import Any

from webgen_r1.render.browser import Browser
from webgen_r1.render.cdp import Json, value_of

_EMPTY = (
    "<!doctype html><meta http-equiv=content-security-policy "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\"><title></title>"
)
_LAY = """((html) => {
  const copy = new DOMParser().parseFromString(html, "text/html");
  const active = "script, noscript, template, iframe, frame, object, embed, link, base";
  for (const element of copy.querySelectorAll(`${active}, meta[http-equiv]`)) element.remove();
  const root = document.documentElement;
  for (const { name } of [...root.attributes]) root.removeAttribute(name);
  for (const { name, value } of copy.documentElement.attributes) root.setAttribute(name, value);
  root.replaceChildren(...copy.documentElement.childNodes);
  scrollTo(0, 0);
  return 0;
})"""


class Desk:
    """Made by `of`, kept by the browser, replaced after trouble."""

    def __init__(self, browser: Browser, target: str, session: str, library: str) -> None:
        self._browser = browser
        self._session = session
        self._world = 0
        self._target = target
        self._library = library

    @classmethod
    async def of(cls, browser: Browser, library: str, width: int, height: int) -> Desk:
        """The desk of `browser` with `library` on it. Raises CdpError, BrowserGone."""
        if isinstance(browser.desk, Desk) and browser.desk._library == library:
            return browser.desk
        _, target, session = await browser.new_context()
        desk = cls(browser, target, session, library)
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await desk._send("Emulation.setDeviceMetricsOverride", metrics)
        await desk._send("Page.setDocumentContent", {"frameId": target, "html": _EMPTY})
        made = await desk._send(
            "Page.createIsolatedWorld", {"frameId": target, "worldName": "webgen-desk"}
        )
        desk._world = made["executionContextId"]
        await desk._evaluate(f"{library}\n;0")
        browser.desk = desk
        return desk

    async def study(self, html: str, expression: str) -> Any:  # noqa: ANN401 - JSON
        """Value of a promise over a still copy of `html`. Raises CdpError, BrowserGone."""
        await self._evaluate(f"{_LAY}({json.dumps(html)})")
        return await self._evaluate(expression)

    async def clear(self) -> None:
        """End the tab; the next study gets a new one."""
        self._browser.desk = None
        await self._browser.close_tab(self._target)

    async def _evaluate(self, expression: str) -> Any:  # noqa: ANN401 - JSON
        asked = {"contextId": self._world, "returnByValue": True, "awaitPromise": True}
        return value_of(await self._send("Runtime.evaluate", {"expression": expression, **asked}))

    async def _send(self, method: str, params: Json) -> Json:
        return await self._browser.connection.send(method, params, self._session)

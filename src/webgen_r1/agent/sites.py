"""Answering everything a page asks for from memory: the built site, and nothing beyond it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Request, Route

from webgen_r1.agent.events import Events
from webgen_r1.render.outside import stand_in
from webgen_r1.render.site_server import MemoryFiles, answer
from webgen_r1.render.urls import Address

HOST = "site.localhost"
"""One name for every site: a case has a browser profile of its own, and pages print addresses.
Chromium treats it as a secure origin, as a deployed site would be."""
MAX_DOCUMENTS = 12
"""Documents one action may load before it counts as a reload loop."""


class SiteAnswers:
    """The network of one case: `handle` is its only route."""

    def __init__(self, site: Mapping[str, bytes], base: str, events: Events) -> None:
        self._files = MemoryFiles(site)
        self._base = base
        self._events = events
        self.address = Address(HOST, base)
        self.pending = 0
        self.documents = 0
        """Documents of whole tabs since the last action."""

    def begin(self) -> None:
        """An action starts: what follows is counted anew."""
        self.documents = 0

    def route_of(self, url: str) -> str:
        """What the address bar shows behind the host name."""
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        return f"{parts.path or '/'}{query}{fragment}"

    async def handle(self, route: Route) -> None:
        """Answer one request; never lets one through to a network."""
        self.pending += 1
        try:
            await self._answer(route)
        except PlaywrightError:
            return  # the page that asked is gone
        except ValueError:  # an address that is none
            with contextlib.suppress(PlaywrightError):
                await route.abort("failed")
        finally:
            self.pending -= 1

    async def _answer(self, route: Route) -> None:
        request = route.request
        place = _place(request) if request.is_navigation_request() else "frame"
        main = place != "frame"
        if self.address.owns(request.url):
            self.documents += main
            if main and self.documents > MAX_DOCUMENTS:
                self._events.note("the page reloads itself without end; it was stopped")
                await route.abort("aborted")
                return
            parts = urlsplit(request.url)
            said = answer(self._files, self._base, parts.path or "/", request.method)
            headers = dict(said.headers.items())
            await route.fulfill(status=said.status_code, headers=headers, body=bytes(said.body))
            return
        if place == "tab":
            host = urlsplit(request.url).hostname or request.url
            self._events.note("leads to another website, which is not visited", host)
            await route.abort("aborted")
            return
        given = stand_in(request.url, request.resource_type)
        if given is None:
            await route.abort("failed")
            return
        headers = {"content-type": given[1], "access-control-allow-origin": "*"}
        await route.fulfill(status=200, headers=headers, body=given[0])


def _place(request: Request) -> Literal["tab", "new tab", "frame"]:
    """What navigates. A new tab gets an empty document of another website, and is then closed."""
    try:
        return "tab" if request.frame.parent_frame is None else "frame"
    except PlaywrightError:  # a tab that is just being opened has no frame to show yet
        return "new tab"

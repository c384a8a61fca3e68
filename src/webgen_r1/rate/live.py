"""Serving the sites that are rated, each from an origin of its own, each shut in.

What a model wrote runs in the rater's browser, so it must reach nothing: not the rating
page, not another site, not the network. A site gets a host name `<key>.localhost` that
nobody can guess and that is used for one showing only. To a browser that is another *site* than
the rating page on 127.0.0.1: no shared cookies or storage, a process of its own. The
headers forbid the rest.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import unquote

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webgen_r1.errors import DiskError

OURS = "/.webgen-rate/"
"""Paths of a site's origin that we answer."""

SANDBOX = "allow-scripts allow-forms allow-same-origin"
"""Same origin means the site's own: storage works. No pop-ups, dialogs, downloads, no `top`."""

_FEATURES = (
    "accelerometer autoplay camera clipboard-read clipboard-write display-capture "
    "encrypted-media fullscreen gamepad geolocation gyroscope hid identity-credentials-get "
    "idle-detection keyboard-map local-fonts magnetometer microphone midi otp-credentials payment "
    "picture-in-picture publickey-credentials-get screen-wake-lock serial storage-access usb "
    "window-management xr-spatial-tracking"
)
_HEAD = re.compile(rb"<head(\s[^>]*)?>", re.IGNORECASE)
_DOCTYPE = re.compile(rb"\s*<!doctype[^>]*>", re.IGNORECASE)

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class SiteTools:
    """What other stages know about sites: reading a kept one, serving it, placeholders."""

    load: Callable[[Path], tuple[Mapping[str, bytes], str]]
    """Files and base path of an archive. Raises DiskError."""
    serve: Callable[[Mapping[str, bytes], str], ASGIApp]
    placeholder: Callable[[str], bytes]
    """A neutral SVG in place of the picture at a URL."""


class Keys(Generic[Thing]):
    """Opaque names for things: what a browser is told instead of paths, ids and runs."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._things: dict[str, Thing] = {}

    def name(self, thing: Thing, *occasion: object) -> str:
        """The key of `thing` on this occasion: the same one when asked again."""
        words = "\0".join(map(str, occasion)).encode()
        key = hmac.new(self._secret, words, hashlib.sha256).hexdigest()[:32]
        self._things[key] = thing
        return key

    def find(self, key: str) -> Thing | None:
        return self._things.get(key)


def site_headers(page: str) -> dict[str, str]:
    """Headers of every response of a site that only the rating page at `page` may frame."""
    policy = (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        f"frame-ancestors 'self' {page}",
        "webrtc 'block'",
        f"sandbox {SANDBOX}",
    )
    return {
        "content-security-policy": "; ".join(policy),
        "permissions-policy": ", ".join(f"{feature}=()" for feature in _FEATURES.split()),
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
        "origin-agent-cluster": "?1",
        "x-content-type-options": "nosniff",
        "x-dns-prefetch-control": "off",
        "cache-control": "no-store",
    }


class LiveSites:
    """An application for every host `<key>.localhost`. `page` is the rating page's origin."""

    def __init__(self, tools: SiteTools, page: str) -> None:
        self._tools = tools
        self._headers = site_headers(page)
        self._archives: Keys[Path] = Keys()
        self._open = lru_cache(maxsize=16)(self._load)

    def show(self, archive: Path, *occasion: object) -> tuple[str, str]:
        """Key and base path under which a kept site can be opened now. Raises DiskError."""
        _, base = self._open(archive)
        return self._archives.name(archive, *occasion), base

    def _load(self, archive: Path) -> tuple[ASGIApp, str]:
        site, base = self._tools.load(archive)
        base = base if base.startswith("/") and not base.startswith("//") else "/"
        ready = {
            path: _with_script(body) if path.lower().endswith((".html", ".htm")) else body
            for path, body in site.items()
        }
        return self._tools.serve(ready, base), base

    async def serve(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request to the host of `key`."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(key, scope)(scope, receive, guarded)

    def _app(self, key: str, scope: Scope) -> ASGIApp:
        archive = self._archives.find(key)
        if archive is None:
            return PlainTextResponse("no such site", 404)
        if (b"service-worker", b"script") in scope["headers"]:
            return PlainTextResponse("no service workers here", 403)
        if scope["path"].startswith(OURS):
            return self._ours(scope)
        try:
            app, _ = self._open(archive)
        except DiskError:
            return PlainTextResponse("this site can no longer be read", 503)
        return app

    def _ours(self, scope: Scope) -> Response:
        name = scope["path"].removeprefix(OURS)
        if name == "pictures.js":
            return Response(_script(), media_type="text/javascript")
        if name == "placeholder.svg":
            url = unquote(scope["query_string"].decode("latin-1"))
            return Response(self._tools.placeholder(url), media_type="image/svg+xml")
        return PlainTextResponse("not found", 404)


def _with_script(html: bytes) -> bytes:
    """`html` with our script before any of its own."""
    tag = f'<script src="{OURS}pictures.js"></script>'.encode()
    opening = _HEAD.search(html) or _DOCTYPE.match(html)
    at = opening.end() if opening else 0
    return html[:at] + tag + html[at:]


def _script() -> bytes:
    return (files("webgen_r1.rate") / "assets" / "pictures.js").read_bytes()

"""Answering what a page asks of other hosts, without a network."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit

from webgen_r1.render.cdp import Json
from webgen_r1.render.site_server import placeholder

PATTERNS: list[Json] = [
    # Own subresources are plain http and stay out of this: interception costs a round trip.
    {"urlPattern": "https://*"},
    {"urlPattern": "http://*", "resourceType": "Document"},
]
_STYLE_HOSTS = frozenset({"fonts.googleapis.com", "fonts.bunny.net", "rsms.me", "use.typekit.net"})


def refuse(request_id: str, reason: str = "Failed") -> tuple[str, Json]:
    return "Fetch.failRequest", {"requestId": request_id, "errorReason": reason}


def proceed(request_id: str) -> tuple[str, Json]:
    return "Fetch.continueRequest", {"requestId": request_id}


def stand_in(url: str, kind: str) -> tuple[bytes, str] | None:
    """Body and media type in place of something on another host; None: it cannot be had.

    `kind` is Chromium's resource type in lower case: ``image``, ``document``, ``stylesheet``.
    """
    if kind == "image":
        return placeholder(url), "image/svg+xml"
    if kind == "document":  # an embedded map or video: an empty frame
        return b"<!doctype html><title></title>", "text/html"
    if kind == "stylesheet" and urlsplit(url).hostname in _STYLE_HOSTS:
        return b"", "text/css"
    return None


def answer(request_id: str, url: str, kind: str) -> tuple[str, Json]:
    """The command that answers a paused request to another host."""
    given = stand_in(url, kind.lower())
    return refuse(request_id) if given is None else _fulfil(request_id, *given)


def _fulfil(request_id: str, body: bytes, kind: str) -> tuple[str, Json]:
    headers: list[dict[str, Any]] = [
        {"name": "content-type", "value": kind},
        {"name": "access-control-allow-origin", "value": "*"},
        {"name": "cache-control", "value": "max-age=3600"},
    ]
    return "Fetch.fulfillRequest", {
        "requestId": request_id,
        "responseCode": 200,
        "responseHeaders": headers,
        "body": base64.b64encode(body).decode(),
    }

"""Turning the browser's events into what a page did wrong, and who is to blame for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from webgen_r1.render.cdp import Json
from webgen_r1.render.urls import Address
from webgen_r1.unicode_text import loads

MAX_ENTRIES = 30
_MAX_TEXT = 400
# How browsers and common clients word a request that did not get through.
_NETWORK_WORDS = re.compile(
    r"failed to fetch|network ?error|load failed|err_(?:failed|internet|blocked|tunnel)"
    r"|failed to load (?:script|module|resource)|axioserror|error loading dynamically imported",
    re.IGNORECASE,
)
_NOT_DEFINED = re.compile(r"ReferenceError: \w+ is not defined|is not a constructor|undefined \(")
# Chromium says this on window when a resize handler resizes again; harmless by its authors' word.
_HARMLESS = ("ResizeObserver loop",)


@dataclass
class Record:
    """What one visit of one page produced, in order of events."""

    console: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    seen_in_page: list[str] = field(default_factory=list)
    excused: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    external: list[str] = field(default_factory=list)
    external_scripts: bool = False
    notes: list[str] = field(default_factory=list)
    """Codes of findings: console-overridden, navigated-away, navigation-loop, download, …"""

    def note(self, code: str) -> None:
        if code not in self.notes:
            self.notes.append(code)


class Observer:
    """Listens to one tab. `record` is replaced at the start of each visit."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.record = Record()
        self._urls: dict[str, tuple[str, str]] = {}
        self._excuse_next = False
        self.heard: Callable[[Literal["exception", "console"], str], None] | None = None
        """Hears every error, repeated ones too, before blame is decided."""

    def begin(self) -> Record:
        self.record = Record()
        return self.record

    def on_event(self, method: str, params: Json) -> None:
        handler = _HANDLERS.get(method)
        if handler is not None:
            handler(self, params)

    def external(self, url: str, kind: str) -> None:
        _add(self.record.external, url[:_MAX_TEXT])
        if kind == "Script":
            self.record.external_scripts = True

    def _binding(self, params: Json) -> None:
        try:
            told = loads(params["payload"])
            kind, text = str(told["kind"]), str(told["text"])
        except (ValueError, KeyError, TypeError):
            return
        if kind == "excuse":
            self._excuse_next = True
        elif kind == "console":
            self.record.note("console-overridden")
        elif kind == "policy":
            self.record.excused.add(plain(text))
        elif kind == "thrown":
            self._error("exception", self.record.seen_in_page, plain(text))

    def _console(self, params: Json) -> None:
        if params.get("type") != "error":
            return
        excused, self._excuse_next = self._excuse_next, False
        if not excused:
            text = " ".join(_argument(value) for value in params.get("args", [])[:6])
            self._error("console", self.record.console, text[:_MAX_TEXT])

    def _exception(self, params: Json) -> None:
        details = params["exceptionDetails"]
        thrown = details.get("exception", {})
        text = thrown.get("description") or thrown.get("value") or details.get("text", "error")
        self._error("exception", self.record.exceptions, plain(str(text)))

    def _error(self, kind: Literal["exception", "console"], into: list[str], text: str) -> None:
        _add(into, text)
        if self.heard is not None:
            self.heard(kind, text)

    def _log(self, params: Json) -> None:
        entry = params["entry"]
        if entry.get("level") != "error" or entry.get("source") == "network":
            return  # failed requests are listed as such
        if not self.address.external(entry.get("url", "")):
            _add(self.record.console, str(entry.get("text", ""))[:_MAX_TEXT])

    def _request(self, params: Json) -> None:
        url, kind = params["request"]["url"], params.get("type", "Other")
        self._urls[params["requestId"]] = (url, kind)
        if self.address.external(url):
            self.external(url, kind)

    def _response(self, params: Json) -> None:
        url, status = params["response"]["url"], params["response"]["status"]
        if status >= 400 and self.address.owns(url) and not url.endswith("/favicon.ico"):
            _add(self.record.failed, f"{status} {_path(url)}")

    def _loading_failed(self, params: Json) -> None:
        url, _ = self._urls.pop(params["requestId"], ("", ""))
        aborted = params.get("canceled") or params.get("errorText") == "net::ERR_ABORTED"
        if self.address.owns(url) and not aborted:
            _add(self.record.failed, f"{params.get('errorText', 'failed')} {_path(url)}")

    def _finished(self, params: Json) -> None:
        self._urls.pop(params["requestId"], None)

    def _socket(self, params: Json) -> None:
        url = params["url"]
        if self.address.external(url):
            self.external(url, "WebSocket")
        else:  # a static host has nobody to talk to
            _add(self.record.failed, f"websocket {_path(url)}")

    # ── verdicts ───────────────────────────────────────────────────────────────────

    def console_errors(self) -> tuple[str, ...]:
        """Errors on the console that the page is to blame for."""
        return tuple(text for text in self.record.console if not self._is_policy(text))

    def exceptions(self) -> tuple[str, ...]:
        """Uncaught errors and rejections, those included that the page kept from the console."""
        record = self.record
        every = list(dict.fromkeys([*record.exceptions, *record.seen_in_page]))
        return tuple(
            text
            for text in every
            if text not in record.excused
            and not text.startswith(_HARMLESS)
            and not self._is_policy(text)
        )

    def _is_policy(self, text: str) -> bool:
        record = self.record
        if not record.external:
            return False
        if any(_names(text, url) for url in record.external):
            return True
        if not record.failed and _NETWORK_WORDS.search(text):
            return True
        return record.external_scripts and _NOT_DEFINED.search(text) is not None


def _names(text: str, url: str) -> bool:
    """Whether an error names the host of `url`, as browsers do: as a part of an address."""
    host = re.escape(urlsplit(url).netloc)
    return bool(host) and re.search(rf"//{host}(?![\w.:-])", text) is not None


def plain(text: str) -> str:
    """First line of an error without the browser's prefix: one form for all ways of hearing it."""
    first = text.strip().partition("\n")[0]
    return re.sub(r"^Uncaught (?:\(in promise\) )?", "", first)[:_MAX_TEXT]


def _argument(value: dict[str, Any]) -> str:
    if "value" in value:
        return str(value["value"])
    return plain(str(value.get("description", value.get("type", ""))))


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path + (f"?{parts.query}" if parts.query else ""))[:_MAX_TEXT]


def _add(entries: list[str], text: str) -> None:
    if text and text not in entries and len(entries) < MAX_ENTRIES:
        entries.append(text)


_HANDLERS = {
    "Runtime.bindingCalled": Observer._binding,
    "Runtime.consoleAPICalled": Observer._console,
    "Runtime.exceptionThrown": Observer._exception,
    "Log.entryAdded": Observer._log,
    "Network.requestWillBeSent": Observer._request,
    "Network.responseReceived": Observer._response,
    "Network.loadingFailed": Observer._loading_failed,
    "Network.loadingFinished": Observer._finished,
    "Network.webSocketCreated": Observer._socket,
}

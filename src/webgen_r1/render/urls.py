"""Which addresses belong to the site, and which route of it they mean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import SplitResult, quote, unquote, urlsplit

_PAGE_SUFFIXES = frozenset({"", ".html", ".htm"})


@dataclass(frozen=True)
class Address:
    """Where a site lives: ``http://<host><base>``. `hashed` is true for HashRouter sites."""

    host: str
    base: str = "/"
    hashed: bool = False

    def url(self, route: str) -> str:
        """Absolute URL of a route such as ``/about``."""
        prefix = self.base if self.base.startswith("/") else "/"
        if self.hashed:
            return (
                f"http://{self.host}{prefix}#{route}"
                if route != "/"
                else f"http://{self.host}{prefix}"
            )
        return f"http://{self.host}{prefix.rstrip('/')}{quote(route, safe='/%?=&:@!$+,;~*()')}"

    def owns(self, url: str) -> bool:
        parts = _split(url)
        return parts is not None and parts.scheme == "http" and parts.netloc == self.host

    def external(self, url: str) -> bool:
        """Whether `url` would go over a network to somebody else."""
        parts = _split(url)
        if parts is None:
            return True
        return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self.host

    def route(self, url: str) -> str | None:
        """The route that a URL of this site shows; None for other sites and for files."""
        if not self.owns(url):
            return None
        parts = urlsplit(url)
        prefix = self.base.rstrip("/") if self.base.startswith("/") else ""
        if not (parts.path + "/").startswith(prefix + "/"):
            return None
        path = parts.path[len(prefix) :] or "/"
        if self.hashed:
            fragment = parts.fragment.partition("?")[0]
            return normal(fragment) if fragment.startswith("/") else normal(path)
        if PurePosixPath(path).suffix.lower() not in _PAGE_SUFFIXES:
            return None
        return normal(unquote(path))


def normal(route: str) -> str:
    """``about/`` → ``/about``; the index file means its folder."""
    route = "/" + "/".join(part for part in route.split("/") if part)
    return "/" if route == "/index.html" else route


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None

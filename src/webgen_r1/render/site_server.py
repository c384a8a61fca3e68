"""Serving a built site: as a static host with a single-page fallback would.

Two users: `webgen preview` (`site_app`), and the renderer, which runs this file as a
script inside the sandbox. There it is the browser's proxy, so that every request
of every page ends here and nowhere else, and it is the browser's parent process. This file
imports nothing of the package, so that the sandbox needs to see little of the host.
"""

from __future__ import annotations

import asyncio
import json
import mimetypes
import re
import socket
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import unquote

import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
_HOST = re.compile(r"[0-9a-f]{32}")
_DEFAULT_SIZE = (640, 480)
_MAX_SIDE = 4096


class Files(Protocol):
    """Where the bytes of one site come from."""

    def read(self, path: str) -> bytes | None: ...


class MemoryFiles:
    """A site held in memory: path → bytes."""

    def __init__(self, site: Mapping[str, bytes]) -> None:
        self._site = site

    def read(self, path: str) -> bytes | None:
        return self._site.get(path)


class FolderFiles:
    """A site published by `sites.publish`: numbered blobs and an index of their paths."""

    def __init__(self, folder: Path, index: Mapping[str, str]) -> None:
        self._folder = folder
        self._index = index

    def read(self, path: str) -> bytes | None:
        blob = self._index.get(path)
        return None if blob is None else (self._folder / blob).read_bytes()


def media_type(path: str) -> str:
    """MIME type of a file name, the same on every host."""
    suffix = PurePosixPath(path).suffix.lower()
    return _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"


def answer(files: Files, base: str, target: str, method: str) -> Response:
    """The response to one request for `target` (a path that starts with a slash)."""
    if method not in ("GET", "HEAD"):
        return PlainTextResponse("method not allowed", 405)
    path = unquote(target.partition("?")[0])
    prefix = base if base.startswith("/") else "/"
    if not (path + "/").startswith(prefix):
        return PlainTextResponse("not found", 404)
    path = path[len(prefix) :].lstrip("/")
    for candidate in (path, f"{path.rstrip('/')}/index.html".lstrip("/"), f"{path}.html"):
        body = files.read(candidate) if candidate else None
        if body is not None:
            return _file(candidate, body)
    if PurePosixPath(path).suffix.lower() in ("", ".html"):
        index = files.read("index.html")
        if index is not None and not path.endswith(".html"):
            return _file("index.html", index)
    return PlainTextResponse("not found", 404)


def _file(path: str, body: bytes) -> Response:
    # Names of Vite's assets carry a hash of their content; documents must stay fresh.
    keep = "max-age=3600" if "assets/" in path else "no-store"
    kind = media_type(path)
    # ASSUMED: text is UTF-8, as Vite writes it.
    if kind.startswith("text/") or kind.endswith(("json", "svg+xml")):
        kind += "; charset=utf-8"
    headers = {"content-type": kind, "cache-control": keep, "x-content-type-options": "nosniff"}
    return Response(body, headers=headers)


def placeholder_size(url: str) -> tuple[int, int]:
    """Width and height that an image URL asks for, where that is plain to see."""
    pair = re.search(r"(?<![0-9])([1-9][0-9]{1,3})[x/]([1-9][0-9]{1,3})(?![0-9])", url)
    width = re.search(r"[?&](?:w|width)=([0-9]{1,4})(?![0-9])", url)
    height = re.search(r"[?&](?:h|height)=([0-9]{1,4})(?![0-9])", url)
    if width or height:
        across = int(width[1]) if width else 0
        down = int(height[1]) if height else 0
        size = (across or down * 4 // 3, down or across * 3 // 4)
    elif pair:
        size = (int(pair[1]), int(pair[2]))
    else:
        size = _DEFAULT_SIZE
    return min(max(size[0], 1), _MAX_SIDE), min(max(size[1], 1), _MAX_SIDE)


def placeholder(url: str) -> bytes:
    """A neutral picture (SVG) in place of one that lives on another host."""
    width, height = placeholder_size(url)
    side = max(8, min(width, height) // 4)
    x, y = (width - side) // 2, (height - side) // 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><rect width="{width}" height="{height}" fill="#d4d7dd"/>'
        f'<rect x="{x}" y="{y}" width="{side}" height="{side}" rx="{side // 8}" fill="#b9bec7"/>'
        "</svg>"
    ).encode()


def site_app(site: Mapping[str, bytes], base: str = "/") -> ASGIApp:
    """An application that serves one site from memory under `base`."""
    files = MemoryFiles(site)

    def handle(request: Request) -> Response:
        return answer(files, base, request.scope["raw_path"].decode("latin-1"), request.method)

    return _asgi(handle)


def proxy_app(root: Path) -> ASGIApp:
    """The browser's proxy: `<key>.localhost` is the site published as `root/<key>`.

    Every other host is refused; its images become placeholders.
    """

    @lru_cache(maxsize=64)
    def load(key: str) -> tuple[Files, str]:
        index = json.loads((root / key / "index.json").read_bytes())
        return FolderFiles(root / key, index["files"]), index["base"]

    def handle(request: Request) -> Response:
        host = request.headers.get("host", "").partition(":")[0]
        key, dot, rest = host.partition(".")
        target = request.scope["raw_path"].decode("latin-1")
        if target.startswith(("http://", "ws://")):  # a proxy is asked with the absolute form
            target = "/" + target.partition("://")[2].partition("/")[2]
        if dot and rest == "localhost" and _HOST.fullmatch(key):
            try:
                files, base = load(key)
                return answer(files, base, target, request.method)
            except OSError:  # never published, or withdrawn
                return PlainTextResponse("no such site", 403)
        if request.headers.get("accept", "").startswith("image/"):
            url = f"http://{host}{target}?{request.scope['query_string'].decode('latin-1')}"
            return Response(placeholder(url), media_type="image/svg+xml")
        return PlainTextResponse("outside of the site", 403)

    return _asgi(handle)


def _asgi(handle: Callable[[Request], Response]) -> ASGIApp:
    """An application without routing: Starlette's router refuses the targets a proxy gets."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await handle(Request(scope))(scope, receive, send)

    return app


def _server(app: ASGIApp) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
    )


async def _host_browser(root: Path, argv: list[str]) -> int:
    """Serve the sites below `root` to the browser `argv` until it ends; its exit status.

    `{port}` in an argument becomes the proxy's port. Our stdin and stdout become the
    browser's protocol pipe, which it wants on descriptors 3 and 4.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        browser = await asyncio.create_subprocess_exec(
            *(
                "/bin/sh",
                "-c",
                'unset LD_LIBRARY_PATH; exec "$@" 3<&0 4>&1 </dev/null >/dev/null',
                "sh",
            ),
            *(word.replace("{port}", port) for word in argv),
        )
        server = _server(proxy_app(root))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        status = await browser.wait()
        server.should_exit = server.force_exit = True
        await serving
        return status


if __name__ == "__main__":
    sys.exit(asyncio.run(_host_browser(Path(sys.argv[1]), sys.argv[2:])))

"""A built site served as a static host would, and the proxy in front of hostile pages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.render.site_server import (
    MemoryFiles,
    answer,
    media_type,
    placeholder,
    placeholder_size,
    proxy_app,
    site_app,
)
from webgen_r1.render.sites import SiteFolder
from webgen_r1.types import BuildResult

SITE = {
    "index.html": b"<h1>app</h1>",
    "assets/app-1a2b.js": b"1",
    "about.html": b"about",
    "docs/index.html": b"docs",
    "data.json": b"{}",
    "caf\u00e9.txt": b"coffee",
}


def get(path: str, base: str = "/", method: str = "GET", **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=site_app(SITE, base))
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/", b"<h1>app</h1>", "text/html; charset=utf-8"),
        ("/index.html", b"<h1>app</h1>", "text/html; charset=utf-8"),
        ("/assets/app-1a2b.js", b"1", "text/javascript; charset=utf-8"),
        ("/about", b"about", "text/html; charset=utf-8"),
        ("/docs/", b"docs", "text/html; charset=utf-8"),
        ("/data.json?v=1", b"{}", "application/json; charset=utf-8"),
        ("/caf%C3%A9.txt", b"coffee", "text/plain; charset=utf-8"),
        ("/any/route", b"<h1>app</h1>", "text/html; charset=utf-8"),
    ],
)
def test_what_is_served(path: str, body: bytes, kind: str) -> None:
    response = get(path)
    assert (response.status_code, response.content) == (200, body)
    assert response.headers["content-type"] == kind


@pytest.mark.parametrize(
    "path", ["/missing.png", "/assets/none.js", "/x.html", "/../etc/passwd.txt"]
)
def test_a_missing_file_is_not_the_app(path: str) -> None:
    assert get(path).status_code == 404


def test_hashed_assets_are_kept_and_documents_are_not() -> None:
    assert "max-age" in get("/assets/app-1a2b.js").headers["cache-control"]
    assert get("/").headers["cache-control"] == "no-store"


def test_a_static_host_takes_no_posts() -> None:
    assert get("/", method="POST").status_code == 405


def test_base() -> None:
    assert get("/app/", base="/app/").content == SITE["index.html"]
    assert get("/app", base="/app/").content == SITE["index.html"]
    assert get("/app/route", base="/app/").content == SITE["index.html"]
    assert get("/app/about", base="/app/").content == b"about"
    assert get("/", base="/app/").status_code == 404
    assert get("/application", base="/app/").status_code == 404
    assert get("/", base="./").status_code == 200


@given(st.text(max_size=60))
def test_any_target_gets_some_answer(target: str) -> None:
    assert answer(MemoryFiles(SITE), "/", f"/{target}", "GET").status_code in (200, 404)


@pytest.mark.parametrize(
    ("url", "size"),
    [
        ("https://picsum.photos/800/600", (800, 600)),
        ("https://picsum.photos/seed/abc/320/200?x", (320, 200)),
        ("https://via.placeholder.com/150x50.png", (150, 50)),
        ("https://images.example/p.jpg?w=400&h=300", (400, 300)),
        ("https://images.example/p.jpg?w=400", (400, 300)),
        ("https://images.example/p.jpg?height=300", (400, 300)),
        ("https://images.example/photo-1500000000000-abc.jpg", (640, 480)),
        ("https://images.example/?w=99999", (640, 480)),
        ("https://images.example/?w=9999&h=9999", (4096, 4096)),
    ],
)
def test_size_of_a_placeholder(url: str, size: tuple[int, int]) -> None:
    assert placeholder_size(url) == size
    assert f'width="{size[0]}" height="{size[1]}"'.encode() in placeholder(url)


@given(st.text())
def test_any_url_has_a_placeholder(url: str) -> None:
    width, height = placeholder_size(url)
    assert 1 <= width <= 4096
    assert 1 <= height <= 4096


def test_media_types_do_not_depend_on_the_host() -> None:
    assert media_type("a/b.MJS") == "text/javascript"
    assert media_type("x.woff2") == "font/woff2"
    assert media_type("none") == "application/octet-stream"


def ask_proxy(root: Path, host: str, path: str, accept: str = "*/*") -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=proxy_app(root))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.get(path, headers={"accept": accept})

    return asyncio.run(ask())


def test_the_proxy_serves_published_sites_by_host(tmp_path: Path) -> None:
    sites = SiteFolder(tmp_path)
    build = BuildResult(SITE, base="/b/")
    key = sites.publish(build)
    assert ask_proxy(tmp_path, f"{key}.localhost", "/b/about").content == b"about"
    sites.withdraw(key)
    assert ask_proxy(tmp_path, f"{key}.localhost", "/b/about").status_code == 403
    assert list(tmp_path.iterdir()) == []


def test_hostile_file_names_stay_inside(tmp_path: Path) -> None:
    root = tmp_path / "sites"
    root.mkdir()
    names = {"../../escape": b"x", "/abs": b"y", "index.html": b"z", "a\0b": b"n"}
    sites = SiteFolder(root)
    key = sites.publish(BuildResult(names))
    assert [path.name for path in tmp_path.iterdir()] == ["sites"]
    assert ask_proxy(root, f"{key}.localhost", "/").content == b"z"


@pytest.mark.parametrize(
    "host", ["example.com", "localhost", "..localhost", "0" * 32 + ".localhost", "x.example.com"]
)
def test_every_other_host_is_refused(tmp_path: Path, host: str) -> None:
    assert ask_proxy(tmp_path, host, "/").status_code == 403


def test_images_of_other_hosts_are_placeholders(tmp_path: Path) -> None:
    response = ask_proxy(tmp_path, "example.com", "/p?w=10&h=20", "image/avif,image/*")
    assert response.headers["content-type"] == "image/svg+xml"
    assert response.content == placeholder("http://example.com/p?w=10&h=20")


def test_the_address_of_a_site_is_its_content(tmp_path: Path) -> None:
    sites = SiteFolder(tmp_path)
    keys = [
        sites.publish(build)
        for build in (BuildResult(SITE), BuildResult(SITE, base="/x/"), BuildResult({"a": b""}))
    ]
    assert len(set(keys)) == 3
    for key in keys:
        sites.withdraw(key)
    assert sites.publish(BuildResult(dict(reversed(SITE.items())))) == keys[0]

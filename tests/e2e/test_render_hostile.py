"""Sites that fight back: each ends in a finding, in time, and harms nobody else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from webgen_r1.config import RenderConfig, SandboxConfig
from webgen_r1.render import BrowserRenderer
from webgen_r1.sandbox import find_sandbox
from webgen_r1.types import BuildResult, Project, RenderResult

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

PAGE_S, SITE_S = 2.5, 10.0
SLACK_S = 5.0


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def renderer() -> AsyncIterator[BrowserRenderer]:
    config = RenderConfig(page_timeout_s=PAGE_S, site_timeout_s=SITE_S, concurrency=4, retries=1)
    async with BrowserRenderer(config, find_sandbox(SandboxConfig())) as it:
        yield it


def page(script: str, body: str = "<h1>Hello there</h1>") -> BuildResult:
    html = f"<!doctype html><title>T</title><body>{body}<script>{script}</script>"
    return BuildResult({"index.html": html.encode()})


async def visit(renderer: BrowserRenderer, site: BuildResult) -> RenderResult:
    start = time.monotonic()
    result = await renderer.render(site, Project({}))
    assert time.monotonic() - start < SITE_S + SLACK_S
    return result


def codes(result: RenderResult) -> set[str]:
    return {failure.code for failure in result.failures}


HANGING = {
    "endless loop": "while (true) {}",
    "endless loop after load": "onload = () => setTimeout(() => { while (true) {} }, 50)",
    "endless loop of microtasks": "(function again() { Promise.resolve().then(again) })()",
    "endless alerts": "while (true) alert('x')",
    "worker in an endless loop": "new Worker(URL.createObjectURL(new Blob(['while (1) {}'])))",
    "catastrophic regular expression": "/^(a+)+$/.test('a'.repeat(40) + 'b')",
}


@pytest.mark.parametrize("script", HANGING.values(), ids=HANGING)
async def test_a_page_that_never_rests_times_out(renderer: BrowserRenderer, script: str) -> None:
    result = await visit(renderer, page(script))
    assert result.pages[0].page.status == "timeout"
    assert "page-timeout" in codes(result)


LIVELY = {
    "alert": "alert('hi'); confirm('sure?'); prompt('name?', 'x')",
    "before unload": "onbeforeunload = (event) => { event.preventDefault(); return 'stay' }",
    "pop-up": "for (let i = 0; i < 20; i++) open('/pop' + i)",
    "pop-up elsewhere": "open('https://example.com/')",
    "download": "Object.assign(document.createElement('a'),"
    " { href: URL.createObjectURL(new Blob(['x'])), download: 'x.exe' }).click()",
    "history flood": "for (let i = 0; i < 5000; i++) history.pushState({}, '', '#' + i)",
    "history forever": "setInterval(() => history.pushState({}, '', '#' + Math.random()), 1)",
    "timers forever": "setInterval(() => document.title += 'x', 1)",
    "frames forever": "(function f() { requestAnimationFrame(f) })()",
    "print": "print()",
    "full screen": "document.documentElement.requestFullscreen().catch(() => {})",
    "notification": "Notification.requestPermission()",
    "service worker": "navigator.serviceWorker?.register('/sw.js')",
    "camera": "navigator.mediaDevices?.getUserMedia({ video: true }).catch(() => {})",
    "peer connection": "new RTCPeerConnection({ iceServers: [{ urls: 'stun:stun.example.com' }] })"
    ".createOffer().catch(() => {})",
}


@pytest.mark.parametrize("script", LIVELY.values(), ids=LIVELY)
async def test_a_page_that_is_only_restless_is_seen(renderer: BrowserRenderer, script: str) -> None:
    result = await visit(renderer, page(script))
    assert result.rendered
    assert "Hello there" in result.pages[0].page.text
    assert not [f for f in result.failures if f.severity == "error"]


@pytest.mark.parametrize(
    "script",
    ["location.reload()", "location.href = '/?' + Date.now() + Math.random()"],
    ids=["reload", "redirect"],
)
async def test_a_page_that_reloads_for_ever_is_told(renderer: BrowserRenderer, script: str) -> None:
    result = await visit(renderer, page(script))
    assert "navigation-loop" in codes(result)


@pytest.mark.parametrize(
    "script",
    [
        "location = 'https://example.com/'",
        "location = 'http://example.com/'",
        "document.head.innerHTML = '<meta http-equiv=refresh content=\"0;url=https://example.com\">'",
    ],
    ids=["https", "http", "meta refresh"],
)
async def test_a_page_cannot_leave(renderer: BrowserRenderer, script: str) -> None:
    result = await visit(renderer, page(script))
    assert "navigated-away" in codes(result)
    assert "Hello there" in result.pages[0].page.text
    assert any("example.com" in url for url in result.pages[0].page.external_requests)


async def test_a_memory_bomb_crashes_its_own_page_alone(renderer: BrowserRenderer) -> None:
    bomb = page("const all = []; for (;;) all.push(new Float64Array(4e6).fill(Math.random()))")
    bad, good = await asyncio.gather(visit(renderer, bomb), visit(renderer, page("")))
    assert bad.pages[0].page.status in ("crashed", "timeout", "error")
    assert [f for f in bad.failures if f.severity == "error"]
    assert good.rendered


async def test_a_million_nodes_end_in_time(renderer: BrowserRenderer) -> None:
    script = "document.body.innerHTML += '<p>x</p>'.repeat(1e6)"
    result = await visit(renderer, page(script))
    assert result.pages[0].page.status in ("ok", "timeout", "crashed")
    assert all(p.facts is None or len(p.facts.boxes) <= 600 for p in result.pages)


async def test_a_canvas_bomb_ends_in_time(renderer: BrowserRenderer) -> None:
    script = (
        "for (let i = 0; i < 200; i++) { const c = document.createElement('canvas');"
        " c.width = c.height = 8000; c.getContext('2d').fillRect(0, 0, 8000, 8000);"
        " document.body.append(c) }"
    )
    result = await visit(renderer, page(script))
    assert result.pages[0].page.status in ("ok", "timeout", "crashed")


async def test_a_deep_document_ends_in_time(renderer: BrowserRenderer) -> None:
    script = "document.body.insertAdjacentHTML('beforeend', '<div>'.repeat(50000) + 'deep')"
    result = await visit(renderer, page(script))
    assert result.pages


async def test_files_of_the_machine_are_out_of_reach(renderer: BrowserRenderer) -> None:
    body = (
        "<h1>Hello there</h1><a href='file:///etc/passwd'>p</a>"
        "<iframe src='file:///etc/passwd'></iframe><img src='file:///etc/passwd'>"
    )
    script = "fetch('file:///etc/passwd').then(r => r.text()).then(t => document.body.append(t))"
    result = await visit(renderer, page(script, body))
    assert "root:" not in result.pages[0].page.text
    assert [p.page.route for p in result.pages] == ["/"]


async def test_nothing_else_on_loopback_answers(renderer: BrowserRenderer) -> None:
    hits: list[object] = []

    def on_connection(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hits.append(writer.get_extra_info("peername"))
        writer.close()

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    addresses = [f"http://127.0.0.1:{port}/", f"http://localhost:{port}/"]
    async with server:
        _, direct = await asyncio.open_connection("127.0.0.1", port)  # the trap works
        direct.close()
        result = await visit(
            renderer, page(f"for (const u of {addresses}) fetch(u, {{ mode: 'no-cors' }})")
        )
    assert len(hits) == 1
    assert set(addresses) <= set(result.pages[0].page.external_requests)
    assert result.rendered


async def test_one_site_cannot_read_another(renderer: BrowserRenderer) -> None:
    script = (
        "fetch('http://' + '0'.repeat(32) + '.localhost/').then(r => r.text())"
        ".then(t => document.body.append('GOT ' + t), () => document.body.append('REFUSED'))"
    )
    result = await visit(renderer, page(script))
    assert "REFUSED" in result.pages[0].page.text


TAMPERING = {
    "replaced": "console.error = () => {}; console.error('boom')",
    "replaced in strict mode": "'use strict'; console.error = () => {}; console.error('boom')",
    "console replaced": "console = { error() {}, log() {} }; console.error('boom')",
    "window.console replaced": "window.console = { error() {} }; console.error('boom')",
}


@pytest.mark.parametrize("script", TAMPERING.values(), ids=TAMPERING)
async def test_hiding_the_console_is_noticed(renderer: BrowserRenderer, script: str) -> None:
    result = await visit(renderer, page(script))
    assert "console-overridden" in codes(result)
    assert result.pages[0].page.console_errors == ("boom",)
    assert result.pages[0].page.exceptions == ()


SWALLOWING = {
    "onerror": "onerror = () => true; setTimeout(() => { throw new Error('boom') })",
    "error listener": "addEventListener('error', e => { e.preventDefault();"
    " e.stopImmediatePropagation() }, true); setTimeout(() => { throw new Error('boom') })",
    "rejection": "onunhandledrejection = e => e.preventDefault();"
    " Promise.reject(new Error('boom'))",
}


@pytest.mark.parametrize("script", SWALLOWING.values(), ids=SWALLOWING)
async def test_swallowed_errors_are_counted(renderer: BrowserRenderer, script: str) -> None:
    result = await visit(renderer, page(script))
    assert result.pages[0].page.exceptions == ("Error: boom",)


async def test_broken_builtins_do_not_blind_us(renderer: BrowserRenderer) -> None:
    script = (
        "JSON.stringify = () => '{}'; Array.prototype.push = () => 0; Map = null;"
        " Element.prototype.getBoundingClientRect = () => { throw 1 };"
        " Object.prototype.toJSON = () => 'x'; document.getElementsByTagName = null;"
        " setTimeout(() => { throw new Error('boom') })"
    )
    result = await visit(renderer, page(script))
    first = result.pages[0]
    assert first.page.text == "Hello there"
    assert "Error: boom" in first.page.exceptions
    assert first.facts is not None
    assert any(box.tag == "h1" for box in first.facts.boxes)

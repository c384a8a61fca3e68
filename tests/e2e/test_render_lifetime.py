"""Browsers that die, time that runs out, and what is left behind: nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from pathlib import Path

import psutil
import pytest

from webgen_r1.config import RenderConfig, SandboxConfig
from webgen_r1.errors import RenderInfraError
from webgen_r1.render import BrowserRenderer, find_browser
from webgen_r1.render.browser import Browser, Starved
from webgen_r1.render.watchdog import is_page
from webgen_r1.sandbox import Sandbox, find_sandbox
from webgen_r1.types import BuildResult, Project

pytestmark = pytest.mark.e2e

GOOD = BuildResult({"index.html": b"<title>T</title><h1>Hello</h1>"})
SLOW = BuildResult({"index.html": b"<title>T</title><h1>Slow</h1><script>while(true){}</script>"})
NO_SOURCE = Project({})


def folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("webgen-home-*"))


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


async def kill_browsers(renderer: BrowserRenderer, times: int) -> None:
    """Kill the browser below each of the next `times` new root processes."""
    killed: set[int] = set()
    while len(killed) < times:
        for pid in set(renderer.pids) - killed:
            browsers = [
                process
                for process in psutil.Process(pid).children(recursive=True)
                if "chrom" in process.name() and "--type=" not in " ".join(process.cmdline())
            ]
            if any("--type=renderer" in p.cmdline() for p in children()):
                killed.add(pid)
                os.kill(browsers[-1].pid, signal.SIGKILL)
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("sandbox", [find_sandbox(SandboxConfig()), None], ids=["confined", "bare"])
async def test_nothing_is_left(sandbox: Sandbox | None) -> None:
    before = folders()
    async with BrowserRenderer(RenderConfig(concurrency=2), sandbox) as renderer:
        results = await asyncio.gather(*(renderer.render(GOOD, NO_SOURCE) for _ in range(3)))
        assert all(result.rendered for result in results)
        assert len(renderer.pids) == 2
    assert children() == []
    assert folders() == before


@pytest.mark.parametrize("seconds", [0.0, 0.002, 0.01, 0.05, 0.2])
async def test_an_interrupted_start_leaves_nothing(
    seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    start = asyncio.create_task(Browser.start(find_browser(), find_sandbox(SandboxConfig())))
    await asyncio.sleep(seconds)
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert list(tmp_path.iterdir()) == []
    assert children() == []


async def test_nothing_is_left_when_cancelled_in_the_middle() -> None:
    before = folders()

    async def session() -> None:
        async with BrowserRenderer(RenderConfig(), find_sandbox(SandboxConfig())) as renderer:
            await asyncio.gather(*(renderer.render(SLOW, NO_SOURCE) for _ in range(3)))

    task = asyncio.create_task(session())
    await asyncio.sleep(1.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [p.cmdline() for p in children()] == []
    assert folders() == before


async def test_a_browser_is_replaced_when_it_has_served_enough() -> None:
    config = RenderConfig(concurrency=1, browser_recycle=2)
    async with BrowserRenderer(config, find_sandbox(SandboxConfig())) as renderer:
        seen = []
        for _ in range(4):
            seen.append(renderer.pids)
            assert (await renderer.render(GOOD, NO_SOURCE)).rendered
    assert len(set(seen)) >= 3


async def test_a_page_that_got_no_processor_is_not_charged_with_its_time_out() -> None:
    """However much it had computed before: what counts is the time that ran out."""
    browser = await Browser.start(find_browser(), find_sandbox(SandboxConfig()))
    try:
        _, _, session = await browser.new_context()

        async def wait(span_s: float, patient: bool) -> None:
            async with browser.within(span_s, patient):
                await asyncio.sleep(2 * span_s)

        loop = {"expression": "while (true) {}"}
        browser.connection.send("Runtime.evaluate", loop, session)
        with pytest.raises(TimeoutError):
            await wait(1, patient=True)
        for page in filter(is_page, children()):
            page.suspend()
        with pytest.raises(Starved):
            await wait(0.2, patient=True)
        with pytest.raises(TimeoutError):
            await wait(0.2, patient=False)
    finally:
        await browser.close()


async def test_a_site_survives_the_death_of_its_browser() -> None:
    config = RenderConfig(concurrency=1, retries=1, page_timeout_s=3)
    async with BrowserRenderer(config, find_sandbox(SandboxConfig())) as renderer:
        murder = asyncio.create_task(kill_browsers(renderer, 1))
        result = await renderer.render(SLOW, NO_SOURCE)
        await murder
        assert result.pages[0].page.status == "timeout"  # seen to the end by the second browser


async def test_a_site_under_which_every_browser_dies_is_blamed() -> None:
    config = RenderConfig(concurrency=1, retries=1, page_timeout_s=5)
    async with BrowserRenderer(config, find_sandbox(SandboxConfig())) as renderer:
        murder = asyncio.create_task(kill_browsers(renderer, 2))
        result = await renderer.render(SLOW, NO_SOURCE)
        await murder
        assert [failure.code for failure in result.failures] == ["browser-killed"]
        assert result.pages[0].page.status == "crashed"
        assert (await renderer.render(GOOD, NO_SOURCE)).rendered


async def test_no_site_is_blamed_when_browsers_die_anyway() -> None:
    config = RenderConfig(concurrency=1, retries=1, page_timeout_s=5)
    async with BrowserRenderer(config, find_sandbox(SandboxConfig())) as renderer:
        murder = asyncio.create_task(kill_browsers(renderer, 3))
        with pytest.raises(RenderInfraError, match="empty page too"):
            await renderer.render(SLOW, NO_SOURCE)
        murder.cancel()


async def test_a_site_has_a_limit_of_its_own() -> None:
    links = "".join(f"<a href='/p{number}'>p{number}</a>" for number in range(6))
    script = "if (location.pathname !== '/') while (true) {}"
    html = f"<h1>Home</h1>{links}<script>{script}</script>".encode()
    config = RenderConfig(page_timeout_s=2, site_timeout_s=5, retries=0)
    async with BrowserRenderer(config, find_sandbox(SandboxConfig())) as renderer:
        start = asyncio.get_running_loop().time()
        result = await renderer.render(BuildResult({"index.html": html}), NO_SOURCE)
        assert asyncio.get_running_loop().time() - start < 8
    assert result.rendered
    assert [page.page.route for page in result.pages] == ["/", *(f"/p{n}" for n in range(6))]
    assert {page.page.status for page in result.pages[1:]} == {"timeout"}

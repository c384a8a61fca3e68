"""Ending pages that take too much memory before the machine suffers."""

from __future__ import annotations

import asyncio
import contextlib

import psutil

PAGE_MB = 600
"""Resident memory of one page's process before it is killed: the page has crashed."""
LOOK_SECONDS = 0.5


async def watch_pages() -> None:
    """Look at every page process below this one, for ever. Each page has a process of its own."""
    me = psutil.Process()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        for process in me.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if process.memory_info().rss > PAGE_MB << 20 and is_page(process):
                    process.kill()


def is_page(process: psutil.Process) -> bool:
    """Whether a process of Chromium runs a page. Raises psutil.Error when it is gone."""
    return "--type=renderer" in process.cmdline()

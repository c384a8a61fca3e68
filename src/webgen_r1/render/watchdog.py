"""Ending pages that take too much memory before the machine suffers."""

from __future__ import annotations

import asyncio
import contextlib
import os

import psutil

from webgen_r1.sandbox import usage

PAGE_MB = 600
"""Resident memory of one page's process before it is killed: the page has crashed."""
LOOK_SECONDS = 0.5


async def watch_pages() -> None:
    """Look at every page process below this one, for ever. Each page has a process of its own."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        for process in usage(os.getpid()).processes:
            if process.memory_mb > PAGE_MB:
                with contextlib.suppress(psutil.Error):
                    large = psutil.Process(process.pid)
                    if is_page(large):
                        large.kill()


def is_page(process: psutil.Process) -> bool:
    """Whether a process of Chromium runs a page. Raises psutil.Error when it is gone."""
    return "--type=renderer" in process.cmdline()

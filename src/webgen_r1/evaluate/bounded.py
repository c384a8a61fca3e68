"""Many jobs, a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any


async def run_bounded(jobs: AsyncIterator[Coroutine[Any, Any, None]], limit: int) -> None:
    """Run `jobs` as they come, at most `limit` at the same time.

    The first that raises ends them all and is raised as itself.
    """
    waiting: set[asyncio.Task[None]] = set()
    try:
        async for job in jobs:
            waiting.add(asyncio.create_task(job))
            if len(waiting) >= limit:
                waiting = await _some_done(waiting)
        while waiting:
            waiting = await _some_done(waiting)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _some_done(waiting: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
    done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
    return waiting

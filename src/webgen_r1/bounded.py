"""Many jobs, a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

T = TypeVar("T")


async def run_bounded(jobs: AsyncIterator[Coroutine[Any, Any, None]], limit: int) -> None:
    """Run `jobs` as they come, at most `limit` at the same time.

    The first that raises ends them all and is raised as itself.
    """
    async with aclosing(finished(jobs, limit)) as results:
        async for _ in results:
            pass


async def finished(
    jobs: AsyncIterator[Coroutine[Any, Any, T]], limit: int
) -> AsyncGenerator[T, None]:
    """The result of each job as it ends, at most `limit` at the same time; no job starts while
    nobody takes results.

    The first that raises ends them all and is raised as itself, as closing this does.
    """
    waiting: set[asyncio.Task[T]] = set()
    done: set[asyncio.Task[T]] = set()
    try:
        async for job in jobs:
            waiting.add(asyncio.create_task(job))
            if len(waiting) >= limit:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            while done:
                yield done.pop().result()
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            while done:
                yield done.pop().result()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, *done, return_exceptions=True)

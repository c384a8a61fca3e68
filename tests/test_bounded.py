"""Many jobs, a few at a time: what is under way, and how it ends."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import aclosing
from typing import Any

import pytest

from webgen_r1.bounded import finished, run_bounded


class Work:
    def __init__(self, jobs: int) -> None:
        self.count = jobs
        self.started = self.busy = self.most = self.cancelled = 0

    async def jobs(self) -> AsyncIterator[Coroutine[Any, Any, int]]:
        for number in range(self.count):
            yield self.job(number)

    async def job(self, number: int) -> int:
        self.started += 1
        self.busy += 1
        self.most = max(self.most, self.busy)
        try:
            await asyncio.sleep(3600 if number == 99 else 0.001)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.busy -= 1
        if number == 7:
            raise ValueError("seven")
        return number


async def test_every_result_comes_once_and_no_more_than_the_limit_work_at_once() -> None:
    work = Work(6)
    assert sorted([result async for result in finished(work.jobs(), 3)]) == list(range(6))
    assert work.most == 3


async def test_no_job_starts_while_nobody_takes_results() -> None:
    work = Work(100)
    async with aclosing(finished(work.jobs(), 2)) as results:
        await anext(results)
        await asyncio.sleep(0.02)
        assert work.started <= 3


async def test_an_error_is_raised_as_itself_and_ends_the_others() -> None:
    work = Work(50)
    with pytest.raises(ValueError, match="seven"):
        async for _ in finished(work.jobs(), 4):
            pass
    assert work.busy == 0
    assert work.started < 20


async def test_closing_ends_what_is_under_way() -> None:
    work = Work(2)
    slow = [work.job(1), work.job(99), work.job(99)]

    async def jobs() -> AsyncIterator[Coroutine[Any, Any, int]]:
        for job in slow:
            yield job

    async with aclosing(finished(jobs(), 3)) as results:
        assert await anext(results) == 1
    assert work.cancelled == 2


async def test_jobs_without_a_result_are_run_to_the_end() -> None:
    done: list[int] = []

    async def note(number: int) -> None:
        done.append(number)

    async def jobs() -> AsyncIterator[Coroutine[Any, Any, None]]:
        for number in range(5):
            yield note(number)

    await run_bounded(jobs(), 2)
    assert done == list(range(5))

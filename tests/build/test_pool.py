"""The pool of workers, with workers that do nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from webgen_r1.build.pool import WorkerPool
from webgen_r1.build.store import Tree
from webgen_r1.errors import BuildInfraError

USUAL = Tree("usual", Path("/usual"), (), trusted=True)
OTHER = Tree("other", Path("/other"), (), trusted=False)


@dataclass(eq=False)
class IdleWorker:
    tree_key: str
    built: int = 0
    alive: bool = True

    async def kill(self) -> None:
        await asyncio.sleep(0)
        self.alive = False


@dataclass
class Factory:
    """Starts workers and remembers them; the next `failures` attempts fail."""

    started: list[IdleWorker] = field(default_factory=list)
    failures: int = 0
    seconds: float = 0.0

    async def __call__(self, tree: Tree) -> IdleWorker:
        await asyncio.sleep(self.seconds)
        if self.failures:
            self.failures -= 1
            raise BuildInfraError("no")
        worker = IdleWorker(tree.key)
        self.started.append(worker)
        return worker

    def alive(self) -> int:
        return sum(worker.alive for worker in self.started)


async def use(pool: WorkerPool[IdleWorker], tree: Tree = USUAL, keep: bool = True) -> IdleWorker:
    async with pool.lease(tree) as lease:
        lease.worker.built += 1
        lease.keep = keep
        return lease.worker


async def opened(factory: Factory, size: int = 2) -> WorkerPool[IdleWorker]:
    pool = WorkerPool(size, USUAL, factory)
    await pool.open()
    return pool


async def test_a_worker_that_may_be_kept_serves_again() -> None:
    factory = Factory()
    pool = await opened(factory)
    assert await use(pool) is await use(pool)
    assert len(factory.started) == 2
    await pool.close()
    assert factory.alive() == 0


async def test_no_more_than_its_size_work_at_once() -> None:
    pool = await opened(Factory())
    most = working = 0

    async def work() -> None:
        nonlocal most, working
        async with pool.lease(USUAL) as lease:
            working += 1
            most = max(most, working)
            await asyncio.sleep(0.001)
            working -= 1
            lease.keep = True

    await asyncio.gather(*(work() for _ in range(20)))
    assert most == 2
    await pool.close()


async def test_a_worker_that_may_not_be_kept_is_ended_and_a_spare_started() -> None:
    factory = Factory()
    pool = await opened(factory, size=1)
    gone = await use(pool, keep=False)
    assert await use(pool) is not gone
    assert not gone.alive
    assert len(factory.started) == 2
    await pool.close()
    assert factory.alive() == 0


async def test_another_tree_makes_room_for_itself() -> None:
    factory = Factory()
    pool = await opened(factory)
    worker = await use(pool, OTHER)
    assert worker.tree_key == "other"
    await asyncio.sleep(0.01)
    assert factory.alive() == 2
    assert await use(pool, OTHER) is worker
    await pool.close()
    assert factory.alive() == 0


async def test_a_fresh_worker_has_built_nothing() -> None:
    pool = await opened(Factory(), size=1)
    used = await use(pool)
    async with pool.lease(USUAL, fresh=True) as lease:
        assert lease.worker is not used
        assert lease.worker.built == 0
    await pool.close()


async def test_when_one_cannot_start_none_is_left() -> None:
    factory = Factory(failures=1)
    with pytest.raises(BuildInfraError):
        await opened(factory, size=3)
    assert factory.alive() == 0


async def test_cancelled_while_opening_leaves_none() -> None:
    factory = Factory(seconds=0.05)
    opening = asyncio.create_task(opened(factory))
    await asyncio.sleep(0.01)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await asyncio.sleep(0.1)
    assert factory.alive() == 0


async def test_a_spare_that_failed_is_tried_again() -> None:
    factory = Factory()
    pool = await opened(factory, size=1)
    factory.failures = 1
    await use(pool, keep=False)
    await asyncio.sleep(0.01)
    assert (await use(pool)).alive
    await pool.close()
    assert factory.alive() == 0


async def test_whoever_stops_waiting_for_the_spare_leaves_it_to_the_next() -> None:
    factory = Factory()
    pool = await opened(factory, size=1)
    factory.seconds = 0.05
    await use(pool, keep=False)
    waiting = asyncio.create_task(use(pool))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await use(pool)).alive
    assert len(factory.started) == 2
    await pool.close()
    assert factory.alive() == 0


async def test_closing_ends_borrowed_workers_too_and_lends_no_more() -> None:
    factory = Factory()
    pool = await opened(factory)
    async with pool.lease(USUAL) as lease:
        await pool.close()
        assert not lease.worker.alive
    with pytest.raises(BuildInfraError, match="closed"):
        await use(pool)
    assert factory.alive() == 0

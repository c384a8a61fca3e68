"""A pool of warm workers: one build each at a time, replaced without making anybody wait."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from webgen_r1.build.store import Tree
from webgen_r1.errors import BuildInfraError


class Pooled(Protocol):
    """What the pool must know of a worker."""

    @property
    def tree_key(self) -> str: ...

    @property
    def built(self) -> int:
        """Projects built so far."""
        ...

    @property
    def alive(self) -> bool: ...

    async def kill(self) -> None:
        """End it; again is fine."""
        ...


W = TypeVar("W", bound=Pooled)


@dataclass(eq=False)
class Lease(Generic[W]):
    """A borrowed worker. Set `keep` when it may serve another project."""

    worker: W
    keep: bool = False


class WorkerPool(Generic[W]):
    """At most `size` builds at once. `start` makes a warm worker for a tree.

    One spare for the `usual` tree is started whenever a worker had to go, so that the next
    build finds it ready. Workers that idle with other trees make room for new ones.
    """

    def __init__(
        self, size: int, usual: Tree, start: Callable[[Tree], Coroutine[Any, Any, W]]
    ) -> None:
        self._size = size
        self._usual = usual
        self._start = start
        self._slots = asyncio.Semaphore(size)
        self._idle: list[W] = []  # least recently used first
        self._leased: set[Lease[W]] = set()
        self._spare: asyncio.Task[W] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False

    async def open(self) -> None:
        """Start all workers. Raises what `start` raises, leaving none behind."""
        starting = [asyncio.create_task(self._start(self._usual)) for _ in range(self._size)]
        try:
            await asyncio.gather(*starting)
        except BaseException:
            for task in starting:
                task.cancel()
            await asyncio.gather(*starting, return_exceptions=True)
            raise
        finally:
            self._idle += [task.result() for task in starting if _succeeded(task)]
            if not all(map(_succeeded, starting)):
                await self.close()

    @contextlib.asynccontextmanager
    async def lease(self, tree: Tree, *, fresh: bool = False) -> AsyncIterator[Lease[W]]:
        """Borrow a worker of `tree`; `fresh` asks for one that has built no project yet."""
        async with self._slots:
            lease = Lease(await self._take(tree, fresh))
            self._leased.add(lease)
            try:
                yield lease
            finally:
                self._leased.remove(lease)
                if lease.keep and lease.worker.alive and not self._closed:
                    self._idle.append(lease.worker)
                else:
                    self._end(lease.worker)
                    self._start_spare()

    async def close(self) -> None:
        """End every worker, borrowed ones included, and wait until all are gone."""
        self._closed = True
        if self._spare is not None:
            self._spare.cancel()
            await asyncio.gather(self._spare, return_exceptions=True)
            if _succeeded(self._spare):
                self._idle.append(self._spare.result())
            self._spare = None
        for worker in (*self._idle, *(lease.worker for lease in self._leased)):
            self._end(worker)
        self._idle.clear()
        await asyncio.gather(*self._ending)

    async def _take(self, tree: Tree, fresh: bool) -> W:
        if self._closed:
            raise BuildInfraError("the builder is closed")
        for worker in reversed(self._idle):
            if worker.tree_key == tree.key and worker.alive and not (fresh and worker.built):
                self._idle.remove(worker)
                return worker
        spare = self._take_spare(tree)
        if spare is not None:
            return await spare
        # Somebody must go before another comes: idle and borrowed ones are `size` together.
        while self._idle and len(self._idle) + len(self._leased) >= self._size:
            self._end(self._idle.pop(0))
        return await self._start(tree)

    def _take_spare(self, tree: Tree) -> Coroutine[Any, Any, W] | None:
        spare = self._spare
        if spare is None or tree.key != self._usual.key:
            return None
        self._spare = None
        if spare.done() and not _succeeded(spare):
            return None  # what failed a while ago may work now

        async def wait() -> W:
            try:
                return await asyncio.shield(spare)
            except asyncio.CancelledError:
                # Whoever waited is gone; the spare is for the next one.
                self._keep_spare(spare)
                raise

        return wait()

    def _keep_spare(self, spare: asyncio.Task[W]) -> None:
        if self._spare is None and not self._closed:
            self._spare = spare
            return
        spare.cancel()
        if _succeeded(spare):
            self._end(spare.result())

    def _start_spare(self) -> None:
        if self._spare is None and not self._closed:
            self._spare = asyncio.create_task(self._start(self._usual))

    def _end(self, worker: W) -> None:
        task = asyncio.create_task(worker.kill())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


def _succeeded(task: asyncio.Task[W]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None

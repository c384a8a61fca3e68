"""Something asynchronous, kept open on a thread of its own for callers that are not."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from webgen_r1.protocols import Stageful

log = logging.getLogger(__name__)

T = TypeVar("T")


class LoopThread:
    """A thread with an event loop in which one task enters `held`, waits, and leaves it.

    One task, because cancel scopes demand to be entered and left by the same. Making one
    waits until `held` is entered and raises what entering raises.
    """

    def __init__(self, held: Stageful) -> None:
        self._held = held
        # With a factory, or making the loop would also make it the current one of this thread.
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._leave = asyncio.Event()
        self._entering: asyncio.Task[Any] | None = None
        self._under_way: set[asyncio.Task[Any]] = set()
        opened: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._main, args=(opened,), name="webgen-loop", daemon=True
        )
        try:
            self._thread.start()
            opened.result()
        except BaseException:  # a signal too: whoever waits must not leave the thread behind
            self.close()
            raise

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin `work`, from another thread."""
        return asyncio.run_coroutine_threadsafe(self._noted(work), self._loop)

    def close(self) -> None:
        """Give up what is under way, leave what is held, end the thread."""
        if self._thread.is_alive():
            # The loop may end by itself between the two lines, if leaving raised.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop)
        self._thread.join()

    def _main(self, opened: Future[None]) -> None:
        with self._runner as runner:
            runner.run(self._live(opened))

    async def _live(self, opened: Future[None]) -> None:
        if self._leave.is_set():
            return
        self._entering = asyncio.current_task()
        try:
            async with self._held:
                self._entering = None
                opened.set_result(None)
                await self._leave.wait()
                for task in self._under_way:
                    task.cancel()
                await asyncio.gather(*self._under_way, return_exceptions=True)
        except BaseException as error:
            if opened.done():
                log.exception("%s did not close cleanly", type(self._held).__name__)
            else:
                opened.set_exception(error)

    def _stop(self) -> None:
        self._leave.set()
        if self._entering is not None:
            self._entering.cancel()

    async def _noted(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            return await work
        finally:
            self._under_way.discard(task)


def results(started: Sequence[Future[T]]) -> list[T]:
    """Wait for all; an interrupt gives them all up, and what they run on stays usable."""
    try:
        return [one.result() for one in started]
    except BaseException:
        for one in started:
            one.cancel()
        raise

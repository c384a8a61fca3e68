"""Running asynchronous work that a signal may end, cleanly and once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

from webgen_r1.signals import heeded

T = TypeVar("T")


class Interrupted(Exception):
    """A signal ended the work after everything was cleaned up."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


def run(work: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` in which a signal cancels `work` and lets it clean up.

    Further signals while it cleans up change nothing, so that an impatient Ctrl-C leaves
    no process behind. Raises Interrupted.
    """
    return asyncio.run(_supervised(work))


async def _supervised(work: Coroutine[Any, Any, T]) -> T:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    caught: list[int] = []

    def stop(number: int) -> None:
        if not caught:
            caught.append(number)
            task.cancel()

    signals = heeded()
    for number in signals:
        loop.add_signal_handler(number, stop, number)
    try:
        return await task
    except BaseException as error:
        if caught:
            raise Interrupted(caught[0]) from error
        raise
    finally:
        for number in signals:
            loop.remove_signal_handler(number)

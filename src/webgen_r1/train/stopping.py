"""Ending a run by a signal: once, at a place where everything can be put away."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from webgen_r1.signals import heeded


class Stopped(KeyboardInterrupt):
    """Raised in the main thread by the first signal; like Ctrl-C to everything in between."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


@contextmanager
def stoppable() -> Iterator[None]:
    """Within it the first Ctrl-C, SIGTERM or SIGHUP raises Stopped.

    Later ones change nothing, so that an impatient second Ctrl-C does not leave workers and
    browsers behind. Only the main thread gets signals; in any other this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    stopped = False

    def stop(number: int, _: FrameType | None) -> None:
        nonlocal stopped
        if not stopped:
            stopped = True
            raise Stopped(number)

    before = {number: signal.signal(number, stop) for number in heeded()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

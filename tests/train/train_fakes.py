"""Stand-ins for the reward engine: they score a text by what the test says about it."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from webgen_r1.types import Components, Infra, Trace

Grade = Callable[[str], float | None]


def trace(reward: float | None, *, id: str = "one", components: Components | None = None) -> Trace:
    """A scored trace, or for None one that blames the judge's outage."""
    if reward is None:
        return Trace(
            id=id,
            digest="0",
            outcome="infra_failure",
            stage="judge",
            reward=None,
            infra=Infra(stage="judge", code="judge-down", message="no answer"),
        )
    return Trace(
        id=id,
        digest="0",
        outcome="scored",
        stage="judge",
        reward=reward,
        components=components or Components(visual=reward),
        timings={"build": 0.5},
    )


def press_ctrl_c(number: signal.Signals = signal.SIGINT) -> None:
    """A real signal to the main thread, which wakes it from whatever it waits for."""
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, number)


class FakeReward:
    """Grades by a function of the text; one that raises is an engine that breaks."""

    def __init__(self, grade: Grade, *, slow: bool = False) -> None:
        self.grade = grade
        self.entered = self.left = 0
        self.seen: list[tuple[str, str | None, str | None]] = []
        self.running = self.most_running = self.cancelled = 0
        self.threads: set[int] = set()
        self.started = threading.Event()
        self._slow = slow

    async def __aenter__(self) -> Self:
        self.entered += 1
        self._task = asyncio.current_task()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert asyncio.current_task() is self._task, "entered and left by different tasks"
        assert self.running == 0, "left while something was being scored"
        self.left += 1

    async def score(
        self, text: str, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        self.seen.append((text, instruction, id))
        self.threads.add(threading.get_ident())
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        self.started.set()
        try:
            await asyncio.sleep(60 if self._slow else 0.5 if text == "slow" else 0.01)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.running -= 1
        return trace(self.grade(text), id=id or "none")

"""What is shown while something works: on the screen within a `with`, gone after it."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self


class Startable(Protocol):
    """rich's Progress and Status."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Live:
    """Context manager over the part of a display that moves; a display is one of these."""

    def __init__(self, moving: Startable) -> None:
        self._moving = moving

    def __enter__(self) -> Self:
        self._moving.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._moving.stop()

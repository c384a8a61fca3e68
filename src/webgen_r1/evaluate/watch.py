"""What an evaluation tells while it works."""

from __future__ import annotations

from typing import Literal, Protocol

Part = Literal["generate", "score", "test"]


class Watcher(Protocol):
    """Told how far each part is, and what a person should read at once."""

    def part(self, name: Part, total: int, done: int) -> None:
        """A part begins: of `total` things to do, `done` were done before."""
        ...

    def advance(self, name: Part, line: str) -> None:
        """One thing is done; `line` says what came of it."""
        ...

    def say(self, line: str) -> None: ...


class Silent:
    """A watcher that tells nobody."""

    def part(self, name: Part, total: int, done: int) -> None:
        pass

    def advance(self, name: Part, line: str) -> None:
        pass

    def say(self, line: str) -> None:
        pass

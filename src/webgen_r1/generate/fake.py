"""A generator that says what it is told, for tests and dry runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webgen_r1.protocols import NothingToStart
from webgen_r1.types import Generated

Says = Callable[[list[dict[str, str]], int], str]


class FakeGenerator(NothingToStart):
    """`says` gets the messages and the seed; what it raises is raised."""

    def __init__(self, says: Says, name: str = "fake") -> None:
        self._says = says
        self._name = name

    @property
    def description(self) -> dict[str, Any]:
        return {"model": self._name}

    async def generate(
        self,
        messages: list[dict[str, str]],
        seed: int,
        on_text: Callable[[str], None] | None = None,
    ) -> Generated:
        text = self._says(messages, seed)
        if on_text:
            on_text(text)
        return Generated(text, tokens=len(text.split()), model=self._name)

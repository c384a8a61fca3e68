"""The teacher behind the protocol of generators: an instruction in, a website out, no model."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from webgen_r1.blueprint.compose import compose
from webgen_r1.blueprint.plan import Size
from webgen_r1.blueprint.read import read
from webgen_r1.blueprint.write import write
from webgen_r1.protocols import NothingToStart
from webgen_r1.scaffold import load
from webgen_r1.types import Generated, Mode

SCAFFOLD = "vite-react-kit"
NAME = "blueprint/1"


class BlueprintGenerator(NothingToStart):
    """Implements `protocols.Generator`. Another seed gives another site for the same words."""

    def __init__(self, size: Size = "full", mode: Mode = "slots") -> None:
        self._size: Size = size
        self._mode: Mode = mode
        self._scaffold = load(SCAFFOLD)

    @property
    def description(self) -> dict[str, Any]:
        return {"model": NAME, "scaffold": SCAFFOLD, "size": self._size, "mode": self._mode}

    async def generate(
        self,
        messages: list[dict[str, str]],
        seed: int,
        on_text: Callable[[str], None] | None = None,
    ) -> Generated:
        """A site for what the user said last; for a chat without a user, one about nothing
        in particular."""
        started = time.monotonic()
        said = [message["content"] for message in messages if message["role"] == "user"]
        plan = compose(read(said[-1] if said else ""), seed, self._size)
        text = write(plan, self._mode, self._scaffold)
        if on_text is not None:
            on_text(text)
        return Generated(text, seconds=time.monotonic() - started, model=NAME)

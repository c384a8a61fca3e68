"""Who trains and evaluates the cells of a sweep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from webgen_r1.errors import InfraFailure
from webgen_r1.sweep.plan import Cell

Tell = Callable[[str], None]
"""Takes one short line about how far it is."""


class CellFailure(InfraFailure):
    """A cell could not be trained or evaluated; its message says why in one line."""

    code = "cell"


class Runner(Protocol):
    """What was begun in a folder goes on there; cancelling leaves no process behind."""

    async def before(self, tell: Tell) -> None:
        """Evaluate the policy before training. Raises CellFailure."""

    async def cell(self, cell: Cell, seed: int, tell: Tell) -> None:
        """Train and evaluate. Raises CellFailure."""

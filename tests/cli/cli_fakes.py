"""A stand-in for the engine: the text of a completion says what becomes of it."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from types import TracebackType
from typing import Self

from webgen_r1.config import EngineConfig
from webgen_r1.errors import DiskError
from webgen_r1.types import Components, Failure, Infra, Page, Project, Trace


class FakeEngine:
    """`outage` in a text is an infrastructure failure, `slow` waits, `full` is a full disk,
    anything else is scored 3.

    Counts what it was asked, and whether it was entered and left.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.instructions: list[str | None] = []
        self.working = 0
        self.most_at_once = 0
        self.entered = self.left = 0
        self.config: EngineConfig | None = None

    def make(self, config: EngineConfig, artifacts: Path) -> Self:
        self.config = config
        return self

    async def __aenter__(self) -> Self:
        self.entered += 1
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.left += 1

    async def score(
        self, text: str, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        digest = hashlib.sha256(text.encode()).hexdigest()
        return await self._score(text, digest, instruction, id)

    async def score_project(
        self, project: Project, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        return await self._score("", project.digest, instruction, id)

    async def _score(
        self, text: str, digest: str, instruction: str | None, id: str | None
    ) -> Trace:
        assert id is not None
        self.asked.append(id)
        self.instructions.append(instruction)
        self.working += 1
        self.most_at_once = max(self.most_at_once, self.working)
        await asyncio.sleep(3600 if "slow" in text else 0.001)
        self.working -= 1
        if "full" in text:
            raise DiskError("cannot keep pictures: No space left on device")
        if "outage" in text:
            infra = Infra(stage="judge", code="judge", message="the judge is down")
            return Trace(
                id=id,
                digest=digest,
                instruction=instruction,
                outcome="infra_failure",
                stage="judge",
                reward=None,
                infra=infra,
            )
        return Trace(
            id=id,
            digest=digest,
            instruction=instruction,
            outcome="scored",
            stage="judge",
            reward=3.0,
            components=Components(visual=2.9, functional=1.0),
            failures=(
                Failure(stage="static", code="size", message="[bold]large[/]", severity="warning"),
            ),
            pages=(Page(route="/", status="ok", text="words " * 100),),
            timings={"build": 0.25},
        )

"""Several judges side by side: each sees the same pages, the first one's grade counts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from webgen_r1.protocols import Judge
from webgen_r1.types import JudgeRequest, Verdict


class Panel:
    """Implements `protocols.Judge`. Where one judge gives no verdict there is none at all,
    so that every judge's mean is over the same sites."""

    def __init__(self, judges: Sequence[Judge]) -> None:
        self._judges = tuple(judges)
        self._stack = AsyncExitStack()

    @property
    def name(self) -> str:
        return " + ".join(judge.name for judge in self._judges)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            for judge in self._judges:
                await stack.enter_async_context(judge)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def judge(self, request: JudgeRequest) -> Verdict:
        """The first judge's verdict with all of them in `panel`. Raises JudgeError."""
        verdicts = await asyncio.gather(*(judge.judge(request) for judge in self._judges))
        return verdicts[0].model_copy(update={"panel": tuple(verdicts)})

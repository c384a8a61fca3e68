"""A judge for tests and dry runs: says what it is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable

from webgen_r1.protocols import NothingToStart
from webgen_r1.types import JudgeRequest, Verdict

Opinion = float | Verdict | Callable[[JudgeRequest], float | Verdict | Awaitable[float | Verdict]]


class FakeJudge(NothingToStart):
    """Implements `protocols.Judge` with a constant grade, or a (maybe async) function of
    the request, which may raise. `calls` counts verdicts asked for."""

    def __init__(self, opinion: Opinion = 4.0, name: str = "fake/1") -> None:
        self._opinion = opinion
        self._name = name
        self.calls = 0
        self.requests: list[JudgeRequest] = []

    @property
    def name(self) -> str:
        return self._name

    async def judge(self, request: JudgeRequest) -> Verdict:
        self.calls += 1
        self.requests.append(request)
        opinion = self._opinion(request) if callable(self._opinion) else self._opinion
        said = await opinion if isawaitable(opinion) else opinion
        return said if isinstance(said, Verdict) else Verdict(judge=self._name, score=said)

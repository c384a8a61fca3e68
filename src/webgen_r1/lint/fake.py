"""A linter for tests and dry runs: answers what it was told to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from webgen_r1.errors import InfraFailure
from webgen_r1.protocols import NothingToStart
from webgen_r1.types import LintReport, Project

Answer = LintReport | InfraFailure


class FakeLinter(NothingToStart):
    """`Linter` that looks reports up.

    `answers` is one answer for all, a mapping from `Project.digest`, or a function. An
    answer that is an InfraFailure is raised. Without `answers` every project is clean.
    `linted` remembers the projects in order.
    """

    def __init__(
        self,
        answers: Answer | Mapping[str, Answer] | Callable[[Project], Answer] | None = None,
    ) -> None:
        self._answers = answers
        self.linted: list[Project] = []

    async def lint(self, project: Project) -> LintReport:
        self.linted.append(project)
        answer = self._answer(project)
        if isinstance(answer, InfraFailure):
            raise answer
        return answer

    def _answer(self, project: Project) -> Answer:
        match self._answers:
            case None:
                return LintReport()
            case LintReport() | InfraFailure():
                return self._answers
            case Mapping():
                return self._answers[project.digest]
            case _:
                return self._answers(project)

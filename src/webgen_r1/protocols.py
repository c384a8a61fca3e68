"""The seams between stages. Each has a real implementation and a fake that ships.

All are async context managers: entering starts what is slow to start (workers,
browsers), leaving ends every process and removes every temporary file.
"""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from webgen_r1.types import (
    BuildResult,
    CheckReport,
    JudgeRequest,
    LintReport,
    Project,
    RenderResult,
    Verdict,
)


class Stageful(Protocol):
    """Something with a lifetime."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class NothingToStart:
    """Base of implementations that hold nothing to start or to end."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


@runtime_checkable
class Builder(Stageful, Protocol):
    """Project in, bundle or reasons out."""

    async def build(self, project: Project) -> BuildResult:
        """Raises InfraFailure when it could not find out whether the project builds."""
        ...


@runtime_checkable
class Renderer(Stageful, Protocol):
    """Bundle in, every page as seen by a browser out."""

    async def render(self, build: BuildResult, project: Project) -> RenderResult:
        """`project` gives routes declared in source. Raises InfraFailure."""
        ...


@runtime_checkable
class Judge(Stageful, Protocol):
    """Rendered pages in, grade out."""

    @property
    def name(self) -> str:
        """Stable name with what matters to the grade, e.g. ``design/1``."""
        ...

    async def judge(self, request: JudgeRequest) -> Verdict:
        """Raises JudgeError when there is no verdict."""
        ...


@runtime_checkable
class Linter(Stageful, Protocol):
    """Project in, lint and dependency findings out."""

    async def lint(self, project: Project) -> LintReport:
        """Raises InfraFailure when it could not find out."""
        ...


@runtime_checkable
class Checker(Stageful, Protocol):
    """Built site in, what works on it out."""

    async def check(self, build: BuildResult, render: RenderResult) -> CheckReport:
        """`render` is what the renderer saw of the same build. Raises InfraFailure."""
        ...

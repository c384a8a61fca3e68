"""The seams between stages. Each has a real implementation and a fake that ships.

All are async context managers: entering starts what is slow to start (workers,
browsers), leaving ends every process and removes every temporary file.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Protocol, Self, TypeVar, runtime_checkable

from webgen_r1.types import (
    BuildResult,
    CheckReport,
    Generated,
    JudgeRequest,
    LintReport,
    Project,
    RenderResult,
    Trace,
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
class Generator(Stageful, Protocol):
    """A chat in, one completion out."""

    @property
    def description(self) -> dict[str, Any]:
        """What matters to what it writes: model, endpoint, temperature, limits."""
        ...

    async def generate(
        self,
        messages: list[dict[str, str]],
        seed: int,
        on_text: Callable[[str], None] | None = None,
    ) -> Generated:
        """One completion; the same seed gives the same where the model allows. Raises
        InfraFailure where there is none.

        `on_text` hears the completion in pieces as it is written, in the thread that asked;
        from a generator that cannot say earlier, in one piece at the end.
        """
        ...


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


# ── a site that is being used ───────────────────────────────────────────────────────


@dataclass(frozen=True)
class Happening:
    """One thing that a live site did, in order.

    `told`: what our own script said through `tell`. `effect`: something a visitor notices
    beyond the document (`print`, `window`, `clipboard`, `download`, `scroll`, ...).
    `exception` and `console` are errors that the site is to blame for.
    """

    kind: Literal["told", "effect", "dialog", "exception", "console", "left"]
    text: str


@dataclass(frozen=True)
class Played:
    """How a script that took virtual time ended; `value` is its result where it is `done`.

    `left`: the document was replaced meanwhile, and the new one has come to rest.
    `late`: it was still running after all the time that it was given; only `go` ends it.
    """

    ended: Literal["done", "left", "late"]
    value: Any = None


class PageLost(Exception):
    """The page can be used no further. A finding about the site, not a failure of ours.

    `hung`: it did not answer in time. `crashed`: its process died. `killed`: it brought down
    every browser. `time`: the whole site's time is over. `script`: it left our script no way
    to work. After `hung` and `crashed` there is a fresh tab, in which `go` works.
    """

    def __init__(self, reason: Literal["hung", "crashed", "killed", "time", "script"]) -> None:
        super().__init__(reason)
        self.reason = reason


class LiveSite(Protocol):
    """A built site in one tab, under a clock that stands still unless a method lets it run.

    Every method raises PageLost.
    """

    async def go(self, route: str) -> None:
        """Open a route such as ``/about`` by its address and let it come to rest."""
        ...

    async def evaluate(self, script: str) -> Any:  # noqa: ANN401 - whatever JSON it is
        """Value of an expression, in a world that the site cannot reach into."""
        ...

    async def play(self, script: str, limit_ms: int) -> Played:
        """Run an expression that gives a promise, at most `limit_ms` of virtual time.

        The script may call ``__webgenTell(text)``, which ends in `happened`.
        """
        ...

    async def settle(self, paint: bool = False) -> None:
        """Let the page come to rest; with `paint`, through a frame that tells it its sizes."""
        ...

    async def click(self, x: float, y: float) -> None:
        """Press and release the mouse at a point of the viewport (CSS pixels)."""
        ...

    async def type(self, text: str) -> None:
        """Put text where the focus is, as a paste would."""
        ...

    async def key(self, *names: str) -> None:
        """Press keys, one after another: ``Tab``, ``Enter``, ``Escape``, ``Space``, arrows."""
        ...

    async def resize(self, width: int, height: int) -> None:
        """Change the viewport (CSS pixels) and let the page see it."""
        ...

    async def route(self) -> str:
        """Where the tab is, e.g. ``/about``; of a hash router what follows the hash."""
        ...

    async def text(self) -> str:
        """Text of the document, for telling whether something changed."""
        ...

    async def study(self, library: str, html: str, expression: str) -> Any:  # noqa: ANN401 - whatever JSON it is
        """Value of a promise over a still copy of `html`, in a tab of our own that keeps
        `library` loaded from one site to the next. No script of `html` runs there.
        """
        ...

    def happened(self) -> tuple[Happening, ...]:
        """What has happened since the last call, in order."""
        ...


Found = TypeVar("Found")


@runtime_checkable
class SiteOpener(Stageful, Protocol):
    """Bundle in, a site to use out."""

    async def visit(
        self, build: BuildResult, work: Callable[[LiveSite], Awaitable[Found]], limit_s: float
    ) -> Found:
        """Let `work` use the site for `limit_s` seconds; again if the browser itself died.

        Raises PageLost and InfraFailure.
        """
        ...

    def open(self, build: BuildResult, limit_s: float) -> AbstractAsyncContextManager[LiveSite]:
        """The site for one try. Raises InfraFailure when the browser dies under it."""
        ...


class Engine(Stageful, Protocol):
    """What scores: `reward.CascadedReward`, or a stand-in for it."""

    async def score(
        self, text: str, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        """Score what a model wrote. Never raises for what is in `text`."""
        ...

    async def score_project(
        self, project: Project, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        """Score a tree of sources: no format to judge."""
        ...

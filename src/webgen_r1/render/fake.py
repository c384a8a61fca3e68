"""A renderer without a browser, for tests of what comes after."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from PIL import Image

from webgen_r1.protocols import Happening, LiveSite, NothingToStart, Played
from webgen_r1.types import (
    Box,
    BuildResult,
    Page,
    PageFacts,
    PageStatus,
    Project,
    RenderedPage,
    RenderResult,
)


def fake_page(
    route: str = "/",
    *,
    text: str = "Welcome",
    status: PageStatus = "ok",
    console_errors: tuple[str, ...] = (),
    exceptions: tuple[str, ...] = (),
    failed_requests: tuple[str, ...] = (),
    color: tuple[int, int, int] = (30, 41, 59),
    background: tuple[int, int, int] = (255, 255, 255),
) -> RenderedPage:
    """A plausible page: a heading with `text` on a plain background, with a real picture."""
    page = Page(
        route=route,
        status=status,
        title=text,
        via=("link", "direct"),
        console_errors=console_errors,
        exceptions=exceptions,
        failed_requests=failed_requests,
        text=text,
    )
    heading = Box("h1", 40, 40, 600, 48, color, background, 36, 700, text)
    facts = PageFacts(1280, 800, 1280, (heading,), ((background, 1.0),), style_rules=10)
    picture = _picture(background)
    return RenderedPage(page, picture, picture, facts)


def _picture(color: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 40), color).save(out, "JPEG")
    return out.getvalue()


Answer = Callable[[BuildResult, Project], RenderResult]


class FakeRenderer(NothingToStart):
    """`Renderer` that answers with `answer(build, project)`; without one, with one good page."""

    def __init__(self, answer: Answer | None = None) -> None:
        self._answer = answer
        self.calls = 0

    async def render(self, build: BuildResult, project: Project) -> RenderResult:
        self.calls += 1
        if self._answer is not None:
            return self._answer(build, project)
        return RenderResult((fake_page(text=project.title or "Welcome"),))


Reply = Callable[[str], tuple[Played, Sequence[Happening]]]
Found = TypeVar("Found")


class FakeSite:
    """`LiveSite` that answers each script with `reply(script)`, and remembers what was done."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._happened: list[Happening] = []
        self._route = "/"
        self.done: list[tuple[str, ...]] = []

    async def go(self, route: str) -> None:
        self._route = route
        self.done.append(("go", route))

    async def evaluate(self, script: str) -> Any:  # noqa: ANN401 - as the protocol
        return (await self.play(script, 0)).value

    async def play(self, script: str, limit_ms: int) -> Played:
        played, happened = self._reply(script)
        self._happened += happened
        return played

    async def study(self, library: str, html: str, expression: str) -> Any:  # noqa: ANN401
        return (await self.play(expression, 0)).value

    async def settle(self, paint: bool = False) -> None:
        self.done.append(("settle",))

    async def click(self, x: float, y: float) -> None:
        self.done.append(("click", f"{x:g}", f"{y:g}"))

    async def type(self, text: str) -> None:
        self.done.append(("type", text))

    async def key(self, *names: str) -> None:
        self.done.append(("key", *names))

    async def resize(self, width: int, height: int) -> None:
        self.done.append(("resize", f"{width}", f"{height}"))

    async def route(self) -> str:
        return self._route

    async def text(self) -> str:
        return ""

    def happened(self) -> tuple[Happening, ...]:
        happened, self._happened = tuple(self._happened), []
        return happened


class FakeOpener(NothingToStart):
    """`SiteOpener` that gives every visitor the same site."""

    def __init__(self, site: LiveSite) -> None:
        self._site = site

    async def visit(
        self, build: BuildResult, work: Callable[[LiveSite], Awaitable[Found]], limit_s: float
    ) -> Found:
        return await work(self._site)

    @asynccontextmanager
    async def open(self, build: BuildResult, limit_s: float) -> AsyncIterator[LiveSite]:
        yield self._site

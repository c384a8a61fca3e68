"""A renderer without a browser, for tests of what comes after."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image

from webgen_r1.protocols import NothingToStart
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

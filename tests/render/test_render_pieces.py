"""Small parts of the renderer: pictures, findings, fonts, flags, the fake, the search."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from webgen_r1.errors import RenderInfraError
from webgen_r1.protocols import Renderer
from webgen_r1.render import BrowserRenderer, FakeRenderer, fake_page
from webgen_r1.render.findings import MESSAGES, finding, page_failures
from webgen_r1.render.flags import browser_flags
from webgen_r1.render.fonts import fonts_conf
from webgen_r1.render.outside import answer
from webgen_r1.render.picture import palette, uniform
from webgen_r1.types import BuildResult, Page, Project, RenderResult


def picture(kind: str, *colours: tuple[int, int, int]) -> bytes:
    image = Image.new("RGB", (1280, 800), colours[0])
    for number, colour in enumerate(colours[1:], 1):
        top = number * 800 // len(colours)
        image.paste(colour, (0, top, 1280, 800))
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_palette_has_colours_and_shares(kind: str) -> None:
    colours = palette(picture(kind, (255, 255, 255), (200, 30, 40)))
    assert colours[0][1] == pytest.approx(0.5, abs=0.02)
    assert sorted(colour for colour, _ in colours[:2]) == [
        pytest.approx((200, 30, 40), abs=4),
        pytest.approx((255, 255, 255), abs=4),
    ]
    assert not uniform(colours)


def test_one_colour_is_uniform() -> None:
    assert uniform(palette(picture("JPEG", (12, 40, 99))))


def test_each_page_status_but_ok_is_an_error() -> None:
    assert page_failures(Page(route="/", status="ok")) == []
    for status in ("blank", "error", "timeout", "crashed", "unreachable"):
        (failure,) = page_failures(Page(route="/x", status=status))
        assert failure.severity == "error"
        assert failure.stage == "render"
        assert failure.message.startswith("/x: ")


def test_page_failures_name_route_and_cause() -> None:
    page = Page(
        route="/a", status="ok", console_errors=("c",), exceptions=("e",), failed_requests=("f",)
    )
    assert [(f.code, f.message) for f in page_failures(page)] == [
        ("uncaught-exception", "/a: e"),
        ("console-error", "/a: c"),
        ("request-failed", "/a: f"),
    ]


@pytest.mark.parametrize("code", MESSAGES)
def test_every_finding_has_words(code: str) -> None:
    failure = finding(code, "/r", "detail")
    assert re.fullmatch(r"/r: .+ \(detail\)", failure.message)


def test_the_browser_keeps_its_sandbox_unless_told() -> None:
    assert "--no-sandbox" not in list(browser_flags("/tmp/p", own_sandbox=True))
    assert "--no-sandbox" in list(browser_flags("/tmp/p", own_sandbox=False))


def test_the_browser_has_no_way_around_the_proxy() -> None:
    flags = list(browser_flags("/tmp/p", own_sandbox=True))
    assert "--proxy-server=http://127.0.0.1:{port}" in flags
    assert "--proxy-bypass-list=<-loopback>" in flags


def test_fonts_conf_is_well_formed() -> None:
    conf = fonts_conf("/tmp/cache")
    assert conf is None or conf.count("<match") == conf.count("</match>")


@pytest.mark.parametrize(
    ("kind", "url", "method"),
    [
        ("Image", "https://x.example/1.png", "Fetch.fulfillRequest"),
        ("Document", "https://x.example/", "Fetch.fulfillRequest"),
        ("Stylesheet", "https://fonts.googleapis.com/css2", "Fetch.fulfillRequest"),
        ("Stylesheet", "https://cdn.example/a.css", "Fetch.failRequest"),
        ("Script", "https://cdn.example/a.js", "Fetch.failRequest"),
        ("Font", "https://fonts.gstatic.com/a.woff2", "Fetch.failRequest"),
        ("XHR", "https://api.example/", "Fetch.failRequest"),
    ],
)
def test_answers_for_other_hosts(kind: str, url: str, method: str) -> None:
    assert answer("7", url, kind)[0] == method


async def test_the_fake_is_a_renderer() -> None:
    async with FakeRenderer() as renderer:
        assert isinstance(renderer, Renderer)
        result = await renderer.render(BuildResult({}), Project({}, title="Shop"))
    assert result.rendered
    assert result.pages[0].page.text == "Shop"
    assert renderer.calls == 1


async def test_the_fake_answers_what_it_is_told() -> None:
    page = fake_page("/x", status="blank", background=(1, 2, 3))
    renderer = FakeRenderer(lambda build, project: RenderResult((page,)))
    result = await renderer.render(BuildResult({}), Project({}))
    assert not result.rendered
    assert palette(page.viewport_image or b"")[0][0] == pytest.approx((1, 2, 3), abs=2)


async def test_a_failed_build_cannot_be_rendered() -> None:
    with pytest.raises(ValueError, match="build failed"):
        await BrowserRenderer().render(BuildResult(None), Project({}))


async def test_a_program_that_is_no_browser_is_an_infrastructure_failure() -> None:
    with pytest.raises(RenderInfraError, match="does not start"):
        async with BrowserRenderer(program=Path("/bin/false")):
            pass

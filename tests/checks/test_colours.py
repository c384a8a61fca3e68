"""Which colours of a page count as painted, and as what."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from webgen_r1.checks.colours import KEPT, painted_colours
from webgen_r1.types import Box, Page, PageFacts, PaintedColour, RenderedPage, RenderResult

RGB = tuple[int, int, int]
WHITE, NAVY, MINT, GREY = (255, 255, 255), (0, 0, 128), (245, 255, 250), (107, 114, 128)
INK = (20, 20, 30)


def box(tag: str, x: float, y: float, width: float, height: float, **given: Any) -> Box:
    usual: dict[str, Any] = {
        "color": INK, "background": WHITE, "font_size": 16.0, "font_weight": 400,
    }  # fmt: skip
    if given.get("own_background") is not None:
        usual["background"] = given["own_background"]
    return Box(tag, x, y, width, height, **{**usual, **given})


def page(
    *boxes: Box,
    route: str = "/",
    ground: RGB = WHITE,
    palette: tuple[tuple[RGB, float], ...] = (),
    picture: bytes | None = None,
    height: float = 800,
) -> RenderedPage:
    body = box("body", 0, 0, 1280, height, own_background=ground)
    inside = tuple(
        each if each.parent != -1 else Box(**{**each.__dict__, "parent": 0}) for each in boxes
    )
    facts = PageFacts(1280, height, 1280, boxes=(body, *inside), palette=palette)
    return RenderedPage(Page(route=route, status="ok"), picture, picture, facts)


def header(colour: RGB) -> Box:
    return box("header", 0, 0, 1280, 64, own_background=colour)


def button(colour: RGB, x: float = 40, y: float = 300) -> Box:
    return box("button", x, y, 160, 48, own_background=colour, text="Go", clickable=True)


def find(colours: tuple[PaintedColour, ...], rgb: RGB) -> PaintedColour | None:
    return next((each for each in colours if each.rgb == rgb), None)


def backgrounds(*pages: RenderedPage) -> tuple[PaintedColour, ...]:
    return painted_colours(RenderResult(pages))[0]


def components(*pages: RenderedPage) -> tuple[PaintedColour, ...]:
    return painted_colours(RenderResult(pages))[1]


def test_the_body_is_the_background_and_the_bar_is_not() -> None:
    (ground,) = backgrounds(page(header(NAVY), button(NAVY), ground=MINT))
    assert ground.rgb == MINT
    assert ground.what == ("page",)
    assert 0.85 < ground.share < 0.93  # all but the bar


def test_a_colour_on_one_page_of_four_has_a_quarter_of_the_background() -> None:
    pages = [page(route=f"/{n}") for n in range(3)] + [page(route="/3", ground=MINT)]
    white, mint = backgrounds(*pages)
    assert (white.rgb, white.share) == (WHITE, 0.75)
    assert (mint.rgb, mint.share) == (MINT, 0.25)


def test_sections_are_background_and_cards_are_components() -> None:
    section = box("section", 0, 100, 1280, 400, own_background=GREY)
    card = box("div", 100, 550, 300, 200, own_background=NAVY, shadow=True)
    seen = painted_colours(RenderResult((page(section, card),)))
    assert find(seen[0], GREY) == PaintedColour(rgb=GREY, share=0.5, what=("section",))
    assert find(seen[0], NAVY) is None
    assert find(seen[1], NAVY) is not None


def test_paint_that_the_picture_does_not_show_is_no_background() -> None:
    (dark,) = backgrounds(page(palette=(((40, 40, 40), 1.0),)))
    assert dark == PaintedColour(rgb=(40, 40, 40), share=1.0, what=("picture",))


def test_a_gradient_is_read_from_the_picture() -> None:
    body = box("body", 0, 0, 1280, 800, background=None)
    palette = (((230, 230, 250), 0.6), ((222, 222, 246), 0.4))
    facts = PageFacts(1280, 800, 1280, boxes=(body,), palette=palette)
    (ground,) = backgrounds(RenderedPage(Page(route="/", status="ok"), facts=facts))
    assert ground.what == ("picture",)
    assert ground.share == pytest.approx(1.0)


def test_kinds_are_named_where_a_colour_is_their_usual_one() -> None:
    seen = components(page(header(NAVY), button(NAVY), button(GREY, x=300), button(NAVY, x=600)))
    navy, grey = find(seen, NAVY), find(seen, GREY)
    assert navy is not None
    assert grey is not None
    assert navy.what == ("header", "button")
    assert grey.what == ()  # one button of three


def test_paint_that_cannot_be_told_from_what_is_behind_is_no_component() -> None:
    assert find(components(page(button((252, 252, 252)))), (252, 252, 252)) is None


def test_letters_are_told_from_paint() -> None:
    title = box("h1", 40, 120, 800, 60, text="Welcome", color=NAVY, font_size=48.0)
    link = box("a", 40, 220, 80, 20, text="More", color=NAVY, clickable=True)
    (navy,) = components(page(title, link))
    assert set(navy.what) == {"title", "link"}


def test_an_outlined_button_counts_by_its_letters() -> None:
    outlined = box("button", 40, 300, 160, 48, text="Go", color=NAVY, border=True, clickable=True)
    (navy,) = components(page(outlined))
    assert (navy.rgb, navy.what) == (NAVY, ("outline",))


def test_a_gradient_button_has_the_colour_that_the_picture_shows() -> None:
    image = Image.new("RGB", (1280, 800), WHITE)
    image.paste(NAVY, (40, 300, 200, 348))
    stored = io.BytesIO()
    image.save(stored, "PNG")
    gradient = box("button", 40, 300, 160, 48, background=None, text="Go", clickable=True)
    (navy,) = components(page(gradient, picture=stored.getvalue()))
    assert (navy.rgb, navy.what) == (NAVY, ("button",))


def test_under_a_veil_components_have_the_colours_that_are_seen() -> None:
    image = Image.new("RGB", (1280, 800), (70, 70, 70))
    image.paste((0, 0, 40), (0, 0, 1280, 64))
    stored = io.BytesIO()
    image.save(stored, "PNG")
    palette = (((70, 70, 70), 0.92), ((0, 0, 40), 0.08))
    seen = components(page(header(NAVY), palette=palette, picture=stored.getvalue()))
    assert [each.rgb for each in seen] == [(0, 0, 40)]


def test_an_unreadable_picture_is_no_reason_to_fail() -> None:
    gradient = box("button", 40, 300, 160, 48, background=None, text="Go", clickable=True)
    assert components(page(gradient, picture=b"no picture")) == ()


def test_a_site_that_shows_nothing_has_no_colours() -> None:
    blank = RenderedPage(Page(route="/", status="blank"))
    assert painted_colours(RenderResult((blank,))) == ((), ())


colours = st.tuples(*(st.integers(0, 255),) * 3)
boxes = st.builds(
    box,
    st.sampled_from(["div", "header", "a", "button", "h1", "svg", "footer", "section"]),
    st.floats(-100, 1300), st.floats(-100, 3000), st.floats(0, 1400), st.floats(0, 3000),
    color=colours, background=st.none() | colours, own_background=st.none() | colours,
    text=st.sampled_from(["", "Words"]), clickable=st.booleans(), border=st.booleans(),
)  # fmt: skip


@settings(max_examples=60)
@given(
    st.lists(boxes, max_size=12), colours,
    st.lists(st.tuples(colours, st.floats(0, 0.3)), max_size=3),
)  # fmt: skip
def test_whatever_was_measured_gives_a_few_shares(
    drawn: list[Box], ground: RGB, palette: list[tuple[RGB, float]]
) -> None:
    found = painted_colours(RenderResult((page(*drawn, ground=ground, palette=tuple(palette)),)))
    for colours_of in found:
        assert len(colours_of) <= KEPT
        assert len({each.rgb for each in colours_of}) == len(colours_of)
    assert sum(each.share for each in found[0]) <= 1 + sum(share for _, share in palette) + 1e-3
    assert [each.share for each in found[0]] == sorted((e.share for e in found[0]), reverse=True)


@given(st.permutations(["/", "/a", "/b"]))
def test_the_order_of_pages_does_not_matter(order: list[str]) -> None:
    made = {
        "/": page(header(NAVY), route="/"),
        "/a": page(button(GREY), route="/a", ground=MINT),
        "/b": page(route="/b", ground=MINT),
    }
    assert painted_colours(RenderResult(tuple(made[r] for r in order))) == painted_colours(
        RenderResult(tuple(made.values()))
    )

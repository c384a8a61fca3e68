"""Hand-made pages: what a browser would have measured on a small, decent site."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from webgen_r1.layout import Look
from webgen_r1.types import Box, JudgeRequest, Page, PageFacts, RenderedPage

NAVY = (0, 0, 128)
WHITE = (255, 255, 255)
INK = (30, 30, 40)

INSTRUCTION = (
    "Please implement a website for a bakery that sells bread and cakes. Visitors should be able "
    "to browse loaves, order pastries for collection and read recipes. Set the background color "
    "to white and the component color to navy."
)
ROUTES = ("/", "/loaves", "/order", "/recipes", "/contact")
_TOPICS = {
    "/": "Sourdough bread and celebration cakes baked before sunrise in our brick oven",
    "/loaves": "Rye, spelt and seeded loaves; browse the shelf and see what each is made from",
    "/order": "Order pastries and cakes for collection, choose a day and pay at the counter",
    "/recipes": "Recipes from our bakers: starter, brioche, focaccia and a lemon drizzle",
    "/contact": "Find the shop behind the market hall, open from seven until the shelves are bare",
}


def box(tag: str, x: float, y: float, width: float, height: float, **given: Any) -> Box:
    """A box with dark text on white, unless told otherwise."""
    usual: dict[str, Any] = {
        "color": INK,
        "background": WHITE,
        "font_size": 16.0,
        "font_weight": 400,
        "font_family": "Inter",
    }
    return Box(tag=tag, x=x, y=y, width=width, height=height, **{**usual, **given})


def boxes_of(route: str) -> tuple[Box, ...]:
    """A navy bar with navigation, a title, text, three cards and a button."""
    made: list[Box] = []

    def put(tag: str, x: float, y: float, width: float, height: float, **given: Any) -> int:
        made.append(box(tag, x, y, width, height, **given))
        return len(made) - 1

    body = put("body", 0, 0, 1280, 900, own_background=WHITE)
    bar = put("nav", 0, 0, 1280, 64, parent=body, own_background=NAVY, background=NAVY, padding=24)
    for number, label in enumerate(("Home", "Loaves", "Order", "Recipes", "Contact")):
        put(
            "a", 40 + 120 * number, 20, 96, 24, parent=bar, text=label, color=WHITE,
            background=NAVY, clickable=True,
        )  # fmt: skip
    main = put("main", 40, 96, 1200, 760, parent=body)
    title = "Fresh from the oven" if route == "/" else route.strip("/").capitalize()
    put("h1", 40, 96, 1200, 56, parent=main, text=title, font_size=44.0, font_weight=700)
    put("p", 40, 168, 1200, 48, parent=main, text=_TOPICS[route] + ".")
    put(
        "button", 40, 232, 160, 44, parent=main, text="See more", color=WHITE, background=NAVY,
        own_background=NAVY, clickable=True, padding=20, radius=8, text_align="center",
    )  # fmt: skip
    grid = put("section", 40, 300, 1200, 400, parent=main)
    for number in range(3):
        x = 40 + 408 * number
        card = put("article", x, 300, 384, 400, parent=grid, shadow=True, padding=24, radius=12)
        put(
            "h2", x + 24, 324, 336, 32, parent=card, text=f"{title} choice {number + 1}",
            font_size=24.0, font_weight=600, color=NAVY,
        )  # fmt: skip
        put("p", x + 24, 372, 336, 96, parent=card, text=f"{_TOPICS[route]}, batch {number + 1}.")
    return tuple(made)


def facts(boxes: tuple[Box, ...], **given: Any) -> PageFacts:
    usual: dict[str, Any] = {"width": 1280.0, "height": 900.0, "scroll_width": 1280.0}
    return PageFacts(boxes=boxes, **{**usual, **given})


def look(*boxes: Box, **given: Any) -> Look:
    """One page of the given boxes."""
    return Look("/", facts(boxes, **given))


def rendered(route: str, boxes: tuple[Box, ...], image: bytes | None = None) -> RenderedPage:
    page = Page(route=route, status="ok", text="\n".join(each.text for each in boxes))
    return RenderedPage(page=page, viewport_image=image, full_image=image, facts=facts(boxes))


def site(image: bytes | None = None) -> tuple[RenderedPage, ...]:
    return tuple(rendered(route, boxes_of(route), image) for route in ROUTES)


def request(
    pages: tuple[RenderedPage, ...] | None = None, instruction: str | None = INSTRUCTION
) -> JudgeRequest:
    return JudgeRequest(instruction, site() if pages is None else pages)


def changed(pages: tuple[RenderedPage, ...], **fields: Any) -> tuple[RenderedPage, ...]:
    """Every box of every page with these fields; a callable gets the box."""

    def one(original: Box) -> Box:
        values = {k: v(original) if callable(v) else v for k, v in fields.items()}
        return replace(original, **values)

    return tuple(rendered(p.page.route, tuple(map(one, p.facts.boxes))) for p in pages if p.facts)

"""From what the browser said to `Page` and `PageFacts`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from webgen_r1.config import RenderConfig
from webgen_r1.render.picture import palette, uniform
from webgen_r1.render.tab import Tab, script
from webgen_r1.types import Box, PageFacts, PageStatus

LIMITS = {"maxNodes": 20_000, "maxBoxes": 600, "maxText": 20_000, "maxLinks": 400}
QUICK_LIMITS = {"maxNodes": 3_000, "maxBoxes": 0, "maxText": 20_000, "maxLinks": 0}
_BOUNDARIES = ("Unexpected Application Error!",)  # React Router's own error page


@dataclass(frozen=True)
class Link:
    """`href` as written, `url` as resolved."""

    href: str
    url: str


@dataclass(frozen=True)
class Sight:
    """A page as seen once, before any judgement."""

    url: str
    title: str
    text: str
    painted: int
    root_empty: bool
    nodes: int
    links: tuple[Link, ...]
    gist: str
    facts: PageFacts
    viewport: bytes | None = None
    full: bytes | None = None

    @property
    def signature(self) -> str:
        """What tells two pages of one site apart."""
        return f"{self.text}\n{self.painted}"

    @property
    def metrics(self) -> dict[str, float]:
        return {"nodes": float(self.nodes), "height": self.facts.height}

    @property
    def blank(self) -> bool:
        """Nothing to see: no text and no picture, or all of it invisible."""
        if self.painted == 0:
            return True
        return bool(self.facts.palette) and uniform(self.facts.palette) and not self.text.strip()

    def status(self, exceptions: tuple[str, ...]) -> PageStatus:
        """`ok`, `blank` or `error`; the other ones are not for a page that was seen."""
        if self.text.lstrip().startswith(_BOUNDARIES):
            return "error"
        if self.blank or (self.root_empty and exceptions):
            return "error" if exceptions else "blank"
        return "ok"


async def look(tab: Tab, config: RenderConfig) -> Sight:
    """Measure and photograph the page as it is."""
    raw = await _measure(tab, LIMITS)
    viewport = await tab.picture(config)
    full = viewport
    if config.full_page and raw["height"] > config.height:
        full = await tab.full_picture(config, raw["height"])
    return _sight(raw, palette(viewport), viewport, full)


async def glance(tab: Tab) -> Sight:
    """Only what tells pages apart: no picture, no boxes."""
    return _sight(await _measure(tab, QUICK_LIMITS), ())


async def read_gist(tab: Tab) -> str:
    """`Sight.gist` of the page as it is, which costs no layout."""
    gist: str = await tab.evaluate(script("gist.js"))
    return gist


async def _measure(tab: Tab, limits: dict[str, int]) -> dict[str, Any]:
    facts, gist = await tab.evaluate(
        f"[{script('facts.js')}({json.dumps(limits)}), {script('gist.js')}]"
    )
    return {**facts, "gist": gist}


def _sight(
    raw: dict[str, Any],
    colours: tuple[tuple[tuple[int, int, int], float], ...],
    viewport: bytes | None = None,
    full: bytes | None = None,
) -> Sight:
    facts = PageFacts(
        width=raw["width"],
        height=raw["height"],
        scroll_width=raw["scrollWidth"],
        boxes=tuple(_box(values) for values in raw["boxes"]),
        palette=colours,
        images=raw["images"],
        broken_images=raw["broken"],
        style_rules=raw["rules"],
        truncated=raw["truncated"],
    )
    return Sight(
        url=raw["url"],
        title=raw["title"],
        text=raw["text"],
        painted=raw["painted"],
        root_empty=raw["rootEmpty"],
        nodes=raw["nodes"],
        links=tuple(Link(href, url) for href, url, _ in raw["links"]),
        gist=raw["gist"],
        facts=facts,
        viewport=viewport,
        full=full,
    )


def _box(values: list[Any]) -> Box:
    """One row of facts.js, whose order is this one."""
    (tag, x, y, width, height, color, background, size, weight, text, own, parent) = values[:12]
    (clickable, clipped, radius, border, shadow, role, family, align, padding) = values[12:]
    return Box(
        tag=tag,
        x=x,
        y=y,
        width=width,
        height=height,
        color=_rgb(color),
        background=None if background is None else _rgb(background),
        font_size=size,
        font_weight=weight,
        text=text,
        own_background=None if own is None else _rgb(own),
        parent=parent,
        clickable=clickable,
        clipped=clipped,
        radius=radius,
        border=border,
        shadow=shadow,
        role=role,
        font_family=family,
        text_align=align,
        padding=padding,
    )


def _rgb(values: list[int]) -> tuple[int, int, int]:
    return values[0], values[1], values[2]

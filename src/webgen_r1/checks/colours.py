"""Which colours were really painted: behind everything, and on what stands out from it.

Areas come from the measured boxes of whole pages; what a visitor sees of them, and the colours
of gradients and images, from the palette sampled from the picture of the window.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from webgen_r1.checks.sample import Sampler
from webgen_r1.colour.arithmetic import RGB, difference
from webgen_r1.layout import FIELDS, Look, looks
from webgen_r1.types import Box, PaintedColour, RenderedPage, RenderResult

KEPT = 8
"""Colours reported of each sort."""

_SAME = 0.03  # OKLab distance within which paint and picture, or two paints, are one colour
_STANDS_OUT = 0.02  # OKLab distance at which a component is seen on what is behind it
_BOLD = 0.25  # OKLab distance at which it cannot be overlooked
_WIDE = 0.8  # share of the page's width from which a box is a section, not a card
_BAR_HEIGHT = 200.0
_BAR_TOP = 120.0
_LARGE = 0.02  # share of the window from which a component must be among the palette's colours
_SEEN = 0.06  # OKLab distance to one of them
_ICON = 64.0
_INK = 0.15  # share of a line of text that is ink
_LEADS = 0.4  # share of the components of one kind that a colour must paint to be theirs
_WORTH_NAMING = 0.01  # share of the pages below which a background is noise
_BARS = frozenset({"header", "nav", "footer", "a", "button"})
_LETTERS = {"h1": "title", "h2": "title", "h3": "title", "a": "link", "svg": "icon"}


@dataclass(frozen=True)
class _Part:
    """One component: `area` in pages, `bold` in [0, 1] how much it stands out."""

    rgb: RGB
    kind: str
    area: float
    bold: float


def painted_colours(
    render: RenderResult,
) -> tuple[tuple[PaintedColour, ...], tuple[PaintedColour, ...]]:
    """The backgrounds and the component colours of a site, the most important first.

    Every page counts the same. `share` is the share of the pages' area. Of a background,
    `what` says who paints it: page, section, or picture (a gradient, an image, or something
    over the page). Of a component, it names the kinds whose usual colour it is (header,
    sidebar, button, card, badge, footer; outline, title, link, icon for letters and lines);
    empty where it is nobody's usual colour.
    """
    seen = [(page, look) for page in render.pages for look in looks((page,))]
    if not seen:
        return (), ()
    grounds: dict[RGB, float] = defaultdict(float)
    painters: dict[RGB, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    parts: list[_Part] = []
    for page, look in seen:
        for (colour, kind), share in _grounds(look).items():
            head = _nearest(colour, grounds) if kind == "picture" else colour
            grounds[head] += share / len(seen)
            painters[head][kind] += share
        parts += _parts(page, look, len(seen))
    return _backgrounds(grounds, painters), _components(parts)


# ── backgrounds ─────────────────────────────────────────────────────────────────────


def _grounds(look: Look) -> dict[tuple[RGB, str], float]:
    """Share of one page by colour and who paints it."""
    covering = [index for index, box in enumerate(look.boxes) if _covers(look, index, box)]
    grid = look.grid(covering)
    whole = _shares(look, grid)
    window = _shares(look, grid[: max(1, round(len(grid) * _window(look)))])
    expected: dict[RGB, float] = defaultdict(float)
    for (colour, _), share in window.items():
        if colour is not None:
            expected[colour] += share
    visible = {colour: _visible(look, colour, share) for colour, share in expected.items()}
    found = {
        (colour, kind): share * visible.get(colour, 1.0)
        for (colour, kind), share in whole.items()
        if colour is not None and kind != "part"
    }
    # What flat paint does not account for is a gradient, an image, or something over the page.
    # It is known of the window only; further down it goes on where there is a gradient or image.
    rest = {
        colour: share
        for colour, share in look.facts.palette
        if share > 0 and not any(difference(colour, paint) <= _SAME for paint in expected)
    }
    top = _window(look)
    further = sum(s for (c, kind), s in whole.items() if c is None and kind != "part") - top * sum(
        s for (c, kind), s in window.items() if c is None and kind != "part"
    )
    for colour, share in rest.items():
        found[colour, "picture"] = share * (top + max(0.0, further) / sum(rest.values()))
    return found


def _visible(look: Look, colour: RGB, expected: float) -> float:
    """Which part of a flat paint the picture of the window shows, 0 to 1."""
    if not look.facts.palette:
        return 1.0
    seen = sum(share for each, share in look.facts.palette if difference(each, colour) <= _SAME)
    return min(1.0, seen / expected)


def _window(look: Look) -> float:
    """Share of the page that the picture of the window shows, which is 5:8 (`RenderConfig`)."""
    return min(1.0, 0.625 * look.facts.width / max(look.facts.height, 1.0))


def _covers(look: Look, index: int, box: Box) -> bool:
    return box.own_background is not None or is_pictured(look, index)


def is_pictured(look: Look, index: int) -> bool:
    """Whether a gradient or an image fills a box, so that its colours were not measured."""
    box = look.boxes[index]
    if box.background is not None:
        return False
    return box.parent < 0 or look.boxes[box.parent].background is not None


def _shares(look: Look, grid: list[list[int]]) -> Mapping[tuple[RGB | None, str], float]:
    """Share of a grid by colour (None: a gradient or image) and kind of painter."""
    counts = Counter(chain.from_iterable(grid))
    total = sum(counts.values())
    shares: dict[tuple[RGB | None, str], float] = defaultdict(float)
    for index, count in counts.items():
        if index < 0:
            key: tuple[RGB | None, str] = (look.canvas, "page")
        else:
            box = look.boxes[index]
            paint = None if is_pictured(look, index) else box.own_background
            key = (paint, _ground_kind(look, box))
        shares[key] += count / total
    return shares


def _ground_kind(look: Look, box: Box) -> str:
    """`page`, `section`, or the kind of component that a painted box is."""
    if box.tag in {"html", "body"}:
        return "page"
    if box.width < _WIDE * look.facts.width or box.tag in {
        "header",
        "nav",
        "footer",
        "a",
        "button",
    }:
        return "part"
    if box.height <= _BAR_HEIGHT and (box.y <= _BAR_TOP or box.height < 100):
        return "part"
    return "page" if box.height >= _WIDE * look.facts.height else "section"


def _backgrounds(
    grounds: Mapping[RGB, float], painters: Mapping[RGB, Mapping[str, float]]
) -> tuple[PaintedColour, ...]:
    return tuple(
        PaintedColour(
            rgb=rgb,
            share=round(share, 4),
            what=_descending(painters[rgb]),
        )
        for rgb, share in sorted(grounds.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
        if share >= _WORTH_NAMING
    )


# ── components ──────────────────────────────────────────────────────────────────────


def _parts(page: RenderedPage, look: Look, pages: int) -> list[_Part]:
    """The components of one of `pages` pages."""
    whole = max(look.facts.width * look.facts.height, 1.0) * pages
    veiled = _veiled(look)  # then paint is what the picture shows, and letters are left out
    sampler = Sampler(page.viewport_image, look.facts.width)
    found: list[_Part] = []
    for index, box in enumerate(look.boxes):
        kind = _part_kind(look, index, box)
        if kind is None:
            continue
        painted = box.own_background is not None or is_pictured(look, index)
        pictured = painted and (veiled or is_pictured(look, index))
        paint = sampler.colour(box) if pictured else box.own_background
        behind = look.behind(index)
        if paint is not None and difference(paint, behind) >= _STANDS_OUT:
            found.append(_part(paint, kind, box.width * box.height / whole, behind))
        elif kind == "button" and box.border and not veiled:
            found.append(_part(box.color, "outline", box.width * box.height / whole, behind))
        elif not veiled and (letters := _LETTERS.get(box.tag)):
            ink = len(box.text) * box.font_size**2 * 0.5 if box.text else box.width * box.height
            found.append(_part(box.color, letters, _INK * ink / whole, behind))
    return found


def _veiled(look: Look) -> bool:
    """Whether something lies over the page: its larger components are not to be seen in the
    picture in the colours they are painted in."""
    height = _window(look) * look.facts.height
    least = _LARGE * look.facts.width * height
    seen = [
        any(difference(colour, box.own_background) <= _SEEN for colour, _ in look.facts.palette)
        for index, box in enumerate(look.boxes)
        if box.own_background is not None
        and box.y < height
        and box.width * min(box.height, height - box.y) >= least
        and _part_kind(look, index, box)
    ]
    return bool(look.facts.palette) and 2 * sum(seen) < len(seen)


def _part(rgb: RGB, kind: str, area: float, behind: RGB) -> _Part:
    return _Part(rgb, kind, area, min(1.0, difference(rgb, behind) / _BOLD))


def _part_kind(look: Look, index: int, box: Box) -> str | None:
    """What a box is to a visitor; None for what is no component."""
    if box.tag in {"html", "body"} or box.tag in FIELDS:
        return None
    if box.tag == "button" or box.role in {"button", "tab"} or _looks_pressable(look, index, box):
        return "button"
    if box.tag == "svg" and max(box.width, box.height) > _ICON:
        return None  # a drawing
    if box.tag in _LETTERS and box.own_background is None and not is_pictured(look, index):
        return _LETTERS[box.tag]
    if box.tag == "footer":
        return "footer"
    if box.width >= _WIDE * look.facts.width:
        if box.height <= _BAR_HEIGHT and (box.y <= _BAR_TOP or box.tag in {"header", "nav"}):
            return "header"
        return None
    if box.tag in {"aside", "nav"} and box.height >= 2 * box.width:
        return "sidebar"
    if box.tag in {"header", "nav"} and box.y <= _BAR_TOP:
        return "header"
    if box.height <= 40:
        return "badge" if box.text else None
    if is_pictured(look, index):
        return None  # most likely an image
    return "card" if box.width >= 80 and box.height >= 48 else None


def _looks_pressable(look: Look, index: int, box: Box) -> bool:
    """A link, or anything to click, with paint or an edge of its own and the size of a button."""
    if not box.clickable or box.height > 72 or box.height < 20:
        return False
    edged = box.border and box.padding >= 8
    return box.own_background is not None or is_pictured(look, index) or edged


def _descending(weights: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(weights, key=lambda name: (-weights[name], name)))


def _nearest(colour: RGB, heads: Iterable[RGB]) -> RGB:
    """The first of `heads` that is the same colour to the eye, else the colour itself."""
    return next((head for head in heads if difference(head, colour) <= _SAME), colour)


def _components(parts: list[_Part]) -> tuple[PaintedColour, ...]:
    """Shades within a hair of each other count as one colour, the heaviest of them."""
    weights: dict[RGB, float] = defaultdict(float)
    for part in parts:
        weights[part.rgb] += part.area * part.bold
    heads: list[RGB] = []
    head_of: dict[RGB, RGB] = {}
    for rgb, _ in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        head_of[rgb] = _nearest(rgb, heads)
        if head_of[rgb] == rgb:
            heads.append(rgb)
    area: dict[RGB, float] = defaultdict(float)
    kinds: dict[str, float] = defaultdict(float)
    mine: dict[RGB, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for part in parts:
        head = head_of[part.rgb]
        area[head] += part.area
        kinds[part.kind] += part.area * part.bold
        mine[head][part.kind] += part.area * part.bold
    leads = {
        head: tuple(k for k in _descending(mine[head]) if mine[head][k] >= _LEADS * kinds[k] > 0)
        for head in heads
    }
    ranked = sorted(heads, key=lambda head: (not leads[head], -sum(mine[head].values()), head))
    return tuple(
        PaintedColour(rgb=head, share=round(area[head], 4), what=leads[head])
        for head in ranked[:KEPT]
    )

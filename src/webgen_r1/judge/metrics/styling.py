"""Did anybody style this, or is it the browser's own look?"""

from __future__ import annotations

from webgen_r1.colour.arithmetic import chroma
from webgen_r1.judge.marks import Mark, ramp
from webgen_r1.judge.metrics.alignment import neighbours
from webgen_r1.layout import Look

_BROWSER_LINK = ((0, 0, 238), (85, 26, 139))
_BROWSER_FONTS = ("times", "serif", "")


def styling(look: Look) -> Mark:
    """Mean evidence of styling: font, surfaces, colours, columns, padding."""
    boxes = [box for box in look.boxes if box.tag not in {"html", "body"}]
    if not boxes:
        return Mark(0.0, (f"{look.route}: nothing to style",))
    texts = [look.boxes[index] for index in look.texts]
    default_font = sum(_browser_font(box.font_family) for box in texts)
    own_font = 1 - default_font / len(texts) if texts else 0.0
    links = [look.boxes[index] for index in look.clickables if look.boxes[index].tag == "a"]
    raw_links = sum(box.color in _BROWSER_LINK for box in links)
    surfaces = len(look.surfaces)
    columns = sum(row for _, _, row in neighbours(look))
    padded = sum(box.padding >= 6 for box in boxes)
    tinted = {
        colour
        for box in boxes
        for colour in (box.color, box.own_background)
        if colour is not None and colour not in _BROWSER_LINK and chroma(colour) > 0.02
    }
    evidence = (
        own_font,
        1 - raw_links / len(links) if links else 0.5,
        ramp(surfaces, 0, 4),
        ramp(columns, 0, 4),
        ramp(padded, 0, 4),
        ramp(len(tinted), 0, 2),
    )
    value = sum(evidence) / len(evidence)
    if value >= 0.6:
        return Mark(value)
    return Mark(value, (f"{look.route}: looks like an unstyled document",))


def _browser_font(family: str) -> bool:
    first = family.split(",")[0].strip(" '\"").lower()
    return first.startswith(_BROWSER_FONTS[0]) or first in _BROWSER_FONTS

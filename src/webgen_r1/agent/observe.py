"""What the agent is shown at one step: a numbered picture, a list, and what happened."""

from __future__ import annotations

import asyncio
import hashlib
import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from webgen_r1.agent.config import View
from webgen_r1.agent.events import Note, quoted
from webgen_r1.agent.page import CasePage

_COLOURS = ("#c2185b", "#1565c0", "#2e7d32", "#6a1b9a", "#bf360c", "#00695c")
_QUALITY = 70
_LABEL_PX = 13


@dataclass(frozen=True)
class Observation:
    """One look at the page.

    `text` is what the page says, to be shown between fences; `picture` is the marked JPEG;
    `elements` maps a number to its words for records; `digest` changes with whatever is seen.
    """

    route: str
    text: str
    picture: bytes
    elements: dict[int, str]
    digest: str


async def observe(page: CasePage, view: View) -> Observation:
    """Number, photograph, list. Raises SiteGone or AgentError."""
    notes = page.events.take()
    found = await page.look()
    plain = await page.picture()
    marked = await asyncio.to_thread(_marked, plain, found["items"])
    route = page.site.route_of(found["url"]) if page.site.address.owns(found["url"]) else "(none)"
    text = "\n".join(_lines(found, route, notes, view))
    digest = hashlib.sha256(text.encode("utf-8", "replace") + plain).hexdigest()
    elements = {
        item["n"]: f"[{item['n']}] {item['kind']} {quoted(item['name'], 60)}"
        for item in found["items"]
        if "n" in item
    }
    return Observation(route, text, marked, elements, digest)


def _lines(found: dict[str, Any], route: str, notes: tuple[Note, ...], view: View) -> list[str]:
    """Title, place, events, then what is in view. Every string of the page is quoted."""
    lines = [f"title: {quoted(found['title'])}", f"path: {quoted(route)}"]
    if found["full"] > found["height"] + 1:
        bottom = min(found["top"] + found["height"], found["full"])
        lines.append(f"in view: {found['top']} to {bottom} of {found['full']} px")
    lines += [f"happened: {note}" for note in notes]
    shown = [item for item in found["items"] if view != "marks" or "n" in item]
    lines += [_line(item) for item in shown]
    if not shown:
        lines.append("(nothing to read or to use is in view)")
    if found["left"]:
        lines.append(f"({found['left']} more elements are not numbered)")
    return lines


def _line(item: dict[str, Any]) -> str:
    """``[4] input email "Your e-mail" value="" (required)``"""
    words = [f"[{item['n']}]"] if "n" in item else []
    words.append(item["kind"])
    if item["name"] or item["kind"] != "scroll area":
        words.append(quoted(item["name"]))
    for key in ("value", "href"):
        if item.get(key) is not None:
            words.append(f"{key}={quoted(item[key])}")
    if "options" in item:
        words.append("options: " + ", ".join(quoted(option) for option in item["options"]))
    if "flags" in item:
        words.append(f"({', '.join(item['flags'])})")
    if item.get("message"):
        words.append(f"the browser says: {quoted(item['message'])}")
    return " ".join(words)


def _marked(picture: bytes, items: list[dict[str, Any]]) -> bytes:
    """The picture with a numbered box around every element; the page itself is not touched."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(_LABEL_PX)
    for item in items:
        if "n" not in item:
            continue
        colour = _COLOURS[item["n"] % len(_COLOURS)]
        left, top, right, bottom = _around(item["box"], image.size)
        draw.rectangle((left - 1, top - 1, right + 1, bottom + 1), outline="white")
        draw.rectangle((left, top, right, bottom), outline=colour, width=2)
        label = str(item["n"])
        width, height = draw.textlength(label, font) + 6, _LABEL_PX + 3
        # Above the box where there is room, so that the label hides no text of the element.
        x = min(left, image.width - width)
        y = top - height if top >= height else top
        draw.rectangle((x, y, x + width, y + height), fill=colour, outline="white")
        draw.text((x + 3, y), label, fill="white", font=font)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _around(box: list[float], size: tuple[int, int]) -> tuple[float, float, float, float]:
    """The frame just outside of a box, within the picture."""
    left, top, right, bottom = box
    width, height = size
    return (
        min(max(left - 2, 0), width - 2),
        min(max(top - 2, 0), height - 2),
        min(max(right + 1, 1), width - 1),
        min(max(bottom + 1, 1), height - 1),
    )

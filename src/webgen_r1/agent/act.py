"""Carrying out one action. What did not work is said in words; it is never an exception."""

from __future__ import annotations

import asyncio
from typing import Any

from webgen_r1.agent.actions import (
    Back,
    Click,
    Hover,
    Interaction,
    Key,
    Scroll,
    Select,
    Type,
    Wait,
)
from webgen_r1.agent.page import CasePage

_PICKED = frozenset({"date", "time", "datetime-local", "month", "week", "color", "range"})
_FORMATS = {
    "date": "YYYY-MM-DD",
    "time": "HH:MM",
    "datetime-local": "YYYY-MM-DDTHH:MM",
    "month": "YYYY-MM",
    "week": "YYYY-Www",
    "color": "#rrggbb",
    "range": "a number",
}
_NO_TEXT = frozenset({"checkbox", "radio", "button", "submit", "reset", "image", "a"})
_TYPED_BY_KEY = 80
"""Characters up to which every key is pressed; anything longer is pasted."""
_SCROLL_SHARE = 0.8
_EVENT_S = 3.0


async def perform(page: CasePage, action: Interaction) -> str:
    """Do it and let the page come to rest; "" where it worked, else why not.

    Raises SiteGone or AgentError.
    """
    page.site.begin()
    match action:
        case Wait():
            await page.settle(change=True)
            return ""
        case Back():
            return "" if await page.back() else "there is no earlier page to go back to"
        case Key():
            await page.bounded(page.tab.keyboard.press(action.name))
            said = ""
        case Scroll():
            said = await _scroll(page, action)
        case Click() | Hover() | Type() | Select():
            said = await _on_element(page, action)
    await page.settle()
    return said


async def _on_element(page: CasePage, action: Click | Hover | Type | Select) -> str:
    target = await page.call("target.js", action.n)
    if (fault := _fault(action.n, target)) is not None:
        return fault
    kind = str(target["kind"])
    match action:
        case Select():
            if kind != "select":
                return f"[{action.n}] is no select: click it to see what it offers"
            return await _fill(page, action.n, action.option)
        case Click() if kind == "select":
            return f"[{action.n}] is a list of options: use select"
        case Type():
            return await _type(page, action, target)
        case Hover():
            await page.bounded(page.tab.mouse.move(target["x"], target["y"]))
        case Click() if kind == "file":
            return await _choose_file(page, target)
        case Click() if target["download"]:
            await _click_and_wait(page, target, page.events.download_began)
        case Click():
            await page.bounded(page.tab.mouse.click(target["x"], target["y"]))
    return ""


async def _type(page: CasePage, action: Type, target: dict[str, Any]) -> str:
    kind, tab = str(target["kind"]), page.tab
    if kind == "select":
        return await _fill(page, action.n, action.text)
    if kind in _NO_TEXT:
        return f"[{action.n}] takes no text"
    if kind in _PICKED:
        said = await _fill(page, action.n, action.text, _FORMATS[kind])
    elif kind == "file":
        return await _choose_file(page, target)
    else:
        await page.bounded(tab.mouse.click(target["x"], target["y"]))
        await page.bounded(tab.keyboard.press("ControlOrMeta+a"))
        text = action.text if target["editable"] else " ".join(action.text.splitlines())
        if not text:
            await page.bounded(tab.keyboard.press("Delete"))
        elif len(text) <= _TYPED_BY_KEY:
            await page.bounded(tab.keyboard.type(text))
        else:
            await page.bounded(tab.keyboard.insert_text(text))
        said = ""
    if action.submit and not said:
        await page.bounded(tab.keyboard.press("Enter"))
    return said


async def _choose_file(page: CasePage, target: dict[str, Any]) -> str:
    """Click a file field and wait for its dialog, which `Events` answers with a small file."""
    opened = await _click_and_wait(page, target, page.events.file_chosen)
    return "" if opened else "no file dialog opened"


async def _click_and_wait(page: CasePage, target: dict[str, Any], event: asyncio.Event) -> bool:
    """Click, and wait for what the browser itself will do a moment later."""
    event.clear()
    await page.bounded(page.tab.mouse.click(target["x"], target["y"]))
    try:
        await asyncio.wait_for(event.wait(), _EVENT_S)
    except TimeoutError:
        return False
    return True


async def _fill(page: CasePage, n: int, value: str, form: str = "") -> str:
    """Choose `value` in a control with a picker of its own."""
    told = await page.call("fill.js", n, value)
    if told.get("gone"):
        return f"[{n}] is no longer on the page"
    if told.get("disabled"):
        return f"[{n}] is disabled"
    if "options" in told:
        return f"[{n}] has no such option"
    if form and not told.get("value"):
        return f"[{n}] takes its value as {form}"
    return ""


async def _scroll(page: CasePage, action: Scroll) -> str:
    size = page.tab.viewport_size or {"width": 1280, "height": 800}
    x, y = size["width"] / 2, size["height"] / 2
    if action.n is not None:
        target = await page.call("target.js", action.n)
        if (fault := _fault(action.n, target)) is not None:
            return fault
        x, y = target["x"], target["y"]
    way = -1 if action.direction == "up" else 1
    await page.bounded(page.tab.mouse.move(x, y))
    await page.bounded(page.tab.mouse.wheel(0, way * size["height"] * _SCROLL_SHARE))
    return ""


def _fault(n: int, target: dict[str, Any]) -> str | None:
    """Why the element cannot be used, or None."""
    if target.get("missing"):
        return f"there is no [{n}] in the list"
    if target.get("gone"):
        return f"[{n}] is no longer on the page"
    if target.get("covered") and target.get("kind") != "select":
        return f"[{n}] is covered by something or out of reach"
    return None

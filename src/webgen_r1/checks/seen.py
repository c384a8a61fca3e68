"""What the checks take over from the renderer, which saw the same site before."""

from __future__ import annotations

from dataclasses import dataclass

from webgen_r1.types import PageFacts, RenderResult


@dataclass(frozen=True)
class Seen:
    """`routes`: those that show something, the landing page first; `complex` the one among
    them with most elements. `blank` and `failed`: routes that show nothing, or an error.
    `usable`: routes with something to press, fill in or choose, links apart.
    `pointer`: routes where something that is no control shows a hand under the mouse.
    `broken`: (route, link as written) for links that lead to no page. `errors`: what the
    console said then.
    """

    routes: tuple[str, ...]
    complex: str = "/"
    blank: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    broken: tuple[tuple[str, str], ...] = ()
    usable: frozenset[str] = frozenset()
    pointer: frozenset[str] = frozenset()
    errors: frozenset[str] = frozenset()


def seen(render: RenderResult) -> Seen:
    """Sort the pages of a render by what became of them."""
    pages = [rendered.page for rendered in render.pages]
    shown = [page for page in pages if page.status == "ok"]
    largest = max(shown, key=lambda page: page.metrics.get("nodes", 0.0), default=None)
    return Seen(
        routes=tuple(page.route for page in shown),
        complex=largest.route if largest else "/",
        blank=frozenset(page.route for page in pages if page.status in ("blank", "unreachable")),
        failed=frozenset(
            page.route for page in pages if page.status in ("error", "crashed", "timeout")
        ),
        broken=tuple((page.route, link) for page in pages for link in page.broken_links),
        usable=frozenset(
            rendered.page.route for rendered in render.pages if _has_controls(rendered.facts)
        ),
        pointer=frozenset(
            rendered.page.route for rendered in render.pages if _shows_hand(rendered.facts)
        ),
        errors=frozenset(
            text for page in pages for text in (*page.exceptions, *page.console_errors)
        ),
    )


_CONTROLS = frozenset({"a", "button", "input", "select", "textarea", "summary", "label"})


def _has_controls(facts: PageFacts | None) -> bool:
    """Whether it is worth going there to use something."""
    if facts is None or facts.truncated:
        return True
    return _shows_hand(facts) or any(
        (box.tag in _CONTROLS and box.tag not in ("a", "label")) or box.role == "button"
        for box in facts.boxes
    )


def _shows_hand(facts: PageFacts | None) -> bool:
    """Whether it is worth looking for things that only a mouse can work."""
    if facts is None:
        return True
    boxes = facts.boxes
    return any(
        box.clickable
        and box.tag not in _CONTROLS
        and box.role not in ("button", "link", "tab")
        and not (box.parent >= 0 and boxes[box.parent].clickable)
        for box in boxes
    )

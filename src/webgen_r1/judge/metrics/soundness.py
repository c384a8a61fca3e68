"""Does anything lie on top of something else, stick out, or get cut off?"""

from __future__ import annotations

from webgen_r1.judge.marks import Mark, ramp
from webgen_r1.layout import Look
from webgen_r1.types import Box

_TOUCHING = 0.2  # share of the smaller text that another one may cover
_MOST_TEXTS = 600  # pairs are compared within a window of neighbours; this bounds the work


def soundness(look: Look) -> Mark:
    """1 for a page on which nothing overlaps, overflows or is cut."""
    texts = [look.boxes[index] for index in look.texts]
    if not texts:
        return Mark(0.0)
    width = max(look.facts.width, 1.0)
    too_wide = max(look.facts.scroll_width - width, 0.0)
    outside = sum(box.x < -2 or box.x + box.width > width + 2 for box in texts)
    clipped = sum(box.clipped for box in texts)
    covered = _overlapping(look)
    shares = {
        name: count / len(texts)
        for name, count in (("outside", outside), ("clipped", clipped), ("covered", covered))
    }
    value = (
        ramp(too_wide / width, 0.4, 0.0) * 0.25
        + ramp(shares["covered"], 0.25, 0.0) * 0.45
        + ramp(shares["outside"], 0.2, 0.0) * 0.15
        + ramp(shares["clipped"], 0.2, 0.0) * 0.15
    )
    reasons = []
    if too_wide > 2:
        reasons.append(f"{look.route}: the page is {too_wide:.0f}px wider than the window")
    if covered:
        reasons.append(f"{look.route}: {covered} texts overlap another text")
    if outside:
        reasons.append(f"{look.route}: {outside} texts stick out of the page")
    if clipped:
        reasons.append(f"{look.route}: {clipped} texts are cut off or spill out of their box")
    return Mark(value, tuple(reasons))


def _overlapping(look: Look) -> int:
    """Number of texts that another text, not its ancestor or descendant, covers in part."""
    ends = look.subtree_ends
    order = sorted(look.texts[:_MOST_TEXTS], key=lambda index: look.boxes[index].y)
    hit: set[int] = set()
    open_: list[int] = []
    for index in order:
        box = look.boxes[index]
        open_ = [other for other in open_ if _bottom(look.boxes[other]) > box.y]
        for other in open_:
            first, last = min(index, other), max(index, other)
            if last >= ends[first] and _covers(box, look.boxes[other]):
                hit.update((index, other))
        open_.append(index)
    return len(hit)


def _covers(one: Box, other: Box) -> bool:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(_bottom(one), _bottom(other)) - max(one.y, other.y)
    if across <= 0 or down <= 0:
        return False
    smaller = min(one.width * one.height, other.width * other.height)
    return across * down > _TOUCHING * smaller


def _bottom(box: Box) -> float:
    return box.y + box.height

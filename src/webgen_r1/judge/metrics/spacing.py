"""Is there room, and does it repeat?"""

from __future__ import annotations

from collections import Counter

from webgen_r1.judge.marks import Mark, mean, ramp
from webgen_r1.judge.metrics.alignment import neighbours
from webgen_r1.layout import MEDIA, Look
from webgen_r1.types import Box

_ROOM = 6.0  # pixels between a painted edge and the text inside
_GUTTER = 12.0  # pixels between text and the edge of the window


def spacing(look: Look) -> Mark:
    """Gaps that repeat, padding inside surfaces, a gutter at the edges of the window."""
    rhythm = _rhythm(look)
    tight, surfaces = _tight_surfaces(look)
    padding = 1 - tight / surfaces if surfaces else 0.5
    gutter = _gutter(look)
    reasons = []
    if rhythm < 0.5:
        reasons.append(f"{look.route}: gaps between neighbours do not repeat")
    if padding < 0.7 and tight:
        reasons.append(
            f"{look.route}: {tight} of {surfaces} painted or framed boxes have text within "
            f"{_ROOM:.0f}px of their edge"
        )
    if gutter < 0.7:
        reasons.append(f"{look.route}: text runs into the edge of the window")
    return Mark(mean([rhythm, padding, gutter]), tuple(reasons))


def _rhythm(look: Look) -> float:
    """Share of gaps whose (rounded) size is among the six most frequent of the page."""
    gaps: Counter[int] = Counter()
    for one, other, row in neighbours(look):
        gap = other.x - one.x - one.width if row else other.y - one.y - one.height
        gaps[round(gap)] += 1
    total = sum(gaps.values())
    if total < 4:
        return 0.4
    repeated = sum(count for gap, count in gaps.most_common(6) if count > 1 and gap > -2)
    airy = sum(count for gap, count in gaps.items() if gap >= 4) / total
    return ramp(repeated / total, 0.15, 0.8) * ramp(airy, 0.1, 0.6)


def _tight_surfaces(look: Look) -> tuple[int, int]:
    """Surfaces whose text comes too close to their edge, and surfaces with text at all."""
    tight = total = 0
    for index in look.surfaces:
        box = look.boxes[index]
        if not _is_closed(look, index):
            continue
        inside = [child for child in _texts_inside(look, index) if child.tag not in MEDIA]
        if not inside and not box.text.strip():
            continue
        total += 1
        own = box.text.strip() and box.padding < _ROOM and box.text_align != "center"
        tight += bool(own) or any(_near_edge(child, box) for child in inside)
    return tight, total


def _is_closed(look: Look, index: int) -> bool:
    """Painted all over, or framed on four sides. A single line (a rule above a section, an
    underlined link) has a border but no inside; a frame is told from it by round corners."""
    box = look.boxes[index]
    painted = box.own_background is not None and box.own_background != look.behind(index)
    return painted or box.shadow or (box.border and box.radius > 0)


def _texts_inside(look: Look, index: int) -> list[Box]:
    children = (look.boxes[child] for child in look.children.get(index, ()))
    return [child for child in children if child.text.strip()]


def _near_edge(child: Box, box: Box) -> bool:
    left = child.x + child.padding - box.x
    return left < _ROOM and child.text_align != "center"


def _gutter(look: Look) -> float:
    texts = [look.boxes[index] for index in look.texts]
    free = sum(box.x + box.padding >= _GUTTER or box.text_align == "center" for box in texts)
    return free / len(texts) if texts else 0.0

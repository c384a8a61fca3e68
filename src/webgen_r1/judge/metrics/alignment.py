"""Do things that stand together share an edge?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from webgen_r1.judge.marks import Mark
from webgen_r1.layout import INLINE, Look
from webgen_r1.types import Box

_SAME = 2.0  # pixels two edges may differ and look the same

_Edge = Callable[[Box], float]
_ACROSS: tuple[_Edge, ...] = (
    lambda box: box.x,
    lambda box: box.x + box.width / 2,
    lambda box: box.x + box.width,
)
_DOWN: tuple[_Edge, ...] = (
    lambda box: box.y,
    lambda box: box.y + box.height / 2,
    lambda box: box.y + box.height,
)


def neighbours(look: Look) -> Iterator[tuple[Box, Box, bool]]:
    """Consecutive siblings that are blocks, and whether they stand side by side.

    Words and links inside a paragraph flow with its text and are left out.
    """
    for parent, members in look.children.items():
        if parent >= 0 and look.boxes[parent].text.strip():
            continue
        blocks = [look.boxes[index] for index in members if _is_block(look.boxes[index])]
        for one, other in pairwise(blocks):
            yield one, other, side_by_side(one, other)


def side_by_side(one: Box, other: Box) -> bool:
    """Whether two boxes share more than half of the lower one's height."""
    overlap = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return overlap > min(one.height, other.height) / 2


def alignment(look: Look) -> Mark:
    """Share of neighbouring blocks with a common left, middle or right (stacked), or a
    common top, middle or bottom (side by side)."""
    aligned = total = 0
    for one, other, row in neighbours(look):
        total += 1
        aligned += any(
            abs(edge(one) - edge(other)) <= _SAME for edge in (_DOWN if row else _ACROSS)
        )
    if total < 3:
        return Mark(0.5, (f"{look.route}: too few elements to align",))
    share = aligned / total
    if share >= 0.85:
        return Mark(_stretched(share))
    reason = f"{look.route}: {total - aligned} of {total} neighbouring elements share no edge"
    return Mark(_stretched(share), (reason,))


def _stretched(share: float) -> float:
    """Half of all pairs align by accident; the other half is design."""
    return max(0.0, (share - 0.4) / 0.6)


def _is_block(box: Box) -> bool:
    return box.width >= 8 and box.height >= 8 and (box.tag not in INLINE or box.clickable)

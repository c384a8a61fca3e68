"""A rendered page as a tree of boxes: what the metrics ask of it, computed once.

Lengths are CSS pixels in page coordinates.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from webgen_r1.colour.arithmetic import RGB, WHITE, contrast_ratio
from webgen_r1.types import Box, PageFacts, RenderedPage

_INLINE_TAGS = "a abbr b cite code em i kbd label mark q s small span strong sub sup time u"
INLINE = frozenset(_INLINE_TAGS.split())
MEDIA = frozenset({"img", "svg", "canvas", "video", "picture", "iframe"})
FIELDS = frozenset({"input", "select", "textarea"})

_LEGIBLE_RATIO = 1.3  # below this, text is hidden in its background
_LEGIBLE_SIZE = 8.0
_ROOM = 0.09  # of the square of the font size for each character; the tightest type takes 0.4
_COLUMNS = 48  # cells across the page when areas are estimated


@dataclass(frozen=True)
class Look:
    """One page that shows something: its facts with what the metrics derive from them."""

    route: str
    facts: PageFacts

    @property
    def boxes(self) -> tuple[Box, ...]:
        return self.facts.boxes

    @cached_property
    def children(self) -> dict[int, list[int]]:
        """Indices of the boxes directly inside each box; -1 holds the outermost."""
        found: dict[int, list[int]] = defaultdict(list)
        for index, box in enumerate(self.boxes):
            found[box.parent].append(index)
        return found

    @cached_property
    def texts(self) -> list[int]:
        """Boxes with text that a visitor can see, in document order."""
        return [index for index, box in enumerate(self.boxes) if self._readable(box)]

    def _readable(self, box: Box) -> bool:
        if not box.text.strip() or box.font_size < _LEGIBLE_SIZE:
            return False
        if min(box.width, box.height) < 2 or box.x + box.width <= 0 or box.y + box.height <= 0:
            return False
        if box.x >= max(self.facts.width, self.facts.scroll_width):
            return False
        if box.width * box.height < _ROOM * len(box.text.strip()) * box.font_size**2:
            return False  # a box that cannot hold its text hides it
        ground = box.background
        return ground is None or contrast_ratio(box.color, ground) >= _LEGIBLE_RATIO

    @cached_property
    def clickables(self) -> list[int]:
        """Outermost links, buttons and fields."""
        return [
            index
            for index, box in enumerate(self.boxes)
            if (box.clickable or box.tag in FIELDS) and not self._inside_clickable(box)
        ]

    def _inside_clickable(self, box: Box) -> bool:
        while box.parent >= 0:
            box = self.boxes[box.parent]
            if box.clickable:
                return True
        return False

    @cached_property
    def surfaces(self) -> list[int]:
        """Boxes that stand out from what is behind them: paint, border or shadow."""
        return [index for index, box in enumerate(self.boxes) if self._stands_out(index, box)]

    def _stands_out(self, index: int, box: Box) -> bool:
        if box.tag in {"html", "body"} or box.width < 16 or box.height < 12:
            return False
        if box.border or box.shadow:
            return True
        return box.own_background is not None and box.own_background != self.behind(index)

    @cached_property
    def canvas(self) -> RGB:
        """The paint of the window itself: white, or what html or body are painted."""
        ground = self.boxes[0].background if self.boxes and self.boxes[0].tag == "body" else None
        return WHITE if ground is None else ground

    def behind(self, index: int) -> RGB:
        """The paint under a box: its nearest painted ancestor's, or the canvas."""
        parent = self.boxes[index].parent
        while parent >= 0:
            painted = self.boxes[parent].own_background
            if painted is not None:
                return painted
            parent = self.boxes[parent].parent
        return self.canvas

    @cached_property
    def subtree_ends(self) -> list[int]:
        """For each box, the index after its last descendant (boxes are in document order)."""
        ends = [index + 1 for index in range(len(self.boxes))]
        for index in range(len(self.boxes) - 1, -1, -1):
            parent = self.boxes[index].parent
            if parent >= 0:
                ends[parent] = max(ends[parent], ends[index])
        return ends

    def grid(self, covering: Iterable[int]) -> list[list[int]]:
        """The page as square cells, 48 to a row: which of the boxes `covering` lies on top in
        each, -1 for none. Boxes lie on each other in document order."""
        cell = max(self.facts.width, 1.0) / _COLUMNS
        rows = max(1, min(400, round(self.facts.height / cell)))
        grid = [[-1] * _COLUMNS for _ in range(rows)]
        for index in covering:
            box = self.boxes[index]
            whole = box.tag in {"html", "body"}
            left, right = (0, _COLUMNS) if whole else _cells(box.x, box.width, cell, _COLUMNS)
            top, bottom = (0, rows) if whole else _cells(box.y, box.height, cell, rows)
            for row in range(top, bottom):
                grid[row][left:right] = [index] * (right - left)
        return grid

    @cached_property
    def paint(self) -> dict[RGB, float]:
        """Share of the page by flat paint, sampled on a grid; the shares add up to 1."""
        paints = {
            index: box.own_background
            for index, box in enumerate(self.boxes)
            if box.own_background is not None
        }
        grid = self.grid(paints)
        counts = Counter(paints.get(index, self.canvas) for row in grid for index in row)
        total = len(grid) * _COLUMNS
        return {colour: count / total for colour, count in counts.most_common()}

    @cached_property
    def text(self) -> str:
        """Everything a visitor can read, one element per line."""
        return "\n".join(self.boxes[index].text for index in self.texts)


def _cells(start: float, length: float, cell: float, limit: int) -> tuple[int, int]:
    """Cells whose middle lies in [start, start + length)."""
    first = max(0, min(limit, round(start / cell)))
    return first, max(first, min(limit, round((start + length) / cell)))


def looks(pages: tuple[RenderedPage, ...]) -> list[Look]:
    """The pages that show something and were measured."""
    return [
        Look(rendered.page.route, rendered.facts)
        for rendered in pages
        if rendered.page.status == "ok" and rendered.facts is not None and rendered.facts.boxes
    ]

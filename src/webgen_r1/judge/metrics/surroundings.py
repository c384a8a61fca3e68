"""What stands around a text: is a word of the instruction part of content, or of a list?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import accumulate

from webgen_r1.judge import words
from webgen_r1.layout import FIELDS, Look

_GROUP = 3  # siblings of one kind that are a group
_NEAR = 6  # content words that say what a group is about
_A_SENTENCE = 8  # content words of a text that is a group by itself
_A_LIST = 0.7  # share of the instruction's words from which a group is a list of them


@dataclass
class _Group:
    """Boxes side by side, their content words, and those of them that were asked for."""

    boxes: int = 0
    words: int = 0
    asked: int = 0

    @property
    def echoes(self) -> bool:
        return self.asked > _A_LIST * self.words


class Surroundings:
    """What one page says below every box, in numbers; `asked` are stems of the instruction."""

    def __init__(self, look: Look, asked: Container[str]) -> None:
        self._look = look
        said, echoed = [0] * len(look.boxes), [0] * len(look.boxes)
        for index in look.texts:
            stems = words.content_stems(words.words(look.boxes[index].text))
            said[index], echoed[index] = len(stems), sum(stem in asked for stem in stems)
        self._said, self._echoed = _sums(said), _sums(echoed)
        self._fields = _sums(box.tag in FIELDS for box in look.boxes)
        self._groups: dict[tuple[int, str], _Group] = defaultdict(_Group)
        for index, box in enumerate(look.boxes):
            group = self._groups[box.parent, box.tag]
            group.boxes += 1
            group.words += self._below(self._said, index)
            group.asked += self._below(self._echoed, index)

    def is_list(self, index: int) -> bool:
        """Whether the group that a text belongs to (itself, if long; else the nearest siblings
        of one kind around it) is little else than words of the instruction. Labels of a form
        are no list."""
        own = _Group(1, self._below(self._said, index), self._below(self._echoed, index))
        if own.words >= _A_SENTENCE:
            return own.echoes
        while index >= 0 and not self._in_form(index):
            box = self._look.boxes[index]
            group = self._groups[box.parent, box.tag]
            if group.boxes >= _GROUP and group.words >= _NEAR:
                return group.echoes
            index = box.parent
        return False

    def _in_form(self, index: int) -> bool:
        """Whether a box holds a field to fill in, or stands beside one."""
        parent = self._look.boxes[index].parent
        beside = any((parent, tag) in self._groups for tag in FIELDS)
        return beside or self._below(self._fields, index) > 0

    def _below(self, sums: list[int], index: int) -> int:
        return sums[self._look.subtree_ends[index]] - sums[index]


def _sums(values: Iterable[int]) -> list[int]:
    return [0, *accumulate(values)]

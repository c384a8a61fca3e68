"""Which projects repeat another one.

Two texts are as similar as the share of word sequences that they have in common (Jaccard
index of their shingles). To find pairs of at least t without comparing all: of sets of n and
of at least t·n shingles with a Jaccard index of t or more, the n - ⌈t·n⌉ + 1 rarest shingles of
one must share one with those of the other (Chaudhuri et al., "A primitive operator for
similarity joins in data cleaning", 2006). The result is exact.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from webgen_r1.types import tree_digest

Files = Mapping[str, bytes]
Copy = Literal["exact", "near"]
Shingles = NDArray[np.uint32]

_WORD = re.compile(rb"\w+|[^\w\s]")
_LENGTH = 5
"""Words to a shingle."""
_BUCKETS = 2**20


def copies(projects: Iterable[Files], threshold: float) -> list[Copy | None]:
    """For each project whether it repeats one before it that is no copy itself: `exact`, `near`
    at a similarity of `threshold` or more, or None."""
    digests: list[str] = []
    sets: list[Shingles] = []
    for files in projects:
        digests.append(tree_digest(files))
        sets.append(shingles(files))
    rarest_first = _Order(sets)
    found: list[Copy | None] = []
    first: set[str] = set()
    seen: dict[int, list[int]] = defaultdict(list)
    for number, (digest, own) in enumerate(zip(digests, sets, strict=True)):
        prefix = rarest_first.prefix(own, threshold)
        others = {other for shingle in prefix for other in seen[shingle]}
        if digest in first:
            found.append("exact")
        elif any(similarity(own, sets[other]) >= threshold for other in others):
            found.append("near")
        else:
            found.append(None)
            first.add(digest)
            for shingle in prefix:
                seen[shingle].append(number)
    return found


def shingles(files: Files) -> Shingles:
    """Hashes of the sequences of words in the files, each once, sorted."""
    hashes: set[int] = set()
    for content in files.values():
        words = _WORD.findall(content)
        for start in range(max(1, len(words) - _LENGTH + 1)):
            hashes.add(zlib.crc32(b" ".join(words[start : start + _LENGTH])))
    return np.array(sorted(hashes), dtype=np.uint32)


def similarity(one: Shingles, other: Shingles) -> float:
    """Jaccard index, in [0, 1]; of two empty sets 1."""
    if not (len(one) or len(other)):
        return 1.0
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


class _Order:
    """All shingles in one order, the rare ones first."""

    def __init__(self, sets: Sequence[Shingles]) -> None:
        # Counted in buckets: any order is right, this one is quick.
        self._counts = np.zeros(_BUCKETS, dtype=np.int64)
        for own in sets:
            self._counts[own % _BUCKETS] += 1

    def prefix(self, own: Shingles, threshold: float) -> list[int]:
        """The shingles of which one is shared with whatever is similar enough."""
        length = len(own) - math.ceil(threshold * len(own) - 1e-9) + 1
        order = np.lexsort((own, self._counts[own % _BUCKETS]))
        prefix: list[int] = own[order[:length]].tolist()
        return prefix

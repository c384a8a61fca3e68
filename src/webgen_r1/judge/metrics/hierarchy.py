"""Does size tell what matters? The type scale of a page."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from webgen_r1.judge.marks import Mark, mean, ramp
from webgen_r1.layout import Look

_HEADINGS = ("h1", "h2", "h3")


def body_size(look: Look) -> float:
    """The font size that most characters of the page have, in pixels."""
    sizes: Counter[float] = Counter()
    for index in look.texts:
        box = look.boxes[index]
        sizes[round(box.font_size)] += len(box.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def hierarchy(look: Look) -> Mark:
    """A clear title, steps between levels, a small number of sizes, a readable body."""
    texts = [look.boxes[index] for index in look.texts]
    if len(texts) < 3:
        return Mark(0.0, (f"{look.route}: too little text for a hierarchy",))
    body = body_size(look)
    sizes = {round(box.font_size) for box in texts}
    title = max(box.font_size for box in texts)
    heavy = {box.font_weight >= 600 for box in texts}
    parts = {
        "title": ramp(title / body, 1.0, 1.75),
        "sizes": _number_of_sizes(len(sizes)),
        "levels": _levels(look),
        "body": min(ramp(body, 9, 14), ramp(body, 30, 20)),
        "weight": 1.0 if len(heavy) == 2 else 0.4,
    }
    reasons = []
    if parts["title"] < 0.6:
        reasons.append(f"{look.route}: largest text {title:.0f}px is close to body {body:.0f}px")
    if parts["sizes"] < 0.6:
        reasons.append(f"{look.route}: {len(sizes)} font sizes; 3 to 7 make a scale")
    if parts["levels"] < 0.6:
        reasons.append(f"{look.route}: headings do not step down in size from h1 to h3")
    if parts["body"] < 0.6:
        reasons.append(f"{look.route}: body text is {body:.0f}px")
    return Mark(mean(list(parts.values())), tuple(reasons))


def _number_of_sizes(count: int) -> float:
    return min(ramp(count, 1, 3), ramp(count, 14, 8))


def _levels(look: Look) -> float:
    """Share of neighbouring heading levels that grow smaller; an h1 must be there."""
    largest: list[float] = []
    for tag in _HEADINGS:
        sizes = [look.boxes[i].font_size for i in look.texts if look.boxes[i].tag == tag]
        if sizes:
            largest.append(max(sizes))
    if not largest:
        return 0.0
    if len(largest) == 1:
        return 0.7
    steps = [above > below for above, below in pairwise(largest)]
    return sum(steps) / len(steps)

"""Do the pages look like one site?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence

from webgen_r1.judge.marks import Mark
from webgen_r1.judge.metrics.hierarchy import body_size
from webgen_r1.layout import Look

_TOP = 160.0  # navigation stands in this band of the page, or in a column at its left
_SIDE = 280.0
_ONE_PAGE = 0.4  # one page has nothing to be consistent with


def consistency(pages: Sequence[Look]) -> Mark:
    """Share of pages with the usual navigation, font, background, body and title size."""
    if len(pages) < 2:
        return Mark(_ONE_PAGE, ("one page: nothing to be consistent with",))
    traits: dict[str, Callable[[Look], Hashable]] = {
        "font": _font,
        "background": lambda look: next(iter(look.paint)),
        "body size": body_size,
        "title size": _title_size,
    }
    values = [_navigation(pages)]
    reasons = ["navigation differs between pages"] if values[0] < 0.7 else []
    for name, trait in traits.items():
        # The landing page may shout: its title is often the only large one.
        compared = pages[1:] if name == "title size" else pages
        seen = Counter(trait(look) for look in compared)
        share = seen.most_common(1)[0][1] / len(compared)
        values.append(share)
        if share < 0.6:
            reasons.append(f"{name} differs between pages")
    return Mark(sum(values) / len(values), tuple(reasons))


def _navigation(pages: Sequence[Look]) -> float:
    """Mean share of the usual navigation labels found on each page; a page may have more."""
    labels = [_labels(look) for look in pages]
    counts = Counter(label for found in labels for label in found)
    usual = {label for label, count in counts.items() if count > len(pages) / 2}
    if not usual:
        return 0.0
    return sum(len(found & usual) / len(usual) for found in labels) / len(labels)


def _labels(look: Look) -> set[str]:
    """Labels of the links and buttons at the top or left, their children's text included."""
    ends = look.subtree_ends
    found = set()
    for index in look.clickables:
        box = look.boxes[index]
        if box.y + box.height <= _TOP or box.x + box.width <= _SIDE:
            label = " ".join(part.text for part in look.boxes[index : ends[index]])
            found.add(" ".join(label.split()).lower())
    return found - {""}


def _font(look: Look) -> str:
    fonts: Counter[str] = Counter()
    for index in look.texts:
        box = look.boxes[index]
        fonts[box.font_family.lower()] += len(box.text)
    return fonts.most_common(1)[0][0] if fonts else ""


def _title_size(look: Look) -> int:
    """Largest heading, to four pixels."""
    sizes = [look.boxes[i].font_size for i in look.texts if look.boxes[i].tag in {"h1", "h2"}]
    return round(max(sizes, default=0) / 4)

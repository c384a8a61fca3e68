"""Is what was asked for there, is it real, and is there enough of it?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from webgen_r1.judge import words
from webgen_r1.judge.layout import Look
from webgen_r1.judge.marks import Mark, mean, ramp

_ENOUGH_COVERED = 0.6  # a good site has its own words for the rest
_PER_ELEMENT = 6  # keywords one element can contribute: a list of them is no content
_FULL_PAGE = 30  # words of its own that make a page
_ONE_PAGE_ASKED = re.compile(r"\b(?:one|single)[- ]pager?\b|\blanding page\b(?!s)", re.I)
_PAGES = {0: 0.0, 1: 0.3, 2: 0.6, 3: 0.8, 4: 0.92, 5: 1.0}


def coverage(pages: Sequence[Look], instruction: str) -> Mark:
    """Weighted share of the instruction's content words found in readable text.

    Runs of words copied from the instruction do not count, repetition earns nothing, and
    one element contributes at most six words.
    """
    wanted = words.keywords(instruction)
    if not wanted:
        return Mark(1.0)
    quoted = words.phrases(instruction)
    found: set[str] = set()
    for look in pages:
        for index in look.texts:
            stems = {words.stem(word) for word in words.own_words(look.boxes[index].text, quoted)}
            found.update(sorted(stems & wanted.keys())[:_PER_ELEMENT])
    share = sum(wanted[stem] for stem in found) / sum(wanted.values())
    value = ramp(share, 0.0, _ENOUGH_COVERED)
    if value >= 0.75:
        return Mark(value)
    missing = sorted(wanted.keys() - found, key=lambda stem: (-wanted[stem], stem))[:8]
    return Mark(value, (f"nothing on any page about: {', '.join(missing)}…",))


def page_contents(pages: Sequence[Look]) -> list[float]:
    """For each page, how much it says, in [0, 1].

    What stands on most pages is frame (navigation, footer) and does not count.
    """
    said = _said(pages)
    return [ramp(sum(len(words.words(text)) for text in own), 0, _FULL_PAGE) for own in said]


def extent(pages: Sequence[Look], instruction: str | None) -> Mark:
    """Pages with something of their own on them; five make a site, one where the
    instruction asks for one."""
    if instruction is not None and _ONE_PAGE_ASKED.search(instruction):
        return Mark(max(page_contents(pages)))
    contents = page_contents(pages)
    fresh = [content * new for content, new in zip(contents, _novelty(pages), strict=True)]
    count = sum(fresh)
    whole = int(min(count, 5))
    value = _PAGES[whole]
    if whole < 5:
        value += (count - whole) * (_PAGES[whole + 1] - value)
    reasons = [
        f"{look.route}: almost no content of its own"
        for look, content in zip(pages, fresh, strict=True)
        if content < 0.4
    ]
    if len(pages) < 3:
        reasons.append(f"only {len(pages)} page{'s' * (len(pages) != 1)}")
    return Mark(value, tuple(reasons))


def _said(pages: Sequence[Look]) -> list[set[str]]:
    """The texts of each page without those that stand on most pages."""
    texts = [{_flat(look.boxes[index].text) for index in look.texts} for look in pages]
    if len(texts) == 1:
        return texts
    counts = Counter(text for own in texts for text in own)
    frame = {text for text, count in counts.items() if count > 0.6 * len(texts)}
    return [own - frame for own in texts]


def _novelty(pages: Sequence[Look]) -> list[float]:
    """1 for a page of new texts, 0 for one that repeats an earlier page."""
    said = _said(pages)
    values = []
    for number, own in enumerate(said):
        new = min((len(own - other) / max(len(own), 1) for other in said[:number]), default=1.0)
        values.append(ramp(new, 0.0, 0.25))
    return values


def genuine(pages: Sequence[Look]) -> Mark:
    """1 where all text is real; falls with filler text and stand-ins."""
    values, reasons = [], []
    for look in pages:
        filler = words.filler_share(words.words(look.text))
        standing = words.stand_ins(look.text)
        values.append(ramp(filler, 0.3, 0.0) * ramp(len(standing), 4, 0))
        if filler > 0.02:
            reasons.append(f"{look.route}: {filler:.0%} of the words are filler text")
        if standing:
            reasons.append(f'{look.route}: stand-in text "{standing[0]}"')
    return Mark(mean(values), tuple(reasons))


def _flat(text: str) -> str:
    return " ".join(text.split()).lower()

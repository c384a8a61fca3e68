"""Is what was asked for there, is it real, and is there enough of it?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from webgen_r1.judge import words
from webgen_r1.judge.marks import Mark, mean, ramp
from webgen_r1.judge.metrics.said import Said, said_by
from webgen_r1.judge.metrics.surroundings import Surroundings
from webgen_r1.judge.prose import is_long, reads_as_language
from webgen_r1.layout import Look

ENOUGH_COVERED = 0.5  # a good site has its own words for the rest
_PER_ELEMENT = 6  # keywords one element can contribute: a list of them is no content
_FULL_PAGE = 30  # words of its own that make a page
_BABBLE = (0.7, 0.34)  # shares of the longer texts that may be no language: all lost, none lost
_ONE_PAGE_ASKED = re.compile(r"\b(?:one|single)[- ]pager?\b|\blanding page\b(?!s)", re.I)
_PAGES = {0: 0.0, 1: 0.3, 2: 0.6, 3: 0.8, 4: 0.92, 5: 1.0}


def coverage(pages: Sequence[Look], instruction: str, said: Sequence[Said] | None = None) -> Mark:
    """Weighted share of the instruction's content words found in what the pages say.

    Runs of words copied from the instruction do not count, nor does what stands on most
    pages; repetition earns nothing, and one element contributes at most six words.
    """
    wanted = words.keywords(instruction)
    if not wanted:
        return Mark(1.0)
    found = words_found(pages, instruction, said or said_by(pages))
    share = sum(wanted[stem] for stem in found) / sum(wanted.values())
    value = ramp(share, 0.0, ENOUGH_COVERED)
    if value >= 0.75:
        return Mark(value)
    missing = sorted(wanted.keys() - found, key=lambda stem: (-wanted[stem], stem))[:8]
    return Mark(value, (f"nothing on any page about: {', '.join(missing)}…",))


def words_found(
    pages: Sequence[Look], instruction: str, said: Sequence[Said], lists: bool = True
) -> set[str]:
    """Stems of the instruction's content words that `coverage` counts; without `lists` only
    those that stand among other words (see `Surroundings`)."""
    wanted = words.keywords(instruction)
    quoted = words.phrases(instruction)
    found: set[str] = set()
    for look, page in zip(pages, said, strict=True):
        surroundings = None if lists else Surroundings(look, wanted)
        for text, listed in page.own.items():
            stems = {words.stem(word) for word in words.unquoted(listed, quoted)} & wanted.keys()
            if stems <= found or (surroundings and surroundings.is_list(page.where[text])):
                continue
            found.update(sorted(stems)[:_PER_ELEMENT])
    return found


def page_contents(pages: Sequence[Look], said: Sequence[Said] | None = None) -> list[float]:
    """For each page, how much it says by itself, in [0, 1]."""
    return [ramp(page.amount, 0, _FULL_PAGE) for page in said or said_by(pages)]


def extent(
    pages: Sequence[Look], instruction: str | None, said: Sequence[Said] | None = None
) -> Mark:
    """Pages with something of their own on them; five make a site, one where the
    instruction asks for one."""
    said = said or said_by(pages)
    contents = page_contents(pages, said)
    if instruction is not None and _ONE_PAGE_ASKED.search(instruction):
        return Mark(max(contents))
    fresh = [content * new for content, new in zip(contents, _novelty(said), strict=True)]
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


def _novelty(said: Sequence[Said]) -> list[float]:
    """1 for a page of new texts, 0 for one that repeats an earlier page."""
    texts = [{text for text, listed in page.own.items() if listed} for page in said]
    values = []
    for number, own in enumerate(texts):
        new = min((len(own - other) / max(len(own), 1) for other in texts[:number]), default=1.0)
        values.append(ramp(new, 0.0, 0.25))
    return values


def genuine(
    pages: Sequence[Look], instruction: str | None = None, said: Sequence[Said] | None = None
) -> Mark:
    """1 where all text is real; falls with filler text, stand-ins and invented words.

    Invented words are looked for only where the instruction itself is in a language whose
    grammar words are known.
    """
    known = instruction is not None and reads_as_language(instruction)
    values, reasons = [], []
    for look, own in zip(pages, said or said_by(pages), strict=True):
        filler = words.filler_share(words.words(look.text))
        standing = words.stand_ins(look.text)
        babble = _babble(own) if known else 0.0
        values.append(ramp(filler, 0.3, 0.0) * ramp(len(standing), 4, 0) * ramp(babble, *_BABBLE))
        if filler > 0.02:
            reasons.append(f"{look.route}: {filler:.0%} of the words are filler text")
        if standing:
            reasons.append(f'{look.route}: stand-in text "{standing[0]}"')
        if babble > _BABBLE[1]:
            reasons.append(f"{look.route}: {babble:.0%} of the longer texts are no language")
    return Mark(mean(values), tuple(reasons))


def _babble(said: Said) -> float:
    """Share of the longer texts that have no grammar; an address or a list may have none."""
    longer = [text for text in said.own if is_long(text)]
    return sum(not reads_as_language(text) for text in longer) / max(len(longer), 3)

"""Does the site say something of its own, about what was asked?"""

from __future__ import annotations

from collections.abc import Sequence

from webgen_r1.judge import words
from webgen_r1.judge.marks import Mark, ramp
from webgen_r1.judge.metrics.content import ENOUGH_COVERED, words_found
from webgen_r1.judge.metrics.said import Said, said_by
from webgen_r1.layout import Look

_BARE, _RICH = 5, 35  # different words of its own; the examples that ship have 66 to 150
_STUFFED, _NATURAL = 0.65, 0.45  # share of the instruction's words among all; they have 0.1 to 0.35
_BESIDE_THE_POINT = 0.25  # of what is enough to be covered; sites about something else reach 0.6


def substance(
    pages: Sequence[Look], instruction: str | None, said: Sequence[Said] | None = None
) -> Mark:
    """The least of three: different content words that the instruction does not have; how
    little of the text is the instruction's own words; how much of the instruction comes up
    outside lists of its words. Without an instruction, the first.

    A site about something has names, prices and descriptions. One that lists or echoes what
    was asked, repeats one card, or is about something else, lacks one of these.
    """
    said = said or said_by(pages)
    asked = words.keywords(instruction) if instruction else {}
    stems = [stem for page in said for stem in words.content_stems(page.news)]
    own = len(set(stems) - asked.keys())
    marks = [ramp(own, _BARE, _RICH)]
    reasons = []
    if own < _RICH:
        reasons.append(f"only {own} different words that are not the instruction's")
    if instruction and asked:
        echoed = sum(stem in asked for stem in stems) / max(len(stems), 1)
        met = words_found(pages, instruction, said, lists=False)
        share = sum(asked[stem] for stem in met) / sum(asked.values()) / ENOUGH_COVERED
        marks += [ramp(echoed, _STUFFED, _NATURAL), ramp(share, _BESIDE_THE_POINT, 1.0)]
        if echoed > _NATURAL:
            reasons.append(f"{echoed:.0%} of the text are words of the instruction")
        if share < 0.75:
            reasons.append("little of what was asked comes up in what the pages say")
    return Mark(min(marks), tuple(reasons))

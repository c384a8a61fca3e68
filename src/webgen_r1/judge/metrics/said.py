"""What each page of a site says by itself: without frame, copies and talk to the grader.

Frame (navigation, footer) is text that stands on most pages. Pages that are one page with
another word here and there are found by runs of three words: what most pages share is not
news on any of them, even where no whole sentence is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from webgen_r1.judge import words
from webgen_r1.judge.marks import ramp
from webgen_r1.judge.prose import speaks_to_grader
from webgen_r1.layout import Look

_MOST = 0.6  # of the pages
_RUN = 3
_ALL_ONE, _VARIED = 0.05, 0.25  # share of distinct runs on a page; a good page has above 0.9

Run = tuple[str, ...]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Said:
    """One page. `own` maps each text outside the frame (flattened) to its words, `where` to
    the first box that says it. `news` are the words of those texts outside every run of words
    that most pages share. `varied` in [0, 1] falls to 0 where the page says one thing over
    and over."""

    own: dict[str, list[str]]
    where: dict[str, int]
    news: list[str]
    varied: float

    @property
    def amount(self) -> float:
        """Number of words of its own."""
        return sum(len(listed) for listed in self.own.values()) * self.varied


def said_by(pages: Sequence[Look]) -> list[Said]:
    """What each page says by itself, in the order of the pages."""
    places = [_places(look) for look in pages]
    texts = [{text: words.words(text) for text in where} for where in places]
    runs = [{run for listed in own.values() for run in _runs(listed)} for own in texts]
    frame, shared = _on_most(texts), _on_most(runs)
    found = []
    for look, where, all_of_it in zip(pages, places, texts, strict=True):
        own = {text: listed for text, listed in all_of_it.items() if text not in frame}
        news = [word for listed in own.values() for word in _outside(listed, shared)]
        found.append(Said(own, where, news, _varied(look)))
    return found


def _places(look: Look) -> dict[str, int]:
    """Each readable text of the page, flattened, with the first box that says it."""
    found: dict[str, int] = {}
    for index in look.texts:
        text = look.boxes[index].text
        if not speaks_to_grader(text):
            found.setdefault(" ".join(text.split()).lower(), index)
    return found


def _varied(look: Look) -> float:
    """Share of runs of words that are not said in another element of the page already."""
    seen: set[Run] = set()
    total = 0
    for index in look.texts:
        runs = set(_runs(words.words(look.boxes[index].text)))
        total += len(runs)
        seen |= runs
    return ramp(len(seen) / total, _ALL_ONE, _VARIED) if total else 1.0


def _runs(listed: Sequence[str]) -> list[Run]:
    return [tuple(listed[at : at + _RUN]) for at in range(len(listed) - _RUN + 1)]


def _on_most(found: Sequence[Iterable[Item]]) -> set[Item]:
    """What most of the pages have; nothing where there is one page."""
    if len(found) == 1:
        return set()
    counts = Counter(item for each in found for item in each)
    return {item for item, count in counts.items() if count > _MOST * len(found)}


def _outside(listed: list[str], shared: set[Run]) -> list[str]:
    """Words outside every shared run."""
    covered = [False] * len(listed)
    for at, run in enumerate(_runs(listed)):
        if run in shared:
            covered[at : at + _RUN] = [True] * _RUN
    return [word for word, known in zip(listed, covered, strict=True) if not known]

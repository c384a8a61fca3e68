"""The entries of a menu, held against what they say and against what a test case names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from webgen_r1.types import NavEntry

_HOME_TARGETS = frozenset({"/", "#/", "/#/", "/index.html"})
_HOME_WORDS = frozenset({"home", "homepage", "start"})

# Words that many labels share, so that they tell no two sections apart.
_COMMON_WORDS = """
    a all and for in information list main management my of our page pages section sections show
    system the to us view your
"""
_COMMON = frozenset(_COMMON_WORDS.split())
# What sites call by other names, kept to pairs that nobody would dispute.
_SYNONYMS = (
    frozenset({"about", "introduction"}),
    frozenset({"blog", "news", "article"}),
    frozenset({"cart", "basket"}),
    frozenset({"faq", "question"}),
    frozenset({"login", "signin"}),
    frozenset({"register", "signup"}),
    frozenset({"statistic", "stat"}),
)
_SUFFIXES = (("ies", "y"), ("ments", ""), ("ment", ""), ("ings", ""), ("ing", ""), ("ers", ""),
             ("er", ""), ("es", ""), ("s", ""), ("e", ""))  # fmt: skip


@dataclass(frozen=True)
class Stop:
    """A place that a case asks for: what became of trying to get there."""

    label: str
    reached: bool
    back: bool
    home: bool = False
    problem: str = "no way back"
    words: frozenset[str] = frozenset()


def judged_entries(navigation: Sequence[NavEntry]) -> list[Stop]:
    """The entries that stay on the site. An entry for the landing page is fine where it is; one
    that leads to the page of another entry is not where it says."""
    inside = [entry for entry in navigation if entry.outcome != "external"]
    return [_judged(entry, inside) for entry in inside]


def _judged(entry: NavEntry, all_entries: Sequence[NavEntry]) -> Stop:
    words = key_words(entry.label)
    home = bool(words & _HOME_WORDS) or entry.target in _HOME_TARGETS
    reached = entry.outcome == "reached" or (
        entry.outcome == "same" and _is_here(entry, home, all_entries)
    )
    if entry.target.endswith("#") and not words & _HOME_WORDS:
        reached = False  # a placeholder, whatever it seemed to do
    problem = {
        "same": "nothing happens",
        "dead": "leads to nothing",
        "error": "the page fails",
        "reached": "nothing happens" if not reached else "no way back",
    }.get(entry.outcome, "no way back")
    if reached and (other := _elsewhere(entry, all_entries)):
        home = reached = False
        problem = f"leads to {other.label or other.target}"
    return Stop(entry.label or entry.target, reached, entry.back, home, problem, words)


def _is_here(entry: NavEntry, home: bool, all_entries: Sequence[NavEntry]) -> bool:
    """Whether nothing happens because the place is already shown: the way to it was tried from
    other entries. Views without addresses have the first tab for it."""
    if home:
        return entry.back
    return entry is all_entries[0] and any(
        other.outcome == "reached" and other.back and not other.target for other in all_entries
    )


def _elsewhere(entry: NavEntry, all_entries: Sequence[NavEntry]) -> NavEntry | None:
    """The entry whose page this one leads to by mistake: one of several to the landing page, or
    the address speaks of that one and not of this, while another address speaks of this one."""
    if entry.target in _HOME_TARGETS:
        return _home_instead(entry, all_entries)
    mine, place = key_words(entry.label), key_words(entry.target)
    if mine & place or not place:
        return None
    if not any(mine & key_words(other.target) for other in all_entries if other is not entry):
        return None
    return next(
        (other for other in all_entries if other is not entry and key_words(other.label) & place),
        None,
    )


def _home_instead(entry: NavEntry, all_entries: Sequence[NavEntry]) -> NavEntry | None:
    """The entry whose landing page this one shows. A name or logo may lead there beside the
    entry that is meant to; a third way there was meant to lead elsewhere."""
    ways = [other for other in all_entries if other.target in _HOME_TARGETS]
    called = [other for other in ways if key_words(other.label) & _HOME_WORDS]
    if entry in called or entry is ways[0] or (not called and len(ways) == 2):
        return None
    return (called or ways)[0]


def named_stops(sections: Sequence[str], entries: Sequence[Stop]) -> list[Stop]:
    """For each named section the entry that is most likely meant; one entry for each, unless
    its label names several ("News & Blog")."""
    pairs = sorted(
        (
            (-_alike(key_words(section), entry), number, place)
            for number, section in enumerate(sections)
            for place, entry in enumerate(entries)
            if _alike(key_words(section), entry) > 0
        ),
    )
    taken: set[int] = set()
    found: dict[int, Stop] = {}
    for _, number, place in pairs:
        whole = key_words(sections[number]) <= _with_synonyms(entries[place].words)
        if number not in found and (place not in taken or whole):
            found[number] = entries[place]
            taken.add(place)
    return [
        found.get(number) or _missing(section, entries) for number, section in enumerate(sections)
    ]


def _missing(section: str, entries: Sequence[Stop]) -> Stop:
    """No entry is called so. The landing page needs none where a logo leads there."""
    if key_words(section) & _HOME_WORDS:
        back = any(entry.back for entry in entries if entry.reached)
        return Stop(section, back, back, home=True)
    return Stop(section, reached=False, back=False, problem="not in the navigation")


def _alike(section: frozenset[str], entry: Stop) -> float:
    """How much two names share, 0 to 1; any landing page is home."""
    if section & _HOME_WORDS:
        return 1.0 if entry.words & _HOME_WORDS else 0.5 if entry.home else 0.0
    shared = section & _with_synonyms(entry.words)
    return len(shared) / max(len(section | entry.words), 1)


def _with_synonyms(words: frozenset[str]) -> frozenset[str]:
    return words.union(*(group for group in _SYNONYMS if group & words))


def key_words(text: str) -> frozenset[str]:
    """The telling words of a label or an address, without endings."""
    words = [word for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) > 1]
    telling = [word for word in words if word not in _COMMON] or words
    return frozenset(_stem(word) for word in telling)


def _stem(word: str) -> str:
    """`word` without its ending: plans, planner and planning are plan."""
    if word in _HOME_WORDS:
        return word
    for suffix, instead in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: len(word) - len(suffix)] + instead
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "ls" else word

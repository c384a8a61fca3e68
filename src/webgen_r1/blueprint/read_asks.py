"""What visitors are to do, in the instruction's own words: ``view market trends``.

Instructions of the kind say it in lists: *Users should be able to browse tours, select dates
and book*; *functionalities for searching and booking rooms*; *data such as power consumption and
battery percentage*. A list is cut at its commas and conjunctions; a part without a verb takes
the verb of the part before it, and a verb without an object is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import dropwhile, pairwise

_SEE = "see"
_MOST = 16
_LONGEST = 5
_OPENING = re.compile(
    r"\b(?:(?:be )?able to|functionalit(?:y|ies) to"
    r"|(?:users|visitors|customers|students|employees|people|players|kids|they|administrators"
    r"|sellers|buyers|clients|members) can"
    r"|(?:allow|enabl|help)(?:s|ing|es|e)? (?:\w+ )?\w+ to"
    r"|(?P<nouns>(?:functionalit(?:y|ies)|functions?|features?) (?:for|of|such as|like)"
    r"|includ(?:e|es|ing)|such as))\b",
    re.I,
)
_END = re.compile(
    r"[.;:!?()]|\bwill\b|\betc\b|\bso that\b|\bwhile\b|\bwhich\b|\bwhere\b|\bwhen\b|\bas well as\b"
)
_BETWEEN = re.compile(r"\s*,\s*(?:and\s+|or\s+|then\s+)*|\s+(?:and|or)\s+", re.I)
_WORD = re.compile(r"[A-Za-z0-9][\w'’/&-]*")
_VERB_WORDS = """
    accept access add adjust analyze answer apply approve archive arrange ask assess assign
    attend bid bind book bookmark browse build buy calculate call cancel cast change chat check
    choose click clock collaborate collect comment communicate compare complete compose conduct
    configure confirm connect contact convert create customize define delete deploy deposit
    design detect develop diagnose discuss display donate download earn edit embed encrypt enrol
    enroll enter evaluate exchange execute explore export express fill filter find follow
    generate get handle hire identify import improve initiate input install integrate interact
    invite join learn lease leave like list listen log maintain make manage manipulate mark
    match meet merge modify monitor move navigate obtain offer optimize order organize
    participate pay perform pick place plan play post practice present preview print process
    protect provide publish pull purchase push query rate reach read receive recharge recognize
    recommend record redeem reduce refund register release remind remove renew rent reply report
    request reserve reset retrieve retry return review save scan schedule search see select sell
    send set share show showcase sign simulate solve sort spin start store stream study submit
    subscribe summarize support switch synchronize take teach test track trade train transfer
    translate understand undo update upgrade upload use verify view visit visualize vote watch
    win withdraw write
"""
_VERBS = frozenset(_VERB_WORDS.split())
_OFTEN_NOUNS_WORDS = """
    access archive bid build call change chat comment contact control design display download
    exchange filter lease list log mark match offer order place plan play post practice present
    process purchase rate record refund rent report request reset return review scan schedule
    search share store stream study support switch test trade train transfer update upload use
    visit vote watch
"""
_OFTEN_NOUNS = frozenset(_OFTEN_NOUNS_WORDS.split())
"""Verbs that are as often nouns: none alone in a part, and none in a list of nouns."""
_GERUND_NOUNS = frozenset({"booking", "listing", "marketing", "rating", "shopping", "training"})
_NOTHING = frozenset(
    {"login", "registration", "search", "display", "record", "support", "access", "data"}
)
"""Things too small to be named."""
_DROPPED_WORDS = """
    a an the their his her its my our your own all any some various different multiple several
    other relevant related corresponding specific certain more new existing also easily quickly
    directly online and or users user basic detailed necessary respective each functionalities
    functionality functions features feature function website system platform for to of types
    kinds type kind
"""
_DROPPED = frozenset(_DROPPED_WORDS.split())
"""Words that say nothing about a thing."""
_ADVERBS = ("ally", "ately", "atically", "edly", "ently", "ively", "ously", "urely")
_ARTICLES = {"a": "a", "an": "an", "the": "the", "their": "your", "his": "your", "her": "your"}
_OURS = {
    "display": _SEE,
    "showcase": _SEE,
    "show": _SEE,
    "provide": _SEE,
    "support": _SEE,
    "offer": _SEE,
}
"""What the site does, as what its visitors do."""
_CUT_WORDS = """
    by from with based according using through to in for on such via at into that if without
    between during about as like across within is are be should can under after before including
    whether how what
"""
_CUT = frozenset(_CUT_WORDS.split())
"""Words that end a thing: what follows is another thought."""


def asks(sentences: Iterable[str]) -> tuple[str, ...]:
    """Short phrases that begin with a verb, in order of mention, each thing once."""
    found: dict[str, tuple[str, str]] = {}
    for sentence in sentences:
        openings = list(_OPENING.finditer(sentence))
        starts = [opening.start() for opening in openings]
        for opening, (_, end) in zip(openings, pairwise([*starts, len(sentence)]), strict=True):
            listed = _END.split(sentence[opening.end() : end], maxsplit=1)[0]
            for verb, thing in _parts(listed, nouns=opening["nouns"] is not None):
                if found.get(bare(thing), (_SEE,))[0] == _SEE:
                    found[bare(thing)] = (verb, thing)
    return tuple(f"{verb} {thing}" for verb, thing in found.values())[:_MOST]


def bare(thing: str) -> str:
    """A thing without its article."""
    first, _, rest = thing.partition(" ")
    return rest if first in _ARTICLES.values() else thing


def _parts(listed: str, nouns: bool) -> Iterator[tuple[str, str]]:
    """(verb, thing) of each part. In a list of `nouns`, nouns are no verbs."""
    verb: str | None = _SEE
    listing = nouns  # whether the part before named a thing, so that a lone word is one too
    for part in _BETWEEN.split(listed):
        words = [word.lower() for word in _WORD.findall(part)]
        words = list(dropwhile(_leads_nowhere, words))
        if not set(words) - _DROPPED:
            continue
        leading = None if nouns and _is_noun(words) else _base(words[0], nouns)
        if leading and not (listing and len(words) == 1 and words[0] in _OFTEN_NOUNS):
            verb, words = leading, words[1:]
        thing, whole = _thing(words)
        listing = bool(thing)
        if thing and verb is not None:
            yield _turned(verb, thing)
        if not whole:
            verb = None  # what follows belongs to "with name, email and message"


def _thing(words: list[str]) -> tuple[str, bool]:
    """The object, and whether it is all that the part says."""
    article = _ARTICLES.get(words[0]) if words else None
    kept: list[str] = []
    whole = True
    for word in words:
        if word in _CUT:
            whole = False
            break
        if not _says_nothing(word) or (word == "of" and kept):
            kept.append(word)
    while kept and kept[-1] in _DROPPED:
        kept.pop()
    if article in ("a", "an"):
        article = "an" if kept and kept[0][0] in "aeio" else "a"
    said = (
        kept != ["them"]
        and 0 < len(kept) < _LONGEST
        and not (len(kept) == 1 and kept[0].endswith(("ed", "ing")))
    )
    return (" ".join(filter(None, [article, *kept])) if said else "", whole)


def _says_nothing(word: str) -> bool:
    return word in _DROPPED or word.endswith(_ADVERBS)


def _leads_nowhere(word: str) -> bool:
    return _says_nothing(word) and word not in _ARTICLES


def _is_noun(words: list[str]) -> bool:
    """``booking confirmation``, where ``booking rooms`` is a deed."""
    return words[0] in _GERUND_NOUNS and not words[-1].endswith("s")


def _turned(verb: str, thing: str) -> tuple[str, str]:
    """``see progress tracking`` is ``track progress``, ``see policy management`` likewise."""
    if thing == "contact us":
        return "contact", "us"
    before, _, last = thing.rpartition(" ")
    deed = "manage" if last == "management" else _base(last, nouns=True)
    if verb == _SEE and before and deed:
        verb, thing = deed, before
    return _OURS.get(verb, verb), thing


def _base(word: str, nouns: bool) -> str | None:
    """The verb that a word is, in its plain form; None for what is none, or in a list of
    `nouns` may be none."""
    if word in _VERBS:
        return None if nouns and word in _OFTEN_NOUNS else word
    if not word.endswith("ing"):
        return None
    stem = word[:-3]
    bases = (stem, f"{stem}e", stem[:-1] if stem[-1:] == stem[-2:-1] else stem)
    return next((base for base in bases if base in _VERBS), None)

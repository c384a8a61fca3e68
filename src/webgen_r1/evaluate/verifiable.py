"""Which test cases can be decided without a model, read from their own words.

A case is taken only where everything it asks for is measured: two named colours, or where the
entries of a menu lead. Whatever needs a person's judgement beside (is the list complete, is the
text relevant, does the form submit) leaves the case to the agent. Patterns were checked against
all 647 cases of WebGen-Bench: precision first, so a few cases that could be decided are not taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from webgen_r1.colour.names import NamedColour, read_colour
from webgen_r1.evaluate.records import TestCase


@dataclass(frozen=True)
class ColourCase:
    """Are these the colours of the pages' background and of the components?"""

    background: NamedColour
    component: NamedColour


@dataclass(frozen=True)
class NavigationCase:
    """Does the menu lead where it says?

    `all`: every entry counts. `named`: the `sections` that the case names count, and every
    entry beside them where it says so. `home`: the ways back to the landing page count.
    """

    scope: Literal["all", "named", "home"]
    sections: tuple[str, ...] = ()
    every: bool = False


def classify(case: TestCase) -> ColourCase | NavigationCase | None:
    """What a rule can decide of this case; None where that is not all of it."""
    return colour_case(case.task) or navigation_case(case)


# ── colours ─────────────────────────────────────────────────────────────────────────

_QUOTED = r"['\"‘“](?P<{0}>[^'\"’”]{{2,40}})['\"’”]"
_BARE = r"(?P<{0}>#[0-9a-f]{{3,6}}|rgb\([\d, ]+\)|[a-z]+(?:[ -][a-z]+){{0,3}}?)"
_LEAD = r"\b(?:uses?|used|using|with|and|that|applies|has|is)\s+"


def _ordered(name: str, role: str) -> tuple[str, ...]:
    """Patterns for one colour with its role: "'x' as the background color", "background: x"."""
    as_role = rf"\s+(?:is used\s+)?as\s+(?:the|its|a)?\s*{role}\s+colou?r"
    role_is = rf"{role}\s+colou?r\s*(?:is|of|to|:)?\s+"
    quoted, bare = _QUOTED.format(name), _BARE.format(name)
    return (
        quoted + as_role,
        _LEAD + bare + as_role,
        role_is + quoted,
        role_is + bare + r"(?=\s+(?:and|with|for)\b|[.,;]|$)",
    )


_ROLES = {
    role: tuple(re.compile(pattern, re.I) for pattern in _ordered("colour", words))
    for role, words in {"background": "background", "component": "components?"}.items()
}


def colour_case(task: str) -> ColourCase | None:
    """The two colours a task asks about; None unless both are named and known."""
    background, component = (_colour(task, role) for role in ("background", "component"))
    return ColourCase(background, component) if background and component else None


def _colour(task: str, role: str) -> NamedColour | None:
    """The colour in this role. A bare name may begin with words that are none of it."""
    for pattern in _ROLES[role]:
        for found in pattern.finditer(task):
            words = found["colour"].split()
            for start in range(len(words)):
                if colour := read_colour(" ".join(words[start:])):
                    return colour
    return None


# ── navigation ──────────────────────────────────────────────────────────────────────

_MENU = (
    # a menu or its links are what is tested
    r"\b(?:navigation|nav|main|top|website'?s?|site'?s?) (?:menus?|bar|links?)\b",
    r"\bmain navigation\b",
    r"\bnavigation(?:al)? (?:elements|system|functionality|flow|consistency)\b",
    r"\b(?:menu|header|navigation) (?:links?|entries|items)\b",
    # or going from place to place is
    r"\bnavigation (?:between|to different|from the home ?page)\b",
    r"\bnavigat(?:e|es|ing) (?:through|between|among)\b",
    r"\b(?:website'?s?|site'?s?|website|site) navigation\b",
    r"\blinks? (?:of|in) the (?:main |top )?(?:navigation|menu|header)\b",
)
_PROMISE = (
    # what should come of it: the places are reached, and nothing else
    r"\b(?:lead|leads|leading|direct|directs|redirects?|takes?|route)\b.*\b(?:section|page)s?\b",
    r"\bnavigation links?\b.*\b(?:functional|working)\b",
    r"\bnavigate\b.*\bwithout\b.*\b(?:errors|broken links)\b",
    r"\b(?:without|with no|no) (?:\w+ )*?(?:broken links?|errors?|dead ends|dead links)\b",
    r"\b(?:no|none of the|each) (?:\w+ )*?(?:link|it)s?\b.*\bbroken\b|\bnone is broken\b",
    r"\ballow users to access all\b|\breach each\b",
    r"\bredirected to the home ?page\b|\bhome ?page opens\b",
)
_BEYOND = {
    "content has to be judged": (
        r"\b(?:relevant|accurate\w*|content|details?|information on|list of|presents|topics?)\b",
        r"\b(?:show(?:s|ing)?|display(?:s|ed|ing)?|descriptions?|activity|categor(?:y|ies) of)\b",
    ),
    "something has to be done there": (
        r"\b(?:submit\w*|forms?|fill\w*|enroll?|book (?:a|an)|upload\w*|download\w*|add a)\b",
        r"\b(?:log ?in (?:with|and)|immediate interaction|input|select (?:a|an|the|each))\b",
    ),
    "the session has to last": (r"\bsession\b",),
    "layout has to be judged": (r"\b(?:layout|responsive\w*|devices?|resize|mobile|tablet)\b",),
    "labels have to be judged": (
        r"\b(?:intuitive|clear(?:ly)?|accessibility|ease of use|indicated)\b",
    ),
    "every page has to be compared": (
        r"\b(?:across (?:all|different) pages|visible on all pages|consistent access)\b",
    ),
    "more than the menu is tested": (
        r"\b(?:all buttons|panels?|tabs? or buttons|keyboard|cross-link\w*)\b",
    ),
}
_HOME = (
    r"\b(?:back|return) to the home ?page\b.*\b(?:navigation|menu)\b",
    r"\bback to the home page using\b",
    r"\bnavigate to the home ?page from\b.*\bnavigation\b",
)
_HARMLESS = (
    # clauses that name content without asking to judge it
    r"returning to the home ?page consistently displays the correct content",
    r",? with minimal loading time",
    r",? ensuring smooth navigation|,? confirming (?:intuitive|functional) navigation(?: control)?",
    r"with intuitive navigation",
    r"company information|contact information|personal information",
    r",? correctly labell?ed",
    r"accurately (?=direct|lead)",
    r"smooth and intuitive",
    r"\((?:e\.g\.|such as)[^)]*\)",
)


def navigation_case(case: TestCase) -> NavigationCase | None:
    """What a case asks of the navigation, if that is all it asks."""
    task, expected = _plain(case.task), _plain(case.expected)
    if beyond(case) is not None:
        return None
    if any(re.search(pattern, task, re.I) for pattern in _HOME):
        return NavigationCase("home")
    if not any(re.search(pattern, task, re.I) for pattern in _MENU):
        return None
    if not any(re.search(pattern, f"{task} {expected}", re.I) for pattern in _PROMISE):
        return None
    sections = named_sections(case.task) or named_sections(case.expected, _LISTS[:1])
    if not sections:
        return None if _one_place(task) else NavigationCase("all")
    return NavigationCase("named", sections, every=bool(_EVERY.search(task)))


def beyond(case: TestCase) -> str | None:
    """Why a case asks for more than where links lead; None where it does not."""
    words = f"{case.task} {case.expected}"
    for pattern in _HARMLESS:
        words = re.sub(pattern, "", words, flags=re.I)
    for section in named_sections(case.task):
        words = words.replace(section, "")  # a section may be called "Details"
    for reason, patterns in _BEYOND.items():
        if any(re.search(pattern, words, re.I) for pattern in patterns):
            return reason
    return None


_EVERY = re.compile(r"\b(?:every|each|all)(?: of the)? (?:\w+ )?(?:links?|entr\w+|items?)\b", re.I)
_EXAMPLES = re.compile(r"\b(?:e\.g\.|such as|like|for example)", re.I)
_LISTS = (
    re.compile(r"\(([^)]*)\)"),
    re.compile(
        r"\bbetween (?:the )?(.+?)(?: sections?| pages?| with the\b.*| using\b.*)?\s*\.", re.I
    ),
    re.compile(r"\b(?:leads?|links?) to ([^.()]+)\.", re.I),
    re.compile(r"\bto the ('[^']+'|\"[^\"]+\") page\b", re.I),
)


def named_sections(text: str, lists: Sequence[re.Pattern[str]] = _LISTS) -> tuple[str, ...]:
    """The sections a text names: "(Home, News, Contact)", "between News and Contact".

    Empty where they are only examples ("e.g."), since a site may call them otherwise.
    """
    text = _plain(text)
    if _EXAMPLES.search(text):
        return ()
    for pattern in lists:
        for found in pattern.finditer(text):
            parts = re.split(r",\s*(?:and\s+)?|\s+and\s+|(?<=\")\s+", found[1].strip())
            names = tuple(part.strip(" '\".,") for part in parts)
            names = tuple(name for name in names if name and name not in {"pages", "sections"})
            if pattern is _LISTS[-1] or (
                len(names) > 1 and all(len(n.split()) <= 4 for n in names)
            ):
                return names
    return ()


def _one_place(task: str) -> bool:
    """Whether a task leads to one place only ("the menu page"), not through the menu."""
    return any(
        re.search(pattern, task, re.I)
        for pattern in (
            r"\b(?:navigate|navigation|access) (?:to|the) (?!different|each|all|main)",
            r"\bfrom the (?!home)[\w ]+ to the\b",
        )
    )


def _plain(text: str) -> str:
    """Straight quotes, single spaces."""
    text = re.sub(r"[‘’]", "'", re.sub(r"[“”]", '"', text))
    return " ".join(text.split())

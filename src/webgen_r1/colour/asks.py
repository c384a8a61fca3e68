"""Which colours an instruction asks for, and where.

Instructions of WebGen-Bench end with one sentence such as "Apply light cyan for layout;
use teal for buttons and cards." A colour's role is the role word nearest to it within
its own clause. Hex and ``rgb()`` colours count like names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from webgen_r1.colour.names import NamedColour, literal, look_up

Role = Literal["background", "component", "any"]


@dataclass(frozen=True)
class ColourAsk:
    """One colour asked for. `role` is `any` where the instruction does not say."""

    colour: NamedColour
    role: Role


@dataclass(frozen=True)
class _Mention:
    colour: NamedColour
    start: int
    end: int


_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)?")
_LITERAL = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b|rgb\(\s*\d+\s*,\s*\d+\s*,\s*\d+\s*\)")
_ABOUT_STYLE = re.compile(
    r"\b(?:back(?:ground|drop)s?|colou?r(?:s|ed)?|theme|palette|styl(?:e|es|ing)|layout|canvas"
    r"|interface|components?|accents?)\b",
    re.I,
)
_BACKGROUND = re.compile(
    r"\b(?:back(?:ground|drop)s?|canvas|layout|base|page|pages|body|screen|surfaces?)\b", re.I
)
_COMPONENT = re.compile(
    r"\b(?:components?|elements?|ui|interface|controls?|buttons?|cards?|blocks?|accents?"
    r"|highlights?|interactive|primary|navbar|headers?)\b",
    re.I,
)
_BREAKS = (re.compile(r";|,|\bthen\b|\band\b", re.I), re.compile(r"\bwith\b", re.I))
_LONGEST_NAME = 4

# Names that are things first: alone they are a colour only beside a word about colour.
_THING_NAMES = """
    almond amber apricot ash azure bisque bone bronze caramel champagne charcoal cherry
    chocolate coffee copper coral cotton cream denim ebony eggplant emerald espresso feather
    fog forest gold grape graphite honey ivory jade jet khaki lavender lemon linen melon mint
    mocha moss mustard navy ocean olive opal orange orchid peach pearl peru pine plum
    porcelain platinum rose ruby rust sage salmon sand sapphire seashell silver sky slate
    smoke snow stone sunflower sunlight tan thistle tomato vanilla violet wheat wine
"""
_THINGS = frozenset(_THING_NAMES.split())


def colour_asks(instruction: str) -> tuple[ColourAsk, ...]:
    """The colours asked for, in order; empty where none is named."""
    asks: list[ColourAsk] = []
    for sentence in style_sentences(instruction):
        asks.extend(_asks_of(sentence))
    return tuple(asks)


def style_sentences(instruction: str) -> list[str]:
    """The sentences that say how the site should be coloured."""
    sentences = _SENTENCE.split(instruction.strip())
    return [text for text in sentences if _ABOUT_STYLE.search(text) and _mentions(text)]


def _asks_of(sentence: str) -> list[ColourAsk]:
    mentions = _mentions(sentence)
    edges = [0]
    for before, after in pairwise(mentions):
        edges.append(_clause_break(sentence, before.end, after.start))
    edges.append(len(sentence))
    return [
        ColourAsk(mention.colour, _role(sentence, mention, left, right))
        for mention, (left, right) in zip(mentions, pairwise(edges), strict=True)
    ]


def _clause_break(sentence: str, start: int, end: int) -> int:
    """Where the clause of one colour ends and that of the next begins."""
    for pattern in _BREAKS:
        breaks = list(pattern.finditer(sentence, start, end))
        if breaks:
            return breaks[-1].start()
    return end


def _role(sentence: str, mention: _Mention, left: int, right: int) -> Role:
    """The role whose word stands nearest to the colour within [left, right)."""
    gaps: dict[Role, int] = {}
    patterns: tuple[tuple[Role, re.Pattern[str]], ...] = (
        ("background", _BACKGROUND),
        ("component", _COMPONENT),
    )
    for role, pattern in patterns:
        for found in pattern.finditer(sentence, left, right):
            gap = max(found.start() - mention.end, mention.start - found.end())
            gaps[role] = min(gap, gaps.get(role, gap))
    if "background" in gaps and re.search(r"\bbackgrounds?\b", sentence[left:right], re.I):
        return "background"
    return min(gaps, key=lambda role: gaps[role]) if gaps else "any"


def _mentions(sentence: str) -> list[_Mention]:
    """Colours in the sentence, longest name first, without overlap, in order."""
    found = [_Mention(literal(m.group()), m.start(), m.end()) for m in _LITERAL.finditer(sentence)]
    words = list(_WORD.finditer(sentence))
    index = 0
    while index < len(words):
        named = _name_at(sentence, words, index)
        if named is None:
            index += 1
            continue
        colour, length = named
        found.append(_Mention(colour, words[index].start(), words[index + length - 1].end()))
        index += length
    return sorted(found, key=lambda mention: mention.start)


def _name_at(
    sentence: str, words: list[re.Match[str]], index: int
) -> tuple[NamedColour, int] | None:
    """The longest colour name starting at word `index`, with its number of words."""
    for length in range(min(_LONGEST_NAME, len(words) - index), 0, -1):
        span = words[index : index + length]
        if any(sentence[a.end() : b.start()].strip() for a, b in pairwise(span)):
            continue  # punctuation inside: two things, not one name
        colour = look_up([word.group() for word in span])
        if colour is None:
            continue
        if length == 1 and colour.name in _THINGS and not _coloured(sentence):
            continue
        return colour, length
    return None


def _coloured(sentence: str) -> bool:
    """Whether the sentence is about colours or backgrounds, so that "peru" is one."""
    return bool(_BACKGROUND.search(sentence) or re.search(r"colou?r|accent|theme", sentence, re.I))

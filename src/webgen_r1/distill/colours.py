"""The same instruction in other colours."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cache, lru_cache

from webgen_r1.colour.arithmetic import luminance
from webgen_r1.colour.asks import colour_asks, style_sentences
from webgen_r1.colour.names import read_colour

_NAMED = """
    alabaster, alice blue, almond, amber, antique white, apricot, aquamarine, azure, baby blue,
    beige, bisque, blanched almond, burlywood, buttermilk, champagne, cloud white, cornsilk,
    cotton, cream, daisy white, dark khaki, dark turquoise, desert sand, dust white, eggshell,
    faint gold, faint gray, faint peach, feather white, floral white, frost white, gainsboro,
    ghost white, glacier blue, gold, honeydew, ice blue, ivory, khaki, lavender, lavender blush,
    lavender mist, lemon chiffon, lemon mist, light beige, light blue, light cyan, light
    goldenrod, light goldenrod yellow, light green, light mocha, light pink, light salmon, light
    sky blue, light steel blue, light yellow, linen, linen white, medium aquamarine, medium spring
    green, medium turquoise, melon, mint, mint cream, mint frost, misty rose, moccasin, moonstone,
    morning fog, morning mist, navajo white, old lace, opal, pale ash, pale goldenrod, pale green,
    pale lilac, pale rose, pale turquoise, papaya whip, peach, peach puff, pearl, pink, platinum,
    plum, porcelain, powder blue, sandy brown, seashell, silver, sky blue, smoke, snow, spring
    green, sunlight, tan, thistle, turquoise, vanilla, wheat, white, white smoke, yellow,
    black, blue, blue violet, brown, burnt sienna, cadet blue, caramel, charcoal, chocolate, cool
    gray, coral, cornflower blue, crimson, dark blue, dark cyan, dark goldenrod, dark green, dark
    magenta, dark moss green, dark olive green, dark orange, dark orchid, dark red, dark salmon,
    dark sea green, dark slate blue, dark slate gray, dark teal, dark violet, deep pink, deep sky
    blue, dim gray, dodger blue, firebrick, forest green, goldenrod, green, hot pink, indian red,
    indigo, light coral, light sea green, light slate gray, lime green, magenta, maroon, medium
    blue, medium purple, medium sea green, medium violet red, midnight blue, navy, olive, olive
    drab, orange red, orchid, pale violet red, peru, pewter, purple, rebecca purple, red, rosy
    brown, royal blue, saddle brown, salmon, sea green, sienna, slate blue, slate gray, steel
    blue, teal, tomato, violet
"""
NAMES = tuple(" ".join(name.split()) for name in _NAMED.split(","))
"""Colours as people name them, most of them from WebGen-Instruct: light ones, then strong ones."""

_MIDDLE = 0.45
"""Luminance that parts light from strong."""


def vary_colours(instruction: str, draw: random.Random) -> str:
    """`instruction` with every colour that it asks for replaced by another: a light one by a
    light one and a strong one by a strong one, so that what was readable stays so. One without
    colours stays as it is."""
    lightness, sentences = _style(instruction)
    others = _others(lightness, draw)
    for sentence in sentences:
        instruction = instruction.replace(sentence, _renamed(sentence, others))
    return instruction


@lru_cache(maxsize=16_384)  # every instruction comes once for each sample
def _style(instruction: str) -> tuple[dict[str, bool], list[str]]:
    """The colours asked for, each with whether it is light, and the sentences that ask."""
    asked = {ask.colour.name.lower(): ask.colour.rgb for ask in colour_asks(instruction)}
    lightness = {name: luminance(rgb) > _MIDDLE for name, rgb in asked.items()}
    return lightness, style_sentences(instruction)


def _others(lightness: Mapping[str, bool], draw: random.Random) -> dict[str, str]:
    """Another name for each colour, none twice and none that was asked for."""
    free = [name for name in NAMES if name not in lightness]
    others: dict[str, str] = {}
    for name, light in lightness.items():
        others[name] = draw.choice([other for other in free if _is_light(other) == light])
        free.remove(others[name])
    return others


@cache
def _is_light(name: str) -> bool:
    colour = read_colour(name)
    assert colour is not None, name
    return luminance(colour.rgb) > _MIDDLE


def _renamed(sentence: str, others: Mapping[str, str]) -> str:
    """The sentence with its colours renamed, an article before one put right."""
    longest_first = sorted(others, key=len, reverse=True)
    names = "|".join(r"\s+".join(map(re.escape, name.split())) for name in longest_first)

    def other(found: re.Match[str]) -> str:
        name = others[" ".join(found["name"].lower().split())]
        article = found["article"] or ""
        if article:
            article = article[0] + ("n" if name[0] in "aeiou" else "") + " "
        return article + name

    return re.sub(
        rf"(?P<article>\ban? )?(?<!\w)(?P<name>{names})(?!\w)", other, sentence, flags=re.I
    )

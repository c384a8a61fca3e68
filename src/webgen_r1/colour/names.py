"""From a colour's name to the colour: CSS names, and the names people use besides.

The names of CSS Color Module Level 4 come from Pillow. What CSS lacks is below: words
found in WebGen-Bench instructions and in everyday use. Those have no official value;
ours are typical ones, and are marked `loose` so that a site need only come near.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from PIL import ImageColor

from webgen_r1.colour.arithmetic import RGB


@dataclass(frozen=True)
class NamedColour:
    """A colour somebody named. `loose`: the name has no agreed value."""

    name: str
    rgb: RGB
    loose: bool = False


_EVERYDAY = {
    "alabaster": "f2f0e6", "almond": "efdecd", "amber": "ffbf00", "apricot": "fbceb1",
    "ash": "b2beb5", "aubergine": "472c4c", "azuremist": "f0ffff", "babyblue": "89cff0",
    "blush": "f4c2c2", "bone": "e3dac9", "bordeaux": "5c0120", "bronze": "cd7f32",
    "burgundy": "800020", "burntorange": "cc5500", "burntsienna": "e97451",
    "buttermilk": "fff1b5", "caramel": "c68e5a", "cerulean": "2a52be", "champagne": "f7e7ce",
    "charcoal": "36454f", "cherry": "c2185b", "cloudwhite": "f5f7f8", "cobalt": "0047ab",
    "coffee": "6f4e37", "copper": "b87333", "cotton": "fbfbf5", "cream": "fffdd0",
    "daisywhite": "f8f3e3", "darkmossgreen": "4a5d23", "denim": "1560bd", "desertsand": "edc9af",
    "dustwhite": "f0eee9", "ebony": "282c34", "eggplant": "614051", "eggshell": "f0ead6",
    "emerald": "10b981", "espresso": "3c2218", "feather": "f4f1ea", "featherwhite": "f6f5f0",
    "fog": "dcdfe1", "forest": "228b22", "frostwhite": "f2f7fa", "glacierblue": "c4dfea",
    "grape": "6f2da8", "graphite": "41424c", "honey": "e6a817", "iceblue": "dcf3fb",
    "jade": "00a86b", "jet": "343434", "lavendermist": "e6e6fa", "lemon": "fff44f",
    "lemonmist": "fffacd", "lightbeige": "f7f3e3", "lightmocha": "d8c3ae", "lilac": "c8a2c8",
    "linenwhite": "faf0e6", "mauve": "b784a7", "melon": "fdbcb4", "mint": "98ff98",
    "mintfrost": "e3f9ee", "mocha": "967259", "moonstone": "a9c5d1", "morningfog": "dde3e6",
    "morningmist": "e3eaee", "moss": "8a9a5b", "mustard": "e1ad01", "ocean": "0077be",
    "ochre": "cc7722", "offwhite": "faf9f6", "onyx": "353839", "opal": "dbe9e4",
    "paleash": "d9dcd6", "palelilac": "e6d7ee", "palerose": "fadadd", "peach": "ffe5b4",
    "pearl": "f3efe6", "periwinkle": "ccccff", "pewter": "96a8a1", "pine": "01796f",
    "platinum": "e5e4e2", "porcelain": "f4f6f5", "raspberry": "e30b5c", "rose": "f43f5e",
    "rosegold": "b76e79", "royalpurple": "7851a9", "ruby": "9b111e", "rust": "b7410e",
    "sage": "9caf88", "sand": "dfcba4", "sapphire": "0f52ba", "scarlet": "ff2400",
    "sky": "87ceeb", "slate": "64748b", "smoke": "e9ecef", "stone": "a8a29e",
    "sunflower": "ffc512", "sunlight": "fff6c2", "taupe": "8b7e74", "terracotta": "e2725b",
    "ultramarine": "3f00ff", "vanilla": "f3e5ab", "wine": "722f37",
    "deepskyblue": "00bfff", "lightgoldenrod": "fafad2",
}  # fmt: skip

# Names that Tailwind gives to other colours than CSS does: its shades 600 to 800, which sites
# made with it show when they are asked for the name (tailwindcss 3, default theme).
_TAILWIND: dict[str, tuple[str, ...]] = {
    "indigo": ("#4f46e5", "#4338ca", "#3730a3"),
    "teal": ("#0d9488", "#0f766e", "#115e59"),
    "violet": ("#7c3aed", "#6d28d9", "#5b21b6"),
    "lime": ("#65a30d", "#4d7c0f", "#3f6212"),
    "cyan": ("#0891b2", "#0e7490", "#155e75"),
    "fuchsia": ("#c026d3", "#a21caf", "#86198f"),
}

# Words that change a colour: (lightness towards, share of the way, factor on chroma).
_MODIFIERS: dict[str, tuple[float, float, float]] = {
    "light": (1.0, 0.55, 0.7), "pale": (1.0, 0.7, 0.5), "faint": (1.0, 0.8, 0.4),
    "soft": (1.0, 0.5, 0.6), "pastel": (1.0, 0.65, 0.6), "dark": (0.0, 0.4, 0.9),
    "deep": (0.0, 0.3, 1.0), "bright": (1.0, 0.1, 1.2), "vivid": (1.0, 0.0, 1.2),
    "muted": (0.5, 0.2, 0.5), "dusty": (0.7, 0.3, 0.5), "medium": (0.5, 0.2, 1.0),
    "warm": (1.0, 0.0, 1.0), "cool": (1.0, 0.0, 1.0), "neon": (1.0, 0.1, 1.3),
}  # fmt: skip

_CSS: dict[str, RGB] = {name: ImageColor.getrgb(name)[:3] for name in ImageColor.colormap}


def look_up(words: list[str]) -> NamedColour | None:
    """The colour these words name together (``["light", "sea", "green"]``), or None."""
    joined = "".join(words).lower().replace("-", "")
    name = " ".join(words).lower()
    if joined in _CSS:
        return NamedColour(name, _CSS[joined])
    if joined in _EVERYDAY:
        return NamedColour(name, ImageColor.getrgb("#" + _EVERYDAY[joined])[:3], loose=True)
    if len(words) > 1 and words[0].lower() in _MODIFIERS:
        base = look_up(words[1:])
        if base is not None:
            return NamedColour(name, _modified(base.rgb, words[0].lower()), loose=True)
    return None


def other_values(name: str) -> tuple[RGB, ...]:
    """What else goes by this name in wide use; empty for most names."""
    return tuple(ImageColor.getrgb(value)[:3] for value in _TAILWIND.get(name, ()))


def literal(text: str) -> NamedColour:
    """``#fdf5e6`` or ``rgb(1, 2, 3)``; what is above 255 is 255, as browsers have it."""
    red, green, blue = (min(part, 255) for part in ImageColor.getrgb(text)[:3])
    return NamedColour(text, (red, green, blue))


def read_colour(text: str) -> NamedColour | None:
    """The colour that a whole text names (``dark sea green``, ``#fdf5e6``, ``rgb(1, 2, 3)``)."""
    text = text.strip().lower()
    if re.fullmatch(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})|rgb\(\s*\d+\s*,\s*\d+\s*,\s*\d+\s*\)", text):
        return literal(text)
    return look_up(text.replace("-", " ").split()) if text else None


def _modified(colour: RGB, modifier: str) -> RGB:
    """A rough reading of ``light``/``dark``/… in sRGB: near enough for a loose match."""
    towards, share, colourful = _MODIFIERS[modifier]
    grey = sum(colour) / 3
    channels = (grey + (channel - grey) * colourful for channel in colour)
    mixed = (channel + (towards * 255 - channel) * share for channel in channels)
    red, green, blue = (round(min(255.0, max(0.0, channel))) for channel in mixed)
    return red, green, blue

"""Turns every colour in a source file to another hue, in whatever notation it stands."""

from __future__ import annotations

import colorsys
import re

from PIL import ImageColor

_OTHER_FAMILY = {
    "red": "cyan", "orange": "blue", "amber": "violet", "yellow": "purple", "lime": "pink",
    "green": "fuchsia", "emerald": "rose", "teal": "red", "cyan": "orange", "sky": "amber",
    "blue": "lime", "indigo": "yellow", "violet": "green", "purple": "emerald",
    "fuchsia": "teal", "pink": "lime", "rose": "cyan", "slate": "lime", "gray": "lime",
    "zinc": "lime", "neutral": "lime", "stone": "lime",
}  # fmt: skip
_UTILITY = re.compile(
    r"\b((?:bg|text|border|from|to|via|ring|fill|stroke|accent|divide|outline|decoration|shadow)"
    r"(?:-[trblxy])?)-(" + "|".join(_OTHER_FAMILY) + r")-(\d{2,3})\b"
)
_HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)")
_NAMES = "|".join(sorted(ImageColor.colormap, key=len, reverse=True))
_CSS_VALUE = re.compile(rf"(?<=[:\s,(])({_NAMES})(?=\s*[;,)!}}])", re.I)
_SCRIPT_VALUE = re.compile(
    rf"((?:color|background|fill|stroke|accent|shadow|border)\w*\s*[:=]\s*\{{?\s*['\"])({_NAMES})"
    r"(?=['\"])",
    re.I,
)
_CONFIG_VALUE = re.compile(rf"(['\"])({_NAMES})(?=\1)", re.I)


def recolour(source: str, path: str) -> str:
    """`source` with hex, rgb(), CSS names and Tailwind utilities recoloured."""
    source = _HEX.sub(lambda m: _turned(ImageColor.getrgb(m.group())[:3]), source)
    source = _RGB.sub(lambda m: _turned_rgb(m), source)
    source = _UTILITY.sub(lambda m: f"{m[1]}-{_OTHER_FAMILY[m[2]]}-{m[3]}", source)
    source = re.sub(r"\bbg-white\b", "bg-yellow-200", source)
    if path.endswith((".css", ".scss", ".less")):
        return _CSS_VALUE.sub(lambda m: _turned(ImageColor.getrgb(m[1])[:3]), source)
    if "tailwind.config" in path:
        return _CONFIG_VALUE.sub(lambda m: m[1] + _turned(ImageColor.getrgb(m[2])[:3]), source)
    return _SCRIPT_VALUE.sub(lambda m: m[1] + _turned(ImageColor.getrgb(m[2])[:3]), source)


def _turned(colour: tuple[int, int, int]) -> str:
    """The colour 150 degrees further round the wheel, visibly tinted when nearly white or black."""
    hue, light, colourful = colorsys.rgb_to_hls(*(channel / 255 for channel in colour))
    if light > 0.85:
        light, colourful = 0.82, max(colourful, 0.6)
    elif light < 0.12:
        light, colourful = 0.22, max(colourful, 0.6)
    channels = colorsys.hls_to_rgb((hue + 150 / 360) % 1, light, colourful)
    return "#{:02x}{:02x}{:02x}".format(*(round(channel * 255) for channel in channels))


def _turned_rgb(match: re.Match[str]) -> str:
    red, green, blue = (min(255, int(channel)) for channel in match.groups())
    turned = ImageColor.getrgb(_turned((red, green, blue)))
    separator = "," if "," in match.group() else " "
    return match.group().split("(")[0] + "(" + separator.join(str(part) for part in turned[:3])

"""Colour arithmetic: contrast as WCAG defines it, difference as eyes see it.

Colours are sRGB triples 0-255.
"""

from __future__ import annotations

import math
from functools import lru_cache

RGB = tuple[int, int, int]

WHITE: RGB = (255, 255, 255)


def _linear(channel: int) -> float:
    """One sRGB channel without its gamma, in [0, 1] (WCAG 2.1, "relative luminance")."""
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


_LINEAR = tuple(_linear(channel) for channel in range(256))


def luminance(colour: RGB) -> float:
    """Relative luminance in [0, 1] (WCAG 2.1, section "relative luminance")."""
    red, green, blue = (_LINEAR[channel] for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(one: RGB, other: RGB) -> float:
    """(L1 + 0.05) / (L2 + 0.05), from 1 to 21 (WCAG 2.1, section "contrast ratio")."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=4096)
def oklab(colour: RGB) -> tuple[float, float, float]:
    """Lightness, green-red, blue-yellow in OKLab (B. Ottosson, "A perceptual color space
    for image processing", 2020). Lightness is in [0, 1]; neutral colours have a = b = 0."""
    red, green, blue = (_LINEAR[channel] for channel in colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def difference(one: RGB, other: RGB) -> float:
    """Distance in OKLab: 0 equal, ~0.02 just visible side by side, 1 black to white."""
    return math.dist(oklab(one), oklab(other))


def chroma(colour: RGB) -> float:
    """How colourful: 0 for greys, ~0.04 for a clear tint, ~0.3 at most."""
    _, a, b = oklab(colour)
    return math.hypot(a, b)


def hue_gap(one: RGB, other: RGB) -> float:
    """Degrees between two hues, 0 to 180; 0 where either colour is neutral."""
    if min(chroma(one), chroma(other)) < 0.015:
        return 0.0
    angles = [math.degrees(math.atan2(b, a)) for _, a, b in (oklab(one), oklab(other))]
    gap = abs(angles[0] - angles[1]) % 360
    return min(gap, 360 - gap)


def as_hex(colour: RGB) -> str:
    """``#rrggbb``, for messages."""
    return "#{:02x}{:02x}{:02x}".format(*colour)

"""Measuring pictures."""

from __future__ import annotations

import io
from collections import Counter
from typing import cast

from PIL import Image

Rgb = tuple[int, int, int]
_SIZE = (160, 100)
_STEP = 16
_COLOURS = 16


def palette(picture: bytes) -> tuple[tuple[Rgb, float], ...]:
    """The main colours with their share of the picture, largest first.

    Read at an eighth of the size, which a JPEG decoder gets from the first coefficients.
    """
    with Image.open(io.BytesIO(picture)) as image:
        image.draft("RGB", (image.width // 8, image.height // 8))
        small = image.convert("RGB").resize(_SIZE, Image.Resampling.NEAREST)
    exact = small.getcolors(_SIZE[0] * _SIZE[1])
    assert exact is not None
    share: Counter[Rgb] = Counter()
    named: dict[Rgb, Rgb] = {}
    for count, pixel in sorted(exact, reverse=True):
        r, g, b = cast("Rgb", pixel)
        group = (r // _STEP, g // _STEP, b // _STEP)
        share[group] += count
        named.setdefault(group, (r, g, b))  # a group is named by its commonest colour
    total = _SIZE[0] * _SIZE[1]
    return tuple((named[group], n / total) for group, n in share.most_common(_COLOURS))


def uniform(colours: tuple[tuple[Rgb, float], ...]) -> bool:
    """Whether the picture shows one colour and nothing else."""
    return not colours or colours[0][1] > 0.9995

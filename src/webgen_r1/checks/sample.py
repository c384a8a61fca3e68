"""The colour of a box that only the picture knows: one filled by a gradient or an image."""

from __future__ import annotations

import io
from collections import Counter
from functools import cached_property
from typing import cast

from PIL import Image, UnidentifiedImageError

from webgen_r1.colour.arithmetic import RGB
from webgen_r1.types import Box

_SHRUNK = 4
_STEP = 24  # size of the groups that nearly equal pixels form


class Sampler:
    """Reads colours from the picture of a window `width` CSS pixels wide; decodes it at most once,
    at a quarter of its size."""

    def __init__(self, picture: bytes | None, width: float) -> None:
        self._picture = picture
        self._width = max(width, 1.0)

    def colour(self, box: Box) -> RGB | None:
        """The commonest colour of a box; None outside the window or without a picture."""
        image = self._image
        if image is None:
            return None
        scale = image.width / self._width
        left, top = max(0, round(box.x * scale)), max(0, round(box.y * scale))
        right = min(image.width, round((box.x + box.width) * scale))
        bottom = min(image.height, round((box.y + box.height) * scale))
        if right <= left or bottom <= top:
            return None
        region = image.crop((left, top, right, bottom))
        pixels = region.getcolors(region.width * region.height) or []
        groups: Counter[tuple[int, int, int]] = Counter()
        best: dict[tuple[int, int, int], tuple[int, RGB]] = {}
        for count, pixel in pixels:
            red, green, blue = cast("RGB", pixel)
            group = (red // _STEP, green // _STEP, blue // _STEP)
            groups[group] += count
            best[group] = max(best.get(group, (0, (0, 0, 0))), (count, (red, green, blue)))
        return best[groups.most_common(1)[0][0]][1] if groups else None

    @cached_property
    def _image(self) -> Image.Image | None:
        if self._picture is None:
            return None
        try:
            with Image.open(io.BytesIO(self._picture)) as image:
                small = (image.width // _SHRUNK, image.height // _SHRUNK)
                image.draft("RGB", small)
                return image.convert("RGB").resize(small, Image.Resampling.NEAREST)
        except (OSError, UnidentifiedImageError):
            return None

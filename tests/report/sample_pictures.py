"""Pictures that look like pages, for the tests of reports."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw

DIFFERENT = 24


def draw(folder: Path, names: Sequence[str]) -> None:
    """A picture 1280 x 800 under every name, relative to `folder`; names share 24 drawings."""
    drawings = folder / "drawings"
    drawings.mkdir(parents=True, exist_ok=True)
    for number in range(min(DIFFERENT, len(names))):
        (drawings / f"{number}.jpg").write_bytes(drawing(number))
    for n, name in enumerate(dict.fromkeys(names)):
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        if not target.exists():
            os.link(drawings / f"{n % DIFFERENT}.jpg", target)


@cache
def drawing(number: int) -> bytes:
    """A header, a heading, cards and lines of text, as JPEG."""
    random_ = random.Random(number)
    hue = (random_.randrange(30, 200), random_.randrange(30, 200), random_.randrange(30, 200))
    image = Image.new("RGB", (1280, 800), (250, 249, 246))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1280, 64), fill=hue)
    draw.rectangle((80, 120, 760, 170), fill=(40, 40, 50))
    for card in range(6):
        x, y = 80 + card % 3 * 380, 280 + card // 3 * 250
        light = random_.randrange(60)
        tone = (hue[0] + light // 2, hue[1] + light, hue[2] + light // 3)
        draw.rounded_rectangle((x, y, x + 350, y + 220), 14, fill=tone)
        for line in range(5):
            right = x + random_.randrange(160, 330)
            draw.rectangle((x + 20, y + 90 + line * 22, right, y + 100 + line * 22), fill="white")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()

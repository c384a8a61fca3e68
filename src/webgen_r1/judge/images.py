"""Pictures as they are sent to a vision model."""

from __future__ import annotations

import base64
import io

from PIL import Image

_WIDTH = 1024  # pixels; wider pictures cost tokens without showing a judge more
_TALLEST = 2.0  # times the width: below that a page repeats itself


def prepared(data: bytes) -> bytes:
    """The top of a page as JPEG, at most 1024 pixels wide and twice as tall as wide."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    height = min(picture.height, int(picture.width * _TALLEST))
    picture = picture.crop((0, 0, picture.width, height))
    if picture.width > _WIDTH:
        picture = picture.resize((_WIDTH, max(1, round(height * _WIDTH / picture.width))))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def data_url(jpeg: bytes) -> str:
    """The picture as a URL that carries it."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()

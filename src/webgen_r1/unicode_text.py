"""Text without half of a surrogate pair, which JavaScript and JSON may hold and no file can.

`"🍕"[0]` is one. It comes with what a page shows, what an endpoint answers, what a row says.
"""

from __future__ import annotations

import json
from typing import Any


def whole(text: str) -> str:
    """`text` with a question mark for each half."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def loads(raw: bytes | str) -> Any:  # noqa: ANN401 - JSON
    """`json.loads` for what a program sends that runs a model's code. Raises ValueError."""
    raw = raw.encode(errors="replace") if isinstance(raw, str) else raw
    try:
        value = json.loads(raw)
        # As an escape, or as the bytes that UTF-8 forbids.
        return _whole(value) if b"\\u" in raw or b"\xed" in raw else value
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _whole(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {whole(key): _whole(each) for key, each in value.items()}
    return value

"""Records in what a model says: JSON objects between thinking, prose and code fences."""

from __future__ import annotations

import json
import re

_THOUGHT = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.S | re.I)
_LOOSE_END = re.compile(r"^.*</think(?:ing)?>", re.S | re.I)
_LOOSE_START = re.compile(r"<think(?:ing)?>.*$", re.S | re.I)
_LONGEST = 20_000  # characters; what counts is at the end of anything longer
_TRIES = 100  # opening braces tried as the start of a record


def without_thought(text: str) -> str:
    """The reply without its think elements, also where one was cut or its opening tag was eaten."""
    text = _LOOSE_START.sub("", _LOOSE_END.sub("", _THOUGHT.sub("", text)))
    return text.strip()[-_LONGEST:]


def objects_with(text: str, key: str) -> list[dict[str, object]]:
    """Every JSON object with `key` in the text, outermost only, in order."""
    decoder = json.JSONDecoder()
    records: list[dict[str, object]] = []
    position = text.find("{")
    for _ in range(_TRIES):
        if position < 0:
            break
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            end = position + 1
        else:
            if isinstance(value, dict) and key in value:
                records.append(value)
        position = text.find("{", end)
    return records

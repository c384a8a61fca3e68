"""What an OpenAI-compatible endpoint sends back, whole or in pieces."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from webgen_r1.unicode_text import whole

OnText = Callable[[str], None]


@dataclass(frozen=True)
class Reply:
    """One chat completion. Token counts are 0 where the endpoint did not say."""

    text: str
    model: str = ""
    """The model that the endpoint says has answered."""
    finish: str = ""
    """`stop`, `length` for an answer that was cut, or the endpoint's own word."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    """What the successful request took, waiting for a slot included."""


class Heard:
    """What a listener was told so far."""

    def __init__(self, tell: OnText) -> None:
        self._tell = tell
        self.text = ""

    def more(self, piece: str) -> None:
        piece = whole(piece)
        if piece:
            self.text += piece
            self._tell(piece)


async def follow(stream: Any, heard: Heard, began: float) -> Reply:  # noqa: ANN401 - as `read_reply`
    """A reply that comes in pieces. Raises ValueError for what is no stream, or broke off."""
    model = finish = ""
    usage = None
    async for chunk in stream:
        model = model or str(getattr(chunk, "model", None) or "")
        usage = getattr(chunk, "usage", None) or usage
        for choice in (getattr(chunk, "choices", None) or [])[:1]:
            heard.more(str(getattr(getattr(choice, "delta", None), "content", None) or ""))
            finish = str(getattr(choice, "finish_reason", None) or finish)
    if not finish:
        raise ValueError("the stream ended without saying why")
    return Reply(
        text=heard.text,
        model=model,
        finish=finish,
        prompt_tokens=_count(getattr(usage, "prompt_tokens", 0)),
        completion_tokens=_count(getattr(usage, "completion_tokens", 0)),
        seconds=time.monotonic() - began,
    )


def read_reply(said: Any, seconds: float) -> Reply:  # noqa: ANN401 - whatever the endpoint sent
    """Not every endpoint that calls itself compatible sends what the types promise.

    Raises ValueError for what is no chat completion, an error sent as 200 included.
    """
    choices = getattr(said, "choices", None)
    if not choices:
        raise ValueError("no choices")
    message = getattr(choices[0], "message", None)
    usage = getattr(said, "usage", None)
    return Reply(
        text=whole(str(getattr(message, "content", None) or "")),
        model=str(getattr(said, "model", None) or ""),
        finish=str(getattr(choices[0], "finish_reason", None) or ""),
        prompt_tokens=_count(getattr(usage, "prompt_tokens", 0)),
        completion_tokens=_count(getattr(usage, "completion_tokens", 0)),
        seconds=seconds,
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0

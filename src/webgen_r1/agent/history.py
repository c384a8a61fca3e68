"""The conversation of one case, within a budget: late pages in full, early ones in a line."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import Any

from webgen_r1.agent.prompt import Told, step_message
from webgen_r1.endpoint import Messages

PICTURE_TOKENS = 1_200
"""Rough cost of one picture of 1280 x 800; models differ by a factor of two."""
_CHARACTERS_PER_TOKEN = 3.5


@dataclass(frozen=True)
class Turn:
    """One step: what was told, the picture that went with it, and the reply once there is one."""

    told: Told
    picture: bytes | None = None
    reply: str = ""


class History:
    """Builds the messages of each request. `opening` is the test case itself."""

    def __init__(self, system: str, opening: str, nonce: str, *, pages: int, tokens: int) -> None:
        self._system = system
        self._opening = opening
        self._nonce = nonce
        self._pages = pages
        self._tokens = tokens
        self._turns: list[Turn] = []

    def tell(self, told: Told, picture: bytes | None) -> None:
        self._turns.append(Turn(told, picture))

    def replied(self, reply: str) -> None:
        """The reply to the last step, as it shall be remembered."""
        self._turns[-1] = replace(self._turns[-1], reply=reply)

    def messages(self, *corrections: dict[str, Any]) -> Messages:
        """System, then a user message per step with the replies between them.

        `corrections` follow the last step: replies that broke the protocol, and what was said.
        """
        full = min(self._pages, len(self._turns))
        while full > 1 and self._cost(full) > self._tokens:
            full -= 1
        messages: Messages = [{"role": "system", "content": self._system}]
        for index, turn in enumerate(self._turns):
            shown = index >= len(self._turns) - full
            messages.append({"role": "user", "content": self._content(index, turn, shown)})
            if turn.reply:
                messages.append({"role": "assistant", "content": turn.reply})
        return [*messages, *corrections]

    def _text(self, index: int, turn: Turn, shown: bool) -> str:
        told = turn.told if shown else replace(turn.told, page=None)
        text = step_message(self._nonce, told)
        return f"{self._opening}\n\n{text}" if index == 0 else text

    def _content(self, index: int, turn: Turn, shown: bool) -> str | list[dict[str, Any]]:
        text = self._text(index, turn, shown)
        if turn.picture is None or not shown:
            return text
        url = f"data:image/jpeg;base64,{base64.b64encode(turn.picture).decode()}"
        return [{"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": url}}]

    def _cost(self, full: int) -> float:
        characters, pictures = len(self._system), 0
        for index, turn in enumerate(self._turns):
            shown = index >= len(self._turns) - full
            characters += len(self._text(index, turn, shown)) + len(turn.reply)
            pictures += shown and turn.picture is not None
        return characters / _CHARACTERS_PER_TOKEN + pictures * PICTURE_TOKENS

"""What an agent can do, and reading which of it a reply asks for. Nothing is guessed."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from webgen_r1.evaluate.records import CaseVerdict
from webgen_r1.json_text import objects_with, without_thought
from webgen_r1.types import Frozen

KeyName = Literal[
    "Enter", "Escape", "Tab", "Space", "Backspace", "Delete", "Home", "End", "PageUp", "PageDown",
    "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight",
]  # fmt: skip
LONGEST_TEXT = 2000


class _Action(Frozen):
    thought: str = ""


class _OnElement(_Action):
    n: int = Field(ge=1)


class Click(_OnElement):
    action: Literal["click"]


class Type(_OnElement):
    action: Literal["type"]
    text: str = Field(max_length=LONGEST_TEXT)
    submit: bool = False


class Select(_OnElement):
    action: Literal["select"]
    option: str = Field(max_length=LONGEST_TEXT)


class Hover(_OnElement):
    action: Literal["hover"]


class Scroll(_Action):
    action: Literal["scroll"]
    direction: Literal["up", "down"] = "down"
    n: int | None = Field(default=None, ge=1)


class Wait(_Action):
    action: Literal["wait"]


class Back(_Action):
    action: Literal["back"]


class Key(_Action):
    action: Literal["key"]
    name: KeyName


class Answer(_Action):
    action: Literal["answer"]
    verdict: CaseVerdict
    reason: str = Field(min_length=1)


Interaction = Click | Type | Select | Hover | Scroll | Wait | Back | Key
Action = Annotated[Interaction | Answer, Field(discriminator="action")]

_ACTION: TypeAdapter[Interaction | Answer] = TypeAdapter(Action)


class NoAction(ValueError):
    """The reply holds no action, more than one, or a broken one; `str` says which."""


def parse_action(text: str) -> Interaction | Answer:
    """The one action in a reply. Raises NoAction.

    Thinking before it and a code fence around it are fine; a number, a verdict or the name
    of an action anywhere else is not an action.
    """
    found = objects_with(without_thought(text), "action")
    if not found:
        raise NoAction("no JSON object with an action")
    if any(each != found[0] for each in found):
        raise NoAction("several different actions in one reply")
    try:
        json.dumps(found[0], ensure_ascii=False).encode()
        return _ACTION.validate_python(found[0])
    except UnicodeEncodeError as error:
        raise NoAction("half a character") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][-1:])
        raise NoAction(f"{where}: {first['msg']}" if where else first["msg"]) from error


def describe(action: Interaction | Answer, element: str = "") -> str:
    """The action in words for records: ``click [3] button "Add to cart"``."""
    on = f" {element}" if element else ""
    if isinstance(action, Answer):
        return f"answer {action.verdict}"
    if isinstance(action, Type):
        return f"type {action.text!r} into{on}" + (" and submit" if action.submit else "")
    if isinstance(action, Select):
        return f"select {action.option!r} in{on}"
    if isinstance(action, Scroll):
        return f"scroll {action.direction}" + (f" in{on}" if on else "")
    if isinstance(action, Key):
        return f"key {action.name}"
    return f"{action.action}{on}"

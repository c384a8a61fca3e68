"""What the agent is told, and how it is guarded against the site it tests.

The words are in `templates/`. A page's text reaches the agent only as quoted strings between
two lines that carry a random number of this case, so that no page can close its own block; and
the agent is told that what stands there is material. A model that sees pictures can still be
swayed by text in them; docs/agent.md says so.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from webgen_r1.agent.config import View
from webgen_r1.evaluate.records import TestCase

Ending = Literal["", "limit", "loop", "hang"]

_TEMPLATES = ("system.md.j2", "case.md.j2", "step.md.j2", "protocol.md.j2")
_FENCE_LIKE = re.compile(r"={3,}")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Told:
    """What a step's message says beside the page. `page` None: the page is left out."""

    number: int
    page: str | None
    left: int = 0
    outcome: str = ""
    unchanged: bool = False
    repeated: int = 0
    ending: Ending = ""
    detail: str = ""


def system_message(nonce: str, view: View, max_interactions: int) -> str:
    return _render("system", nonce=nonce, view=view, max_interactions=max_interactions)


def case_message(nonce: str, case: TestCase) -> str:
    task, expected = (harmless(text, nonce) for text in (case.task, case.expected))
    return _render("case", nonce=nonce, task=task, expected=expected)


def step_message(nonce: str, told: Told) -> str:
    page = None if told.page is None else harmless(told.page, nonce)
    return _render("step", nonce=nonce, **{**vars(told), "page": page})


def protocol_message(fault: str, *, must_answer: bool) -> str:
    return _render("protocol", fault=fault, must_answer=must_answer)


def harmless(text: str, nonce: str) -> str:
    """`text` without what could pass for a fence, and without characters nobody sees."""
    return _FENCE_LIKE.sub("==", _INVISIBLE.sub("", text).replace(nonce, ""))


@cache
def prompt_digest() -> str:
    """SHA-256 over everything the agent may be told; part of a run's manifest."""
    sha = hashlib.sha256()
    for name in _TEMPLATES:
        sha.update(resources.files("webgen_r1.agent").joinpath("templates", name).read_bytes())
        sha.update(b"\0")
    return sha.hexdigest()


@cache
def _environment() -> Environment:
    return Environment(  # noqa: S701 - plain text for a model, not HTML
        loader=PackageLoader("webgen_r1.agent"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render(name: str, **given: object) -> str:
    return _environment().get_template(f"{name}.md.j2").render(given).strip()

"""What a model wrote for one instruction, and asking for it."""

from __future__ import annotations

from typing import TypeVar

from pydantic import Field

from webgen_r1.errors import InfraFailure
from webgen_r1.protocols import Generator
from webgen_r1.types import Frozen

_CHARS_PER_TOKEN = 3.6
"""Characters of TSX to a token of current code models, about; shown as an estimate everywhere."""


class Sample(Frozen):
    """What a model wrote for one instruction; `sample` counts from 0.

    `error` says why there is nothing to evaluate: an endpoint that failed (`infra`, tried
    again on resume) or a model that refused or said nothing (`text` is then "").
    """

    id: str
    sample: int = Field(default=0, ge=0)
    text: str | None = None
    project: str | None = None
    """Folder or archive of a given project, where there is no completion text."""
    tokens: int | None = None
    tokens_exact: bool = False
    """Whether `tokens` was counted by the model's own tokenizer."""
    seconds: float | None = None
    model: str = ""
    """Name that the endpoint gave to what answered."""
    error: str | None = None
    infra: bool = False

    @property
    def key(self) -> str:
        """Id of its trace."""
        return sample_key(self.id, self.sample)


def sample_key(id: str, sample: int) -> str:
    return id if sample == 0 else f"{id}.s{sample}"


def estimated_tokens(text: str | None) -> int | None:
    """About how many tokens a completion has, where nobody counted."""
    return None if text is None else round(len(text) / _CHARS_PER_TOKEN)


S = TypeVar("S", bound=Sample)


async def ask(generator: Generator, chat: list[dict[str, str]], sample: S, seed: int) -> S:
    """`sample` with what the model wrote, or with why there is nothing."""
    try:
        said = await generator.generate(chat, seed)
    except InfraFailure as error:
        return sample.model_copy(update={"error": str(error), "infra": True})
    exact = said.tokens is not None
    found = {
        "text": said.text,
        "tokens": said.tokens if exact else estimated_tokens(said.text),
        "tokens_exact": exact,
        "seconds": round(said.seconds, 3),
        "model": said.model,
        "error": None if said.text.strip() else "the model said nothing",
    }
    return sample.model_copy(update=found)

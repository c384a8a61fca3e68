"""A conversation as the model's own template writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from jinja2 import TemplateError

from webgen_r1.errors import UserError, first_line

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def as_text(
    tokenizer: PreTrainedTokenizerBase, chat: Sequence[Mapping[str, str]], *, asks: bool
) -> str:
    """The text of `chat`; with `asks` the model's turn is opened. Raises UserError for a model
    without a template, and for a template that refuses the conversation, as some do a system
    turn."""
    if tokenizer.chat_template is None:
        raise UserError(f"{tokenizer.name_or_path or 'the model'} has no chat template")
    try:
        text: str = tokenizer.apply_chat_template(
            list(chat), tokenize=False, add_generation_prompt=asks
        )
    except TemplateError as error:
        raise UserError(
            f"the chat template of {tokenizer.name_or_path or 'the model'} refuses the "
            f"conversation: {first_line(error)}"
        ) from error
    return text

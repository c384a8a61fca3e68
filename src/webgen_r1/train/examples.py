"""The examples of supervised fine-tuning: conversations whose last turn is to be learned."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from rich.console import Console

from webgen_r1.chat_template import as_text
from webgen_r1.errors import UserError
from webgen_r1.instructions.load import rows
from webgen_r1.train.config import ExampleData

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedTokenizerBase

Message = dict[str, str]
Conversation = list[Message]
"""Messages with `role` and `content`; the last is the assistant's, the one before is not."""

IGNORED = -100
"""The label of a token that is not to be learned."""

CHUNK = 1000


def load_examples(data: ExampleData) -> list[Conversation]:
    """The conversations of a file or of the hub. Raises UserError, naming the row."""
    found = [_conversation(where, row) for where, row in islice(rows(data.source), data.limit)]
    if not found:
        raise UserError(f"{data.source} holds no example")
    return found


def _conversation(where: str, row: dict[str, Any]) -> Conversation:
    messages = row.get("messages")
    if messages is None:
        raise UserError(f"{where}: no `messages` among {', '.join(row) or 'no columns'}")
    if not isinstance(messages, list) or len(messages) < 2:
        raise UserError(f"{where}: `messages` must be a list: what is asked, then the answer")
    turns = [_message(where, message) for message in messages]
    if turns[-1]["role"] != "assistant":
        raise UserError(f"{where}: the last message must be the assistant's")
    if not turns[-1]["content"].strip():
        raise UserError(f"{where}: the assistant's last message is empty")
    return turns


def _message(where: str, message: object) -> Message:
    match message:
        case {"role": str(role), "content": str(content)}:
            return {"role": role, "content": content}
    raise UserError(f"{where}: a message needs `role` and `content`, both text")


def tokenized(
    examples: list[Conversation],
    tokenizer: PreTrainedTokenizerBase,
    max_tokens: int,
    console: Console,
) -> Dataset:
    """Rows of `input_ids` and `labels`, in which only the completion has labels.

    TRL takes such rows as they are. Prompt and completion are tokenized apart, because a
    model that writes has its prompt's tokens before it and never one that spans both.
    Examples of more than `max_tokens` are left out, not cut: half a site teaches half a site.
    """
    from datasets import Dataset, Features, List, Value

    numbers: dict[str, list[list[int]]] = {"input_ids": [], "labels": []}
    shortest = None
    for start in range(0, len(examples), CHUNK):
        parts = [_parted(example, tokenizer) for example in examples[start : start + CHUNK]]
        asked, answers = (
            tokenizer(list(texts), add_special_tokens=False)["input_ids"]
            for texts in zip(*parts, strict=True)
        )
        for prompt, completion in zip(asked, answers, strict=True):
            length = len(prompt) + len(completion)
            shortest = length if shortest is None else min(shortest, length)
            if length <= max_tokens:
                numbers["input_ids"].append(prompt + completion)
                numbers["labels"].append([IGNORED] * len(prompt) + completion)
    kept = len(numbers["labels"])
    if not kept:
        raise UserError(f"no example has at most {max_tokens} tokens, the shortest has {shortest}")
    if kept < len(examples):
        console.print(
            f"{len(examples) - kept} of {len(examples)} examples left out: "
            f"they are longer than {max_tokens} tokens"
        )
    column = List(Value("int32"))
    return Dataset.from_dict(numbers, Features({"input_ids": column, "labels": column}))


def _parted(example: Conversation, tokenizer: PreTrainedTokenizerBase) -> tuple[str, str]:
    """Prompt and completion as the chat template writes them, the end of the turn included."""
    prompt = as_text(tokenizer, example[:-1], asks=True)
    whole = as_text(tokenizer, example, asks=False)
    shared = len(prompt)
    while not whole.startswith(prompt[:shared]):
        shared -= 1  # some templates open the turn differently where the answer is known
    return whole[:shared], whole[shared:]

"""The dataset of a run: each instruction as the chat prompt the model is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console

from webgen_r1 import prompts, scaffold
from webgen_r1.chat_template import as_text
from webgen_r1.errors import UserError
from webgen_r1.instructions import load_instructions
from webgen_r1.instructions.clean import CleanSettings, clean
from webgen_r1.train.config import GrpoRecipe, InstructionData
from webgen_r1.types import Instruction

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Row = dict[str, Any]
"""`prompt` (chat messages), `instruction` (text, for the reward) and `id`."""


def read_rows(recipe: GrpoRecipe) -> list[Row]:
    """Every instruction as a chat prompt, with what the reward needs to know beside it."""
    target = scaffold.load(recipe.engine.scaffold)
    return [
        {
            "prompt": prompts.messages(instruction, target, recipe.engine.mode),
            "instruction": instruction.text,
            "id": instruction.id,
        }
        for instruction in _instructions(recipe.data)
    ]


def _instructions(data: InstructionData) -> Sequence[Instruction]:
    """Those of the recipe that are not near one of the test sets."""
    given = load_instructions(data.source, data.limit)
    if not data.against:
        return given
    tests = [test for source in data.against for test in load_instructions(source)]
    kept = clean(given, tests, CleanSettings(dedupe=False)).kept
    if not kept:
        raise UserError(f"every instruction of {data.source} is near one of data.against")
    return kept


def prompt_lengths(rows: list[Row], tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """Tokens of each row's prompt as the chat template writes it. Raises UserError."""
    texts = [as_text(tokenizer, row["prompt"], asks=True) for row in rows]
    return [len(tokens) for tokens in tokenizer(texts, add_special_tokens=False)["input_ids"]]


def drop_long(
    rows: list[Row], tokenizer: PreTrainedTokenizerBase, limit: int, console: Console
) -> list[Row]:
    """The rows whose prompt has at most `limit` tokens: TRL 1.16 never cuts a prompt."""
    lengths = prompt_lengths(rows, tokenizer)
    fitting = [row for row, length in zip(rows, lengths, strict=True) if length <= limit]
    if not fitting:
        shortest = f", the shortest has {min(lengths)}" if lengths else ""
        raise UserError(f"no instruction has a prompt of at most {limit} tokens{shortest}")
    if len(fitting) < len(rows):
        console.print(
            f"{len(rows) - len(fitting)} of {len(rows)} instructions left out: "
            f"their prompt is longer than {limit} tokens"
        )
    return fitting

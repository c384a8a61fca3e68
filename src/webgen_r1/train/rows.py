"""The dataset of a run: each instruction as the chat prompt the model is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console

from webgen_r1 import prompts, scaffold
from webgen_r1.errors import UserError
from webgen_r1.train.config import GrpoRecipe

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Row = dict[str, Any]
"""`prompt` (chat messages), `instruction` (text, for the reward) and `id`."""


def read_rows(recipe: GrpoRecipe) -> list[Row]:
    """Every instruction as a chat prompt, with what the reward needs to know beside it."""
    target = scaffold.load(recipe.engine.scaffold)
    instructions = prompts.load_instructions(recipe.data.source, recipe.data.limit)
    return [
        {
            "prompt": prompts.messages(instruction, target, recipe.engine.mode),
            "instruction": instruction.text,
            "id": instruction.id,
        }
        for instruction in instructions
    ]


def drop_long(
    rows: list[Row], tokenizer: PreTrainedTokenizerBase, limit: int, console: Console
) -> list[Row]:
    """The rows whose prompt has at most `limit` tokens: TRL 1.16 never cuts a prompt."""
    try:
        texts = [
            tokenizer.apply_chat_template(row["prompt"], tokenize=False, add_generation_prompt=True)
            for row in rows
        ]
    except ValueError as error:
        raise UserError("the model's tokenizer has no chat template") from error
    lengths = [len(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts]
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

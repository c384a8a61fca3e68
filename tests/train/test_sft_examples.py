"""Examples to learn from: what is read, what of it has a loss, and what is left out."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl", reason="needs the [train] extra")

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from transformers import PreTrainedTokenizerBase

from webgen_r1.errors import UserError
from webgen_r1.train.config import ExampleData, ScratchModel
from webgen_r1.train.examples import IGNORED, Conversation, load_examples, tokenized
from webgen_r1.train.scratch import train_tokenizer

pytestmark = pytest.mark.train

SYSTEM = {"role": "system", "content": "Write websites."}
USER = {"role": "user", "content": "a shop"}
ANSWER = {"role": "assistant", "content": "<think>hats</think>"}
GOOD = [SYSTEM, USER, ANSWER]


def written(path: Path, rows: list[dict[str, Any]]) -> ExampleData:
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return ExampleData(source=str(path))


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.parquet"])
def test_messages_are_read_and_other_columns_are_not(tmp_path: Path, name: str) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "reward": 4.2, "messages": GOOD},
        {"id": "b", "messages": GOOD[1:]},
    ]
    assert load_examples(written(tmp_path / name, rows)) == [GOOD, GOOD[1:]]


def test_only_the_first_so_many_are_read(tmp_path: Path) -> None:
    data = written(tmp_path / "rows.jsonl", [{"messages": GOOD}, {"messages": "broken"}])
    assert load_examples(data.model_copy(update={"limit": 1})) == [GOOD]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"instruction": "a shop"}, "no `messages` among instruction"),
        ({"messages": None}, "no `messages`"),
        ({"messages": "hello"}, "must be a list"),
        ({"messages": []}, "what is asked, then the answer"),
        ({"messages": [ANSWER]}, "what is asked, then the answer"),
        ({"messages": [SYSTEM, USER]}, "the last message must be the assistant's"),
        ({"messages": [USER, ANSWER | {"content": " \n"}]}, "last message is empty"),
        ({"messages": [USER, {"role": "assistant"}]}, "needs `role` and `content`"),
        ({"messages": [USER, ANSWER | {"content": ["x"]}]}, "needs `role` and `content`"),
    ],
)
def test_a_row_that_is_no_example_is_named_in_one_line(
    tmp_path: Path, row: dict[str, Any], message: str
) -> None:
    data = written(tmp_path / "rows.jsonl", [{"messages": GOOD}, row])
    with pytest.raises(UserError, match=message) as caught:
        load_examples(data)
    assert str(caught.value).startswith(f"{tmp_path / 'rows.jsonl'}:2: ")
    assert "\n" not in str(caught.value)


def test_no_example_at_all_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no example"):
        load_examples(written(tmp_path / "rows.jsonl", []))


@pytest.fixture
def tokenizer() -> PreTrainedTokenizerBase:
    return train_tokenizer(ScratchModel(vocab_size=300), ["a shop"])


def prepared(
    examples: list[Conversation], tokenizer: PreTrainedTokenizerBase, limit: int = 999
) -> tuple[list[dict[str, list[int]]], str]:
    console = Console(file=io.StringIO(), width=200)
    rows = tokenized(examples, tokenizer, limit, console).to_list()
    assert isinstance(console.file, io.StringIO)
    return rows, console.file.getvalue()


def test_only_the_completion_has_a_loss_and_it_ends_with_the_token_that_stops(
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    turns = [SYSTEM, USER, {"role": "assistant", "content": "Which?"}, USER, ANSWER]
    [row], printed = prepared([turns], tokenizer)
    learned = [label for label in row["labels"] if label != IGNORED]
    start = len(row["labels"]) - len(learned)
    assert tokenizer.decode(learned) == ANSWER["content"] + "<|end|>"
    assert row["labels"][:start] == [IGNORED] * start
    assert row["input_ids"][start:] == learned
    asked = tokenizer.apply_chat_template(turns[:-1], tokenize=False, add_generation_prompt=True)
    assert row["input_ids"][:start] == tokenizer(asked)["input_ids"]
    assert printed == ""


def test_a_template_that_opens_the_turn_differently_still_leaves_the_prompt_alone(
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    """As reasoning models do: an empty thought stands only where the answer is to begin."""
    tokenizer.chat_template = (
        "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }};"
        "{% endfor %}{% if add_generation_prompt %}assistant: <think></think>{% endif %}"
    )
    [row], _ = prepared([[USER, ANSWER | {"content": "ok"}]], tokenizer)
    learned = [label for label in row["labels"] if label != IGNORED]
    assert tokenizer.decode(learned) == "ok;"
    assert tokenizer.decode(row["input_ids"]) == "user: a shop;assistant: ok;"


def test_examples_that_are_too_long_are_left_out_whole_and_counted(
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    long = [USER, ANSWER | {"content": "x1" * 500}]
    rows, printed = prepared([GOOD, long, GOOD], tokenizer, limit=200)
    assert len(rows) == 2
    assert "1 of 3 examples left out: they are longer than 200 tokens" in printed


def test_a_limit_that_leaves_nothing_is_a_mistake(tokenizer: PreTrainedTokenizerBase) -> None:
    with pytest.raises(UserError, match=r"no example has at most 3 tokens, the shortest has \d+"):
        prepared([GOOD], tokenizer, limit=3)


def test_a_model_without_a_chat_template_is_one_line(
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    tokenizer.chat_template = None
    with pytest.raises(UserError, match="has no chat template"):
        prepared([GOOD], tokenizer)


def test_a_chat_template_that_refuses_is_told_in_its_own_words(
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    tokenizer.chat_template = "{{ raise_exception('no system turn, please') }}"
    with pytest.raises(UserError, match="refuses the conversation: no system turn, please"):
        prepared([GOOD], tokenizer)

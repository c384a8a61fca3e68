"""Instructions from a file or from the Hugging Face hub, always as the same rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from webgen_r1.errors import UserError, first_line
from webgen_r1.instructions.places import place
from webgen_r1.types import Instruction

FILE_SUFFIXES = (".jsonl", ".parquet", ".txt")
HUB_NAME = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)(:(?P<split>[\w.-]+))?")

TEXT_COLUMNS = ("instruction", "prompt", "conversation_a", "conversation", "messages")
"""Where an instruction may stand: as text, or as the conversation that it opens."""

_READ = {*TEXT_COLUMNS, "conversation_b", "id", "question_id"}
"""Columns that are not `meta`: read already, or (`conversation_b`) the same prompt again."""

Rows = Iterator[tuple[str, dict[str, Any]]]
"""Where a row stands (`file:line`), for messages, and its columns."""


@dataclass(frozen=True)
class InstructionRow:
    """A row that asks for a website. `columns` holds everything the row has."""

    where: str
    id: str
    text: str
    columns: dict[str, Any]


def load_instructions(source: str, limit: int | None = None) -> list[Instruction]:
    """The first `limit` instructions (all for None) of `source`.

    `source` is a name of `places.NAMED`, a `.jsonl` or `.parquet` file, a `.txt` file holding
    one instruction, or a data set on the Hugging Face hub: `luzimu/WebGen-Bench:test`. The
    instruction is in one of the `TEXT_COLUMNS`, its id in `id` or `question_id` (the number of
    the row, from 1, where it has none); other columns become `meta`. Raises UserError, naming
    file and line.
    """
    if limit is not None and limit < 1:
        raise UserError(f"the limit must be at least 1, not {limit}")
    return [
        Instruction(
            id=row.id,
            text=row.text,
            meta={key: value for key, value in row.columns.items() if key not in _READ},
        )
        for row in islice(instruction_rows(source), limit)
    ]


def instruction_rows(source: str) -> Iterator[InstructionRow]:
    """The rows of `source` that hold an instruction. Raises UserError, also if there is none."""
    empty = True
    for number, (where, columns) in enumerate(rows(source), start=1):
        text = _text(where, columns)
        if text is not None:
            yield InstructionRow(where, _id(where, columns, number), text, columns)
            empty = False
    if empty:
        raise UserError(f"{source} holds no instruction")


def _id(where: str, row: dict[str, Any], number: int) -> str:
    given = row.get("id", row.get("question_id"))
    if isinstance(given, bool) or not isinstance(given, str | int | None):
        raise UserError(f"{where}: `id` must be text or a whole number")
    return f"{number:06d}" if given is None else str(given)


def _text(where: str, row: dict[str, Any]) -> str | None:
    """The instruction; None for a conversation that begins without words (a picture alone)."""
    for column in TEXT_COLUMNS:
        given = row.get(column)
        if given is None:
            continue
        if isinstance(given, list) and column != "instruction":
            return _said_first(given)
        if not isinstance(given, str) or not given.strip():
            raise UserError(f"{where}: `{column}` must be text and not empty")
        return given.strip()
    raise UserError(f"{where}: no `instruction` among {', '.join(row) or 'no columns'}")


def _said_first(conversation: list[Any]) -> str | None:
    """The words of the user's first message, as text or as a list of `{type, text}` parts."""
    for message in conversation:
        if isinstance(message, dict) and message.get("role") == "user":
            content = message.get("content")
            parts = content if isinstance(content, list) else [{"text": content}]
            texts = [part.get("text") for part in parts if isinstance(part, dict)]
            return " ".join(text for text in texts if isinstance(text, str)).strip() or None
    return None


def _only_file(path: Path) -> Path:
    """The file in a folder that holds one, as a dataset of `webgen distill` does."""
    if not path.is_dir():
        return path
    found = [each for each in sorted(path.iterdir()) if each.suffix in FILE_SUFFIXES]
    return found[0] if len(found) == 1 else path


def rows(source: str) -> Rows:
    """The rows of a file, of a folder that holds one, or of a data set of the hub, unchecked.

    Raises UserError.
    """
    source = place(source)
    path = _only_file(Path(source))
    if path.is_file() or path.suffix in FILE_SUFFIXES:
        return _file_rows(path)
    hub = HUB_NAME.fullmatch(source)
    if hub is None or path.exists():
        raise UserError(
            f"{source} is neither a file ({', '.join(FILE_SUFFIXES)}) nor a data set "
            "of the Hugging Face hub (owner/name or owner/name:split)"
        )
    return _hub_rows(hub["name"], hub["split"])


def _file_rows(path: Path) -> Rows:
    try:
        if path.suffix == ".jsonl":
            yield from _jsonl_rows(path)
        elif path.suffix == ".parquet":
            yield from _parquet_rows(path)
        elif path.suffix == ".txt":
            yield str(path), {"id": path.stem, "instruction": path.read_text("utf-8-sig")}
        else:
            raise UserError(f"{path}: instructions are read from {', '.join(FILE_SUFFIXES)}")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text") from error
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}") from error


def _jsonl_rows(path: Path) -> Rows:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            where = f"{path}:{number}"
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf-8-sig"))
            except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
                raise UserError(f"{where}: not a JSON object in UTF-8: {error}") from error
            if not isinstance(row, dict):
                raise UserError(f"{where}: not a JSON object")
            yield where, row


def _parquet_rows(path: Path) -> Rows:
    # Imported here: it takes a quarter of a second that other sources need not pay.
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with path.open("rb") as raw, ParquetFile(raw) as file:
            rows = (row for batch in file.iter_batches(256) for row in batch.to_pylist())
            yield from _numbered(path.name, rows)
    except ArrowException as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{path} is not a readable parquet file: {reason}") from error


def _hub_rows(name: str, split: str | None) -> Rows:
    try:
        import datasets
    except ImportError as error:
        raise UserError(
            f"reading {name} from the hub needs the training extra: "
            "pip install 'webgen-r1[train]'; or give a local file"
        ) from error
    try:
        splits = datasets.get_dataset_split_names(name) if split is None else [split]
        if len(splits) != 1:
            raise UserError(f"{name} has several splits; name one: {name}:{' or :'.join(splits)}")
        rows = datasets.load_dataset(name, split=splits[0])
    except (OSError, ValueError, datasets.exceptions.DatasetsError) as error:
        # `datasets` reports an unknown name, an unknown split and a missing network so.
        raise UserError(f"cannot load {name} from the hub: {first_line(error)}") from error
    return _numbered(f"{name}:{splits[0]}", rows)


def _numbered(name: str, rows: Iterable[dict[str, Any]]) -> Rows:
    return ((f"{name}, row {number}", dict(row)) for number, row in enumerate(rows, start=1))

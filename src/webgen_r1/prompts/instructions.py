"""Instructions from a file or from the Hugging Face hub, always as the same rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from webgen_r1.errors import UserError
from webgen_r1.types import Instruction

FILE_SUFFIXES = (".jsonl", ".parquet", ".txt")
HUB_NAME = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)(:(?P<split>[\w.-]+))?")

Rows = Iterator[tuple[str, dict[str, Any]]]
"""Where a row stands (`file:line`), for messages, and its columns."""


def load_instructions(source: str, limit: int | None = None) -> list[Instruction]:
    """The first `limit` instructions (all for None) of `source`.

    `source` is a `.jsonl` file or a `.parquet` file with a column `instruction` and
    optionally `id` (other columns become `meta`), a `.txt` file holding one instruction,
    or a data set on the Hugging Face hub: `luzimu/WebGen-Bench:test`. A row without id
    gets its number, from 1. Raises UserError, naming file and line.
    """
    if limit is not None and limit < 1:
        raise UserError(f"the limit must be at least 1, not {limit}")
    first = islice(rows(source), limit)
    found = [_instruction(where, row, n) for n, (where, row) in enumerate(first, start=1)]
    if not found:
        raise UserError(f"{source} holds no instruction")
    return found


def _instruction(where: str, row: dict[str, Any], number: int) -> Instruction:
    meta = dict(row)
    text, given = meta.pop("instruction", None), meta.pop("id", None)
    if text is None:
        raise UserError(f"{where}: no `instruction` among {', '.join(row) or 'no columns'}")
    if not isinstance(text, str) or not text.strip():
        raise UserError(f"{where}: `instruction` must be text and not empty")
    if isinstance(given, bool) or not isinstance(given, str | int | None):
        raise UserError(f"{where}: `id` must be text or a whole number")
    return Instruction(
        id=f"{number:06d}" if given is None else str(given), text=text.strip(), meta=meta
    )


def rows(source: str) -> Rows:
    """The rows of a file or of a data set of the hub, unchecked. Raises UserError."""
    path = Path(source)
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
    except (OSError, ValueError) as error:
        # `datasets` reports an unknown name, an unknown split and a missing network so.
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise UserError(f"cannot load {name} from the hub: {reason}") from error
    return _numbered(f"{name}:{splits[0]}", rows)


def _numbered(name: str, rows: Iterable[dict[str, Any]]) -> Rows:
    return ((f"{name}, row {number}", dict(row)) for number, row in enumerate(rows, start=1))

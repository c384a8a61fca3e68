"""Benchmarks: rows of a file or of the Hugging Face hub, checked and always in one form.

A row has an instruction and whatever else it has: WebGen-Bench's rows bring test cases,
categories and application types; prompts in the manner of WebDev Arena bring only the first
message of a conversation; a user's own JSONL may bring any of it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from webgen_r1.errors import UserError
from webgen_r1.evaluate.records import BenchItem, Benchmark, TestCase
from webgen_r1.prompts.instructions import FILE_SUFFIXES, rows

KNOWN = {
    "webgen-bench": ("webgen-bench/test.jsonl", "luzimu/WebGen-Bench:test"),
    "webdev-arena": (
        "webdev-arena/prompts.jsonl",
        "lmarena-ai/webdev-arena-preference-10k:train",
    ),
}
"""Benchmarks with a name: their place in a data folder, and on the hub."""

DATA_FOLDERS = ("data", "shared/data", "../shared/data")
"""Where a named benchmark may lie on this machine, unless $WEBGEN_DATA names the folder."""

PRIMARY = ("Content Presentation", "User Interaction", "Data Management")
CASE_CATEGORIES = ("Functional Testing", "Data Display Testing", "Design Validation Testing")


def load_benchmark(source: str, limit: int | None = None) -> Benchmark:
    """The benchmark called `source` (a name, a file, or owner/name of a hub data set).

    `limit` keeps the first so many instructions. Raises UserError, naming file and line.
    """
    where = _place(source)
    items: dict[str, BenchItem] = {}
    seen: dict[str, str] = {}
    for number, (line, row) in enumerate(rows(where), start=1):
        item = _item(line, row, number)
        if item.id in items:
            raise UserError(f"{line}: id {item.id} is already used at {seen[item.id]}")
        items[item.id], seen[item.id] = item, line
        if len(items) == limit:
            break
    if not items:
        raise UserError(f"{where} holds no instruction")
    kept = tuple(items.values())
    return Benchmark(name=_name(source), digest=_digest(kept), items=kept)


def _place(source: str) -> str:
    if source not in KNOWN:
        return source
    local, hub = KNOWN[source]
    given = os.environ.get("WEBGEN_DATA")
    for folder in (given,) if given else DATA_FOLDERS:
        if (Path(folder) / local).is_file():
            return str(Path(folder) / local)
    return hub


def _name(source: str) -> str:
    if Path(source).suffix not in FILE_SUFFIXES:
        return source
    path = Path(source)
    return path.parent.name if path.stem in {"test", "prompts"} and path.parent.name else path.stem


def _digest(items: Iterable[BenchItem]) -> str:
    sha = hashlib.sha256()
    for item in items:
        sha.update(item.model_dump_json().encode() + b"\n")
    return sha.hexdigest()


# ── one row ─────────────────────────────────────────────────────────────────────────


def _item(where: str, row: dict[str, Any], number: int) -> BenchItem:
    category = _object(where, row, "Category")
    primary = category.get("primary_category", "")
    subs = category.get("subcategories") or ()
    cases = row.get("ui_instruct") or ()
    if not isinstance(cases, list | tuple):
        raise UserError(f"{where}: `ui_instruct` must be a list of test cases")
    try:
        return BenchItem(
            id=_id(where, row, number),
            instruction=_instruction(where, row),
            category=primary,
            # A primary category named among the subcategories says nothing more.
            scenarios=tuple(dict.fromkeys(name for name in subs if name not in PRIMARY)),
            application=row.get("application_type") or "",
            cases=tuple(_case(f"{where}: case {n}", case) for n, case in enumerate(cases, start=1)),
        )
    except (ValidationError, TypeError) as error:
        raise UserError(f"{where}: {_first_line(error)}") from error


def _id(where: str, row: dict[str, Any], number: int) -> str:
    given = row.get("id", row.get("question_id"))
    if isinstance(given, bool) or not isinstance(given, str | int | None):
        raise UserError(f"{where}: `id` must be text or a whole number")
    return f"{number:06d}" if given is None else str(given)


def _instruction(where: str, row: dict[str, Any]) -> str:
    for column in ("instruction", "prompt", "conversation_a", "conversation", "messages"):
        given = row.get(column)
        if isinstance(given, list):
            given = _first_message(given)
        if given is None:
            continue
        if not isinstance(given, str) or not given.strip():
            raise UserError(f"{where}: `{column}` must be text and not empty")
        return given.strip()
    raise UserError(f"{where}: no `instruction` among {', '.join(row) or 'no columns'}")


def _first_message(conversation: list[Any]) -> Any:  # noqa: ANN401 - whatever the row holds
    """What the user said first."""
    for message in conversation:
        if isinstance(message, dict) and message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, list):
                return " ".join(str(part.get("text", "")) for part in content if part)
            return content
    return None


def _case(where: str, case: object) -> TestCase:
    if not isinstance(case, dict) or not isinstance(case.get("task"), str):
        raise UserError(f"{where} is not an object with a `task`")
    category = _object(where, case, "task_category")
    return TestCase(
        task=case["task"],
        expected=case.get("expected_result") or "",
        category=category.get("primary_category") or "",
        tags=tuple(category.get("subcategories") or ()),
    )


def _object(where: str, row: dict[str, Any], column: str) -> dict[str, Any]:
    value = row.get(column)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UserError(f"{where}: `{column}` must be an object")
    return value


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return " ".join(str(error).split())

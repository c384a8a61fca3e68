"""Benchmarks: rows of a file or of the Hugging Face hub, checked and always in one form.

A row has an instruction and whatever else it has: WebGen-Bench's rows bring test cases,
categories and application types; prompts in the manner of WebDev Arena bring only the first
message of a conversation; a user's own JSONL may bring any of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from webgen_r1.errors import UserError
from webgen_r1.evaluate.records import BenchItem, Benchmark, TestCase
from webgen_r1.instructions.load import FILE_SUFFIXES, InstructionRow, instruction_rows

PRIMARY = ("Content Presentation", "User Interaction", "Data Management")
CASE_CATEGORIES = ("Functional Testing", "Data Display Testing", "Design Validation Testing")


def load_benchmark(source: str, limit: int | None = None) -> Benchmark:
    """The benchmark called `source` (a name, a file, or owner/name of a hub data set).

    `limit` keeps the first so many instructions. Raises UserError, naming file and line.
    """
    items: dict[str, BenchItem] = {}
    seen: dict[str, str] = {}
    for row in islice(instruction_rows(source), limit):
        if row.id in items:
            raise UserError(f"{row.where}: id {row.id} is already used at {seen[row.id]}")
        items[row.id], seen[row.id] = _item(row), row.where
    kept = tuple(items.values())
    return Benchmark(name=_name(source), digest=_digest(kept), items=kept)


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


def _item(found: InstructionRow) -> BenchItem:
    where, row = found.where, found.columns
    category = _object(where, row, "Category")
    primary = category.get("primary_category", "")
    subs = category.get("subcategories") or ()
    cases = row.get("ui_instruct") or ()
    if not isinstance(cases, list | tuple):
        raise UserError(f"{where}: `ui_instruct` must be a list of test cases")
    try:
        return BenchItem(
            id=found.id,
            instruction=found.text,
            category=primary,
            # A primary category named among the subcategories says nothing more.
            scenarios=tuple(dict.fromkeys(name for name in subs if name not in PRIMARY)),
            application=row.get("application_type") or "",
            cases=tuple(_case(f"{where}: case {n}", case) for n, case in enumerate(cases, start=1)),
        )
    except (ValidationError, TypeError) as error:
        raise UserError(f"{where}: {_first_line(error)}") from error


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

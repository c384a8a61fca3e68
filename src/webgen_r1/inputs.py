"""What the user points at, turned into completions to score.

    PATH ─► find: sources (cheap, bounded) ─► read: one item at a time

A PATH is one of

- a completion: any text file,
- a `.jsonl` file of `{id, instruction, completion}`, one per line, read as a stream,
- a project folder: it has a `package.json` or an `index.html`,
- a `.zip` of a project, as builders of websites export it,
- a folder of the above, to any reasonable depth.

The *content* of a completion is the model's doing: an empty file, a binary, bytes that
are not UTF-8 all become items and are judged by the parser. What cannot be *read* is the
user's to mend: a PATH that is missing is a `UserError` before anything starts; a bad line
or an unreadable file among many is a `BadInput`, and the rest goes on.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from webgen_r1.asked import INSTRUCTIONS_FILE, InstructionFinder
from webgen_r1.errors import UserError
from webgen_r1.project_files import SKIPPED_FOLDERS, read_archive, read_project
from webgen_r1.traces import TRACES_FILE
from webgen_r1.types import Project, text_digest
from webgen_r1.unicode_text import whole

MAX_COMPLETION_BYTES = 32 * 2**20
MAX_ENTRIES = 20_000
"""Directory entries looked at below one PATH before it is refused."""
MAX_DEPTH = 6

_PROJECT_MARKS = ("package.json", "index.html")


@dataclass(frozen=True)
class ScoreInput:
    """One completion to score: its text, or a project that is already a tree of files."""

    id: str
    instruction: str | None
    text: str | None
    project: Project | None
    source: str
    notes: tuple[str, ...] = ()
    """What was left out of a project folder, and why."""
    sample: int | None = None
    """Which of several answers to the same instruction it is, where a JSONL line says so."""
    tokens: int | None = None
    """Length of the completion by the model's own tokenizer, where a JSONL line says so."""
    named: bool = True
    """Whether the id is the item's own; a JSONL line without one goes by file and number."""

    @property
    def digest(self) -> str:
        """SHA-256 of what the model wrote; the `digest` of its Trace."""
        if self.project is not None:
            return self.project.digest
        return text_digest(self.text or "")


@dataclass(frozen=True)
class BadInput:
    """Something among the inputs that could not be read; `source` is `file` or `file:line`."""

    source: str
    message: str


@dataclass(frozen=True)
class Source:
    """A file or folder that holds one item (`text`, `project`, `archive`) or many (`jsonl`)."""

    path: Path
    kind: Literal["text", "jsonl", "project", "archive"]


_LISTED = {".txt", ".jsonl", ".zip"}
_KINDS: dict[str, Literal["jsonl", "archive"]] = {".jsonl": "jsonl", ".zip": "archive"}


# ── find ────────────────────────────────────────────────────────────────────────────


def find(paths: Sequence[Path]) -> list[Source]:
    """Every source under `paths`, in order. Raises UserError for a PATH that is no input."""
    return [source for path in paths for source in _sources(path)]


def _sources(path: Path) -> list[Source]:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if stat.S_ISREG(mode):
        _check_readable(path)
        return [_file_source(path)]
    if not stat.S_ISDIR(mode):
        raise UserError(f"{path} is neither a file nor a folder")
    found = list(_walk(path, _Budget(path)))
    if not found:
        raise UserError(
            f"{path} holds nothing to score: no *.txt, *.jsonl or *.zip, no project (package.json)"
        )
    return found


def _file_source(path: Path) -> Source:
    return Source(path, _KINDS.get(path.suffix.lower(), "text"))


class _Budget:
    """Stops the walk of a folder that is no collection of completions."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.left = MAX_ENTRIES

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise UserError(
                f"{self.root} holds more than {MAX_ENTRIES:,} files: "
                "name a smaller folder, or put the completions into one .jsonl file"
            )


def _walk(folder: Path, budget: _Budget, depth: int = 0) -> Iterator[Source]:
    """Sources below `folder`. Links are not followed."""
    files: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                budget.spend()
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif entry.is_file(follow_symlinks=False):
                    files.append(entry.name)
    except OSError as error:
        raise _unreadable(folder, error) from error
    if TRACES_FILE in files:
        return  # our own output: its report is no project, its traces no completions
    if any(mark in files for mark in _PROJECT_MARKS):
        yield Source(folder, "project")
        return
    for name in sorted(files):
        if Path(name).suffix.lower() in _LISTED and name != INSTRUCTIONS_FILE:
            yield _file_source(folder / name)
    if depth < MAX_DEPTH:
        for name in sorted(folders):
            if not name.startswith(".") and name not in SKIPPED_FOLDERS:
                yield from _walk(folder / name, budget, depth + 1)


def count(sources: Sequence[Source]) -> int:
    """How many items `read` will yield, at most: a `.jsonl` counts its non-empty lines."""
    return sum(_lines(source.path) if source.kind == "jsonl" else 1 for source in sources)


def _lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(1 for line in iter(lambda: file.readline(2**20), b"") if _ends(line))
    except OSError:
        return 0  # `read` reports it


def _ends(chunk: bytes) -> bool:
    """Whether `chunk` is the (last) part of a line that holds something."""
    return bool(chunk.strip()) and (chunk.endswith(b"\n") or len(chunk) < 2**20)


# ── read ────────────────────────────────────────────────────────────────────────────


def read(
    sources: Sequence[Source],
    *,
    instruction: str | None = None,
    instructions: str | None = None,
) -> Iterator[ScoreInput | BadInput]:
    """The items of `sources`, one in memory at a time.

    What was asked is, in this order: the `instruction` of the JSONL line itself;
    `instruction`; the entry of `instructions` (anything `load_instructions` reads) whose
    id is the item's id, or the item's id up to its first dot, so that `shop.broken.txt`
    finds `shop`; the same in an `instructions.jsonl` beside the source or beside its
    folder. Raises UserError when instructions cannot be read.
    """
    finder = InstructionFinder(instruction, instructions)
    for source in sources:
        for item in _items(source):
            if isinstance(item, ScoreInput) and item.instruction is None:
                item = replace(item, instruction=finder.find(item.id, source.path))
            yield item


def _items(source: Source) -> Iterator[ScoreInput | BadInput]:
    """What `source` holds, as it says itself: an instruction only where its line has one."""
    try:
        match source.kind:
            case "text":
                yield _read_text(source.path)
            case "project":
                yield _read_project(source.path)
            case "archive":
                project, notes = read_archive(source.path)
                yield ScoreInput(
                    whole(source.path.stem), None, None, project, str(source.path), notes
                )
            case "jsonl":
                yield from _read_jsonl(source.path)
    except (UserError, OSError) as error:
        yield BadInput(str(source.path), _reason(error))


def _read_text(path: Path) -> ScoreInput:
    with path.open("rb") as file:
        raw = file.read(MAX_COMPLETION_BYTES + 1)
    if len(raw) > MAX_COMPLETION_BYTES:
        raise UserError(f"is larger than {MAX_COMPLETION_BYTES >> 20} MB: not a completion")
    text = raw.decode("utf-8", errors="replace")
    return ScoreInput(whole(path.stem), None, text, None, str(path))


def _read_project(root: Path) -> ScoreInput:
    project, notes = read_project(root)
    item_id = whole(root.resolve().name) or "project"
    return ScoreInput(item_id, None, None, project, str(root), notes)


def _read_jsonl(path: Path) -> Iterator[ScoreInput | BadInput]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_COMPLETION_BYTES + 1):
            number += 1
            where = f"{path}:{number}"
            if len(line) > MAX_COMPLETION_BYTES:
                while line and not line.endswith(b"\n"):
                    line = file.readline(2**20)
                yield BadInput(where, f"is longer than {MAX_COMPLETION_BYTES >> 20} MB")
            elif line.strip():
                yield _line(line, where, default_id=f"{path.stem}:{number}")


def _line(line: bytes, where: str, default_id: str) -> ScoreInput | BadInput:
    try:
        row: Any = json.loads(line.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError) as error:
        return BadInput(where, f"is not JSON: {' '.join(str(error).split())}")
    if not isinstance(row, dict):
        return BadInput(where, "is not an object with `id`, `instruction` and `completion`")
    # `text` is how an evaluation of ours keeps what a model wrote (`samples.Sample`).
    text = row.get("completion", row.get("text"))
    asked, item_id = row.get("instruction"), row.get("id", default_id)
    if not isinstance(text, str):
        return BadInput(where, "has no `completion` text")
    if not isinstance(asked, str | None):
        return BadInput(where, "has an `instruction` that is not text")
    if isinstance(item_id, bool) or not isinstance(item_id, str | int):
        return BadInput(where, "has an `id` that is neither text nor a whole number")
    asked = None if asked is None else whole(asked)
    return ScoreInput(
        whole(str(item_id)) or default_id,
        asked,
        whole(text),
        None,
        where,
        sample=_count(row.get("sample")),
        tokens=_count(row.get("tokens")),
        named="id" in row,
    )


def _count(value: Any) -> int | None:  # noqa: ANN401 - whatever the row holds
    """A whole number from 0 up, else None: these columns are welcome, not required."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


# ── errors ──────────────────────────────────────────────────────────────────────────


def _check_readable(path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError | ValueError) -> UserError:
    return UserError(f"cannot read {path}: {_reason(error)}")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split())

"""Reading a project folder of the user's disk as a `Project`: plain files only, within limits."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from webgen_r1.errors import UserError
from webgen_r1.paths import safe_path
from webgen_r1.types import Project

MAX_FILES = 2_000
MAX_BYTES = 64 * 2**20

SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__"})
_BUILD_OUTPUTS = frozenset({"dist", "build", "out", "coverage"})
"""Skipped at the top of a project only: `src/build/` is source."""


def read_project(root: Path) -> tuple[Project, tuple[str, ...]]:
    """The project in `root`, and one note for each thing that was left out.

    Links are not followed; installed packages, version control and build outputs are
    not part of a project. Raises UserError over a limit, OSError for an unreadable file.
    """
    files: dict[str, bytes] = {}
    notes: list[str] = []
    size = 0
    for entry, relative in _entries(root, root):
        if len(files) + len(notes) >= MAX_FILES:
            raise UserError(f"has more than {MAX_FILES:,} files: not one project")
        safe = safe_path(relative)
        if entry.is_symlink():
            notes.append(f"{_printable(relative)}: a link, left out")
        elif safe is None or not entry.is_file(follow_symlinks=False):
            notes.append(f"{_printable(relative)}: not a plain file with a plain name, left out")
        else:
            size += entry.stat(follow_symlinks=False).st_size
            if size > MAX_BYTES:
                raise UserError(f"is larger than {MAX_BYTES >> 20} MB: not one project")
            files[safe] = _read_plain(Path(entry.path))
    return Project(files), tuple(notes)


def _entries(root: Path, folder: Path) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Everything in a project that is no folder, with its POSIX path, in order of name."""
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            yield entry, Path(entry.path).relative_to(root).as_posix()
        elif not _skipped(entry.name, top=folder == root):
            yield from _entries(root, Path(entry.path))


def _skipped(name: str, *, top: bool) -> bool:
    return name in SKIPPED_FOLDERS or name.startswith(".git") or (top and name in _BUILD_OUTPUTS)


def _read_plain(path: Path) -> bytes:
    """The bytes of a regular file; a link or pipe put there meanwhile is refused."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UserError(f"{path} is not a plain file")
        return file.read(MAX_BYTES)


def _printable(name: str) -> str:
    """A file name that may hold bytes of no encoding, as text that can be printed."""
    return os.fsencode(name).decode("utf-8", errors="replace")

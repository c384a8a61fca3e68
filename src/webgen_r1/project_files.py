"""Reading a project folder or archive of the user's disk as a `Project`.

Plain files only, within limits; an archive is read, never unpacked.
"""

from __future__ import annotations

import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from webgen_r1.errors import UserError
from webgen_r1.paths import safe_path
from webgen_r1.types import Project

MAX_FILES = 2_000
MAX_BYTES = 64 * 2**20

SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__"})
_BUILD_OUTPUTS = frozenset({"dist", "build", "out", "coverage"})
"""Skipped at the top of a project only: `src/build/` is source."""


_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,  # an unknown compression
    RuntimeError,  # encrypted
    EOFError,
    zlib.error,
    lzma.LZMAError,
    ValueError,  # a name that is not in the encoding it claims
)
"""What reading a zip archive may raise."""


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


def read_archive(file: Path) -> tuple[Project, tuple[str, ...]]:
    """The project in a zip, and notes as from `read_project`.

    The project's root is the folder nearest to the top that has a `package.json` (or else an
    `index.html`): exports often wrap it in a folder. Raises UserError for what is no archive
    or over a limit, OSError for an unreadable file.
    """
    files: dict[str, bytes] = {}
    notes: list[str] = []
    left = MAX_BYTES
    try:
        with zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            root = _archive_root([member.filename for member in members])
            for member in members:
                path = PurePosixPath(member.filename)
                if not path.is_relative_to(root) or _left_out(path.relative_to(root)):
                    continue
                safe = safe_path(path.relative_to(root).as_posix())
                if safe is None or stat.S_ISLNK(member.external_attr >> 16):
                    notes.append(f"{_printable(member.filename)}: not a plain file, left out")
                    continue
                if len(files) >= MAX_FILES or member.file_size > left:
                    raise UserError(
                        f"holds more than {MAX_FILES:,} files or {MAX_BYTES >> 20} MB: "
                        "not one project"
                    )
                with archive.open(member) as content:
                    files[safe] = content.read(left)  # whatever size the entry claims
                left -= len(files[safe])
    except _BROKEN as error:
        raise UserError(f"is not a readable zip archive ({error})") from error
    return Project(files), tuple(notes)


def _archive_root(names: list[str]) -> PurePosixPath:
    for mark in ("package.json", "index.html"):
        homes = [path.parent for path in map(PurePosixPath, names) if path.name == mark]
        homes = [home for home in homes if not _left_out(home)]
        if homes:
            return min(homes, key=lambda home: (len(home.parts), str(home)))
    raise UserError("holds no project: no package.json, no index.html")


def _left_out(path: PurePosixPath) -> bool:
    return any(_skipped(part, top=n == 0) for n, part in enumerate(path.parts))


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

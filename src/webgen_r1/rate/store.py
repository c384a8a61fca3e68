"""The file of ratings while people rate: every rating is on the disk before it is confirmed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Hashable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from webgen_r1.errors import DiskError, UserError
from webgen_r1.rate.records import Grade, Rating, is_rating, read_all

LONGEST_LINE = 1 << 16


class RatingsFile:
    """Appends to one file, which no other server may use meanwhile. A context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.added = 0
        self._given: dict[Hashable, Rating] = {}

    def __enter__(self) -> Self:
        """Open (and create) the file, and read what it holds. Raises DiskError, UserError."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._handle = os.open(self.path, flags, 0o644)
        except OSError as error:
            raise DiskError(f"cannot write {self.path}: {error.strerror}") from error
        try:
            self._take()
        except BaseException:
            os.close(self._handle)
            raise
        return self

    def _take(self) -> None:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            ratings = read_all([self.path])
            _mend_last_line(self._handle)
        except BlockingIOError as error:
            raise UserError(
                f"{self.path} is in use by another webgen rate: rate there, or choose another --out"
            ) from error
        except OSError as error:
            raise DiskError(f"cannot use {self.path}: {error.strerror}") from error
        self._given = {rating.subject: rating for rating in ratings}

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._handle)

    def given(self, subject: Hashable) -> Rating | None:
        """The rating of `subject` that counts by now."""
        return self._given.get(subject)

    def add(self, rating: Rating) -> None:
        """Append, and wait for the disk. Raises DiskError, leaving the file as it was."""
        line = rating.model_dump_json().encode() + b"\n"
        before = os.fstat(self._handle).st_size
        try:
            view = memoryview(line)
            while view:
                view = view[os.write(self._handle, view) :]
            os.fsync(self._handle)
        except OSError as error:
            os.ftruncate(self._handle, before)
            raise DiskError(f"cannot write {self.path}: {error.strerror}") from error
        self._given[rating.subject] = rating
        self.added += 1

    def check_runs(self, runs: Sequence[str]) -> None:
        """Raise UserError if there are ratings and every one is of other runs than `runs`."""
        rated = {name.partition("/")[0] for rating in self._given.values() for name in _of(rating)}
        if rated and not rated & set(runs):
            raise UserError(
                f"{self.path} holds ratings of other runs ({', '.join(sorted(rated)[:4])}): "
                "choose another --out"
            )


def _of(rating: Rating) -> tuple[str, ...]:
    return (rating.site,) if isinstance(rating, Grade) else (rating.a, rating.b)


def _mend_last_line(handle: int) -> None:
    """Cut what a killed server left after the last newline; end a whole line that lacks one."""
    size = os.fstat(handle).st_size
    tail = os.pread(handle, LONGEST_LINE, max(0, size - LONGEST_LINE))
    line = tail[tail.rfind(b"\n") + 1 :]
    if line and is_rating(line):
        os.write(handle, b"\n")
    elif line:
        os.ftruncate(handle, size - len(line))

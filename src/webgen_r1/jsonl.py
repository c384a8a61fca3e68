"""Records on disk: one pydantic model per line of JSONL, appended as each is made.

A line is written whole or not at all, so that a killed run loses nothing that was
finished: what a process wrote survives its death at once, and a power cut costs at most
the last second (`fsync` at that pace, and on closing).
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, ValidationError

from webgen_r1.errors import DiskError, UserError

FSYNC_EVERY_S = 1.0

Record = TypeVar("Record", bound=BaseModel)


class RecordWriter(Generic[Record]):
    """Appends to one file, which no other writer may use meanwhile."""

    def __init__(self, path: Path, kind: type[Record]) -> None:
        self.path = path
        self._kind = kind
        self._synced_at = time.monotonic()

    def __enter__(self) -> Self:
        """Open (and create) the file. Raises DiskError, or UserError when it is in use."""
        self._handle = self._open()
        return self

    def _open(self) -> int:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            handle = os.open(self.path, flags, 0o644)
        except OSError as error:
            raise DiskError(f"cannot write {self.path}: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _mend_last_line(handle, self._kind)
        except BlockingIOError as error:
            os.close(handle)
            raise UserError(
                f"{self.path} is being written by another run: choose another --out"
            ) from error
        except OSError as error:
            os.close(handle)
            raise DiskError(f"cannot write {self.path}: {error.strerror}") from error
        return handle

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            os.fsync(self._handle)
        except OSError as failed:
            if error is None:
                raise DiskError(f"cannot write {self.path}: {failed.strerror}") from failed
        finally:
            os.close(self._handle)

    def start_over(self) -> None:
        """Set aside what the file holds, as `NAME.old`, and go on with an empty one."""
        try:
            self.path.replace(self.path.with_name(self.path.name + ".old"))
        except OSError as error:
            raise DiskError(f"cannot move {self.path}: {error.strerror}") from error
        old, self._handle = self._handle, self._open()
        os.close(old)

    def append(self, record: Record) -> None:
        """Write one line. Raises DiskError, leaving the lines before it as they were."""
        line = record.model_dump_json().encode() + b"\n"
        before = os.fstat(self._handle).st_size
        try:
            _write_all(self._handle, line)
            if time.monotonic() - self._synced_at >= FSYNC_EVERY_S:
                os.fsync(self._handle)
                self._synced_at = time.monotonic()
        except OSError as error:
            os.ftruncate(self._handle, before)
            raise DiskError(f"cannot write {self.path}: {error.strerror}") from error


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _mend_last_line(handle: int, kind: type[BaseModel]) -> None:
    """Cut what a killed writer left after the last newline; end a whole line that lacks one."""
    size = os.fstat(handle).st_size
    end = size
    while end > 0:
        start = max(0, end - 65536)
        newline = os.pread(handle, end - start, start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end == size:
        return
    if _is_record(os.pread(handle, size - end, end), kind):
        _write_all(handle, b"\n")
    else:
        os.ftruncate(handle, end)


def read(path: Path, kind: type[Record]) -> Iterator[Record]:
    """The records of a file, in order; a torn last line is passed over.

    Raises UserError, naming file and line, for a file that cannot be read or a whole
    line that is no such record.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip() and (line.endswith(b"\n") or _is_record(line, kind)):
                    yield _parse(line, kind, path, number)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error


def _is_record(line: bytes, kind: type[BaseModel]) -> bool:
    try:
        kind.model_validate_json(line)
    except ValidationError:
        return False
    return True


def _parse(line: bytes, kind: type[Record], path: Path, number: int) -> Record:
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(
            f"{path}:{number} is not a {kind.__name__.lower()}: {where} {first['msg']}"
        ) from error


def read_all(path: Path, kind: type[Record]) -> list[Record]:
    """The records of a file, [] where there is none yet. Raises UserError."""
    return list(read(path, kind)) if path.exists() else []

"""Folders of the store: made read-only, removed, and full disks said so."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from webgen_r1.errors import DiskError


def make_read_only(folder: Path) -> None:
    """No write for anybody, read for everybody: the sandbox runs as another user."""
    for parent, _, files in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in files:
            path = Path(parent) / name
            if not path.is_symlink():
                path.chmod(0o555 if path.stat().st_mode & 0o100 else 0o444)
    for parent, folders, _ in os.walk(folder, topdown=False):
        for name in folders:
            if not (path := Path(parent) / name).is_symlink():
                path.chmod(0o555)


def remove_tree(folder: Path) -> None:
    """Remove a read-only tree; missing ones are fine."""
    for parent, _, _ in os.walk(folder):
        with contextlib.suppress(OSError):
            Path(parent).chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM):
            raise DiskError(f"cannot write the dependency store: {error}") from error
        raise

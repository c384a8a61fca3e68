"""The folder on the host that a program of ours lives in, and none left for ever."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "webgen-home-"
_LOCK = "lock"


class Home:
    """A new folder below the system's temporary one, for as long as this process needs it.

    A process that is killed cannot remove its own. So each holds a lock in its folder, and
    making one removes those whose lock nobody holds any more. Raises OSError.
    """

    def __init__(self) -> None:
        _remove_abandoned()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            self.path.chmod(0o755)  # inside a sandbox another user reads it
            draft = self.path / f"{_LOCK}.new"
            self._lock = os.open(draft, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            draft.rename(self.path / _LOCK)  # there is no moment at which it is not held
        except BaseException:
            shutil.rmtree(self.path, ignore_errors=True)
            raise

    def remove(self) -> None:
        """Safe to call again."""
        shutil.rmtree(self.path, ignore_errors=True)
        lock, self._lock = self._lock, -1
        if lock >= 0:
            os.close(lock)


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)

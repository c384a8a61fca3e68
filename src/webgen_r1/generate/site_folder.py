"""Writing a project to the user's disk."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from webgen_r1.errors import DiskError, UserError
from webgen_r1.paths import safe_path
from webgen_r1.types import Project


def write_site(project: Project, folder: Path) -> None:
    """Make `folder`, which is not there yet, of `project`, whole or not at all.

    Raises UserError for a path that must not be written, DiskError.
    """
    for path in project.files:
        if safe_path(path) != path:
            raise UserError(f"cannot write {path!r}: not a safe relative path")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
        try:
            for path, content in project.files.items():
                (draft / path).parent.mkdir(parents=True, exist_ok=True)
                (draft / path).write_bytes(content)
            draft.chmod(0o755)  # a temporary folder is its owner's alone
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise DiskError(f"cannot write {folder}: {error.strerror or error}") from error

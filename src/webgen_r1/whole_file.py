"""Files that are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from webgen_r1.errors import DiskError


def write_text(path: Path, text: str) -> Path:
    """Write all of `path` or nothing of it. Raises DiskError."""
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise DiskError(f"cannot write {path}: {error.strerror}") from error
    return path

"""One record in a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from webgen_r1.errors import UserError
from webgen_r1.whole_file import write_text

Record = TypeVar("Record", bound=BaseModel)


def write(path: Path, record: BaseModel) -> None:
    """Write a record as JSON, whole or not at all. Raises DiskError."""
    write_text(path, record.model_dump_json(indent=1) + "\n")


def read(path: Path, kind: type[Record]) -> Record:
    """Raises UserError for a file that cannot be read or is no such record."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(
            f"{path} is not what this release writes: {where} {first['msg']}"
        ) from error

"""Verdicts that were paid for once: one SQLite file, safe to share between processes."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from pathlib import Path
from typing import Any

from webgen_r1.errors import DiskError
from webgen_r1.judge.verdict import Answer

_log = logging.getLogger(__name__)
_WAIT_S = 30.0  # for another process that writes


def cache_key(parts: dict[str, Any]) -> str:
    """SHA-256 of everything that matters to a verdict, by name."""
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class VerdictCache:
    """Answers by key. Reading a broken file raises DiskError; failing to write only warns,
    because the verdict is good without it."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(folder / "verdicts.sqlite", timeout=_WAIT_S)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS verdict"
                " (key TEXT PRIMARY KEY, grade REAL NOT NULL, reasons TEXT NOT NULL)"
            )
            self._database.commit()
        except (OSError, sqlite3.Error) as error:
            raise DiskError(f"cannot use the judge's cache in {folder}: {error}") from error

    def get(self, key: str) -> Answer | None:
        """The answer stored under `key`. Raises DiskError."""
        try:
            row = self._database.execute(
                "SELECT grade, reasons FROM verdict WHERE key = ?", (key,)
            ).fetchone()
        except sqlite3.Error as error:
            raise DiskError(f"cannot read the judge's cache: {error}") from error
        return None if row is None else Answer(row[0], tuple(json.loads(row[1])))

    def put(self, key: str, answer: Answer) -> None:
        """Store `answer`; the first one stored under a key stays."""
        try:
            with self._database:
                self._database.execute(
                    "INSERT OR IGNORE INTO verdict VALUES (?, ?, ?)",
                    (key, answer.grade, json.dumps(answer.reasons)),
                )
        except sqlite3.Error as error:
            _log.warning("a verdict could not be cached: %s", error)

    def close(self) -> None:
        self._database.close()

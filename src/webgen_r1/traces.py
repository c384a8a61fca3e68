"""Traces on disk: `traces.jsonl`, one `Trace` per line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from webgen_r1 import jsonl
from webgen_r1.jsonl import RecordWriter
from webgen_r1.types import Trace

TRACES_FILE = "traces.jsonl"

Key = tuple[str, str, str | None]
"""What makes a scoring worth repeating: id, digest of what was written, what was asked."""


def key(trace: Trace) -> Key:
    return (trace.id, trace.digest, trace.instruction)


class TraceWriter(RecordWriter[Trace]):
    """Appends traces to one file, which no other writer may use meanwhile."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Trace)


def read(path: Path) -> Iterator[Trace]:
    """The traces of a file, in order; a torn last line is passed over. Raises UserError."""
    return jsonl.read(path, Trace)


def scored(path: Path) -> set[Key]:
    """What need not be scored again. Infrastructure failures are not in it."""
    if not path.exists():
        return set()
    return {key(trace) for trace in read(path) if trace.outcome == "scored"}


def latest(path: Path) -> list[Trace]:
    """The last trace of every key, in order of first appearance: a retry replaces a failure."""
    return list({key(trace): trace for trace in read(path)}.values())

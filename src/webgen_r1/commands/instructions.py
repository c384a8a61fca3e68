"""`webgen instructions`: a source in; clean, parted files and a report of what was dropped out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from webgen_r1.errors import DiskError, UserError
from webgen_r1.instructions.clean import CleanSettings, clean
from webgen_r1.instructions.load import load_instructions
from webgen_r1.instructions.meaning import Embedder, EndpointEmbedder, LocalEmbedder
from webgen_r1.instructions.report import InstructionsReport, counts_table, dropped_table
from webgen_r1.instructions.splits import Parts, read_parts, split
from webgen_r1.report.table import plain
from webgen_r1.types import Instruction

REPORT_FILE = "report.json"
WHOLE = "instructions"
"""Stem of the file where the rows are not parted."""


@dataclass(frozen=True)
class InstructionsJob:
    """What the user asked for."""

    source: str
    out: Path
    against: list[str] = field(default_factory=list)
    settings: CleanSettings = field(default_factory=CleanSettings)
    split: str | None = None
    """``train=0.9,eval=0.1`` or ``train=600,eval=60``."""
    limit: int | None = None
    """Rows read of the source."""
    seed: int = 0
    """Of the split."""
    embed: str | None = None
    """The model that embeds: at the endpoint; without one a folder or a name on the hub."""
    embed_url: str | None = None


def instructions(job: InstructionsJob, console: Console) -> InstructionsReport:
    """Read, clean, part, print and write. Raises UserError, InfraFailure (the embedder's too)."""
    parts = read_parts(job.split) if job.split is not None else None
    embed = _embedder(job)
    rows = load_instructions(job.source, job.limit)
    tests = [row for source in job.against for row in _named(source)]
    cleaned = clean(rows, tests, job.settings, embed)
    files = _parted(cleaned.kept, parts, job.seed)
    report = InstructionsReport(
        source=job.source,
        against=tuple(job.against),
        settings=job.settings,
        rows=len(rows),
        kept=len(cleaned.kept),
        parts={name: len(part) for name, part in files.items()},
        dropped=cleaned.dropped,
    )
    _write(job.out, files, report)
    console.print(counts_table(report))
    if report.dropped:
        console.print(dropped_table(report.dropped))
    console.print(plain(f"written to {job.out}"), soft_wrap=True, highlight=False)
    return report


def _embedder(job: InstructionsJob) -> Embedder | None:
    if job.embed_url is not None:
        return EndpointEmbedder(job.embed, job.embed_url)
    return LocalEmbedder(job.embed) if job.embed is not None else None


def _named(source: str) -> Iterable[Instruction]:
    """The rows with their source in the id: several test sets may number theirs alike."""
    for row in load_instructions(source):
        yield row.model_copy(update={"id": f"{source}#{row.id}"})


def _parted(
    rows: Sequence[Instruction], parts: Parts | None, seed: int
) -> dict[str, Sequence[Instruction]]:
    if parts is None:
        return {WHOLE: rows}
    return {**split(rows, parts, seed)}


def _write(out: Path, files: dict[str, Sequence[Instruction]], report: InstructionsReport) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, rows in files.items():
            lines = (_line(row) for row in rows)
            (out / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
        (out / REPORT_FILE).write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise DiskError(f"cannot write {out}: {error.strerror}") from error


def _line(row: Instruction) -> str:
    """A row as `load_instructions` reads it: same id, text and meta."""
    columns = {**row.meta, "id": row.id, "instruction": row.text}
    try:
        return json.dumps(columns, ensure_ascii=False) + "\n"
    except TypeError as error:
        raise UserError(f"row {row.id} has a column that JSON has no form for: {error}") from error

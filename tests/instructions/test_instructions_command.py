"""`webgen instructions` writes what the loader reads again, and says what it left out."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from webgen_r1.commands.instructions import InstructionsJob, instructions
from webgen_r1.errors import DiskError, UserError
from webgen_r1.instructions import load_instructions
from webgen_r1.instructions.clean import CleanSettings
from webgen_r1.instructions.report import InstructionsReport

TEXTS = (
    "Build a shop for lamps with filters by room and a basket.",
    "Build a diary for sleep with a chart of the last two weeks.",
    "Build a shop for lamps with filters by room and a basket!",
    "Build a map of wells with a page about each and its depth.",
)


@pytest.fixture
def source(tmp_path: Path) -> str:
    rows = [{"id": f"r{n}", "instruction": text, "kind": n} for n, text in enumerate(TEXTS)]
    return write(tmp_path / "source.jsonl", *rows)


def write(path: Path, *rows: object) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def run(job: InstructionsJob) -> str:
    printed = io.StringIO()
    instructions(job, Console(file=printed, width=160))
    return printed.getvalue()


def test_clean_rows_are_written_as_they_were_and_the_others_reported(
    source: str, tmp_path: Path
) -> None:
    test = write(tmp_path / "test.jsonl", {"id": 1, "instruction": TEXTS[3].upper()})
    printed = run(InstructionsJob(source, tmp_path / "out", against=[test]))
    rows = load_instructions(str(tmp_path / "out" / "instructions.jsonl"))
    assert rows == load_instructions(source)[:2]
    report = InstructionsReport.model_validate_json((tmp_path / "out/report.json").read_text())
    assert (report.rows, report.kept, report.parts) == (4, 2, {"instructions": 2})
    assert [(row.id, row.reason, row.like_id) for row in report.dropped] == [
        ("r3", "contaminated", f"{test}#1"),
        ("r2", "duplicate", "r0"),
    ]
    assert "r2" in printed
    assert "build a shop for lamps" in printed


def test_a_split_is_a_file_for_each_part(source: str, tmp_path: Path) -> None:
    run(InstructionsJob(source, tmp_path, split="fit=2,check=1"))
    parts = [load_instructions(str(tmp_path / f"{name}.jsonl")) for name in ("fit", "check")]
    assert sorted(row.id for part in parts for row in part) == ["r0", "r1", "r3"]
    assert not (tmp_path / "instructions.jsonl").exists()


def test_repeats_may_stay(source: str, tmp_path: Path) -> None:
    run(InstructionsJob(source, tmp_path, settings=CleanSettings(dedupe=False)))
    assert len(load_instructions(str(tmp_path / "instructions.jsonl"))) == 4


def test_a_wrong_split_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="a split names parts"):
        run(InstructionsJob("no-such.jsonl", tmp_path, split="train"))


def test_a_folder_that_cannot_be_written_is_one_line(source: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskError, match="cannot write"):
        run(InstructionsJob(source, tmp_path / "file"))

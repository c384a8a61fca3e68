"""`webgen report`: traces on disk in, HTML and a table out."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from webgen_r1 import traces
from webgen_r1.errors import UserError
from webgen_r1.report import summary_table, write_report


def report(paths: list[Path], out: Path | None, console: Console) -> None:
    """Raises UserError for a path without traces."""
    files = [path / traces.TRACES_FILE if path.is_dir() else path for path in paths]
    found = [(trace, file.parent) for file in files for trace in traces.latest(file)]
    if not found:
        raise UserError(f"{files[0]} holds no trace yet")
    page = write_report(found, out or files[0].parent / "report")
    console.print(summary_table([trace for trace, _ in found], console.width))
    console.print(f"report  {page}", soft_wrap=True, highlight=False, markup=False)

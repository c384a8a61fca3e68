"""`webgen report`: traces on disk, or the folder of an evaluation, in; HTML and a table out."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from webgen_r1 import traces
from webgen_r1.errors import DiskError, UserError
from webgen_r1.evaluate.results import RunResults
from webgen_r1.evaluate.run import finish
from webgen_r1.evaluate.run_folder import MANIFEST_FILE, SUMMARY_FILE
from webgen_r1.report import summary_table, write_report
from webgen_r1.report.evaluation import write_evaluation
from webgen_r1.report.figures import write_figures
from webgen_r1.report.tables import (
    latex_categories,
    latex_table,
    markdown_categories,
    markdown_table,
    rich_table,
)


def report(paths: list[Path], out: Path | None, console: Console) -> None:
    """Raises UserError for a path without traces."""
    runs = [path for path in paths if (path / MANIFEST_FILE).is_file()]
    if runs:
        if len(runs) < len(paths) or out is not None:
            raise UserError(
                f"{runs[0]} is an evaluation: its report stands in its own folder; "
                "name no other traces and no --out"
            )
        for folder in runs:
            publish(finish(folder), console)
        return
    files = [path / traces.TRACES_FILE if path.is_dir() else path for path in paths]
    found = [(trace, file.parent) for file in files for trace in traces.latest(file)]
    if not found:
        raise UserError(f"{files[0]} holds no trace yet")
    page = write_report(found, out or files[0].parent / "report")
    console.print(summary_table([trace for trace, _ in found], console.width))
    say(console, f"report  {page}")


def publish(results: RunResults, console: Console) -> None:
    """Report, figures and tables into the run's folder; the table and the notes on the screen."""
    folder, summary = results.folder, results.summary
    with console.status("writing the report"):
        page = write_evaluation(results, folder)
        write_figures(results, folder)
        rows = summary.categories
        markdown = [markdown_table(summary), *([markdown_categories(rows)] if rows else [])]
        latex = [latex_table(summary), *([latex_categories(rows)] if rows else [])]
        _write(folder / "table.md", "\n".join(markdown))
        _write(folder / "table.tex", "\n".join(latex))
    console.print(rich_table(summary, results.manifest))
    for note in summary.notes:
        say(console, f"note    {note}")
    say(console, f"table   {folder / SUMMARY_FILE}")
    say(console, f"report  {page}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DiskError(f"cannot write {path}: {error.strerror}") from error


def say(console: Console, line: str) -> None:
    console.print(line, soft_wrap=True, highlight=False, markup=False)

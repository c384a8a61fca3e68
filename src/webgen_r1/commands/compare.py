"""`webgen compare`: evaluated runs in, models side by side out."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from webgen_r1.errors import UserError
from webgen_r1.evaluate.compare import compare as compare_runs
from webgen_r1.evaluate.run_folder import load_run
from webgen_r1.report.compare_tables import compare_table
from webgen_r1.report.comparison import write_comparison


def compare(runs: list[Path], out: Path, baseline: str | None, console: Console) -> None:
    """Compare the runs and write `out`. Raises UserError, DiskError."""
    if len({run.resolve() for run in runs}) < len(runs):
        raise UserError("the same run is given twice")
    loaded = [load_run(run) for run in runs]
    comparison = compare_runs(loaded, baseline)
    console.print(compare_table(comparison))
    page = write_comparison(comparison, loaded, out)
    console.print(f"compare  {page}", soft_wrap=True, highlight=False, markup=False)

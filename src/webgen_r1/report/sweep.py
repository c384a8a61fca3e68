"""The report of a sweep: one HTML file that works by itself, tables and figures beside it.

out/report.html  table.md  table.tex  figures/
"""

from __future__ import annotations

from pathlib import Path
from statistics import mean

from webgen_r1.report.document import render_page
from webgen_r1.report.sweep_charts import cases, heat_maps, lines, metrics
from webgen_r1.report.sweep_figures import write_sweep_figures
from webgen_r1.report.sweep_tables import (
    STARS,
    difference_text,
    duration,
    sweep_latex,
    sweep_markdown,
    title,
)
from webgen_r1.sweep.records import SweepResult
from webgen_r1.whole_file import write_text

PAGE = "report.html"


def write_sweep(found: SweepResult, folder: Path) -> Path:
    """Write everything into `folder`; the path of the page. Raises DiskError."""
    write_text(folder / "table.md", sweep_markdown(found))
    write_text(folder / "table.tex", sweep_latex(found))
    write_sweep_figures(found, folder)
    return write_page(found, folder)


def write_page(found: SweepResult, folder: Path) -> Path:
    """Write `folder`/report.html alone. Raises DiskError."""
    listed = metrics(found)
    took = [run.seconds for run in found.runs if run.seconds is not None]
    values = {
        "found": found,
        "done": sum(run.status == "done" for run in found.runs),
        "time": duration(mean(took)) if took else "",
        "metrics": listed,
        "maps": heat_maps(found),
        "lines": lines(found),
        "cases": cases(found),
        "titles": {cell.name: title(cell) for cell in found.cells},
        "names": {cell.case: cell.name for cell in found.cells if cell.case},
        "differences": {
            metric.key: {
                cell.name: difference_text(found, metric, cell.name) for cell in found.cells
            }
            for metric in listed
        },
        "stars": STARS,
    }
    html = render_page(
        "sweep.html", values, styles=("study.css", "sweep.css"), scripts=(), embedded=True
    )
    return write_text(folder / PAGE, html)

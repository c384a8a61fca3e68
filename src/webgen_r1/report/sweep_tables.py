"""A sweep as a table: for a terminal, for Markdown, for a paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from webgen_r1.report.metrics import Metric
from webgen_r1.report.sweep_charts import BEFORE, difference, heading, metrics, stars
from webgen_r1.report.table import plain
from webgen_r1.report.tables import latex, latex_interval, latex_text, markdown, md_text
from webgen_r1.stats.estimate import Estimate
from webgen_r1.sweep.plan import REFERENCE
from webgen_r1.sweep.records import CellRecord, SweepResult

if TYPE_CHECKING:
    from rich.table import Table

WIDE = 110
"""Columns of a terminal from which intervals fit beside values."""

STARS = (
    f"Stars mark a difference from {REFERENCE}, paired by instruction: p of a sign-flip "
    "permutation test, adjusted for the number of differences (Holm), * below 0.05, ** below "
    "0.01, *** below 0.001."
)


def sweep_table(found: SweepResult, width: int) -> Table:
    """Cells by metric; a narrow terminal gets values alone."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    listed = metrics(found)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("cell")
    if len(found.seeds) > 1:
        table.add_column("seeds", justify="right")
    for metric in listed:
        table.add_column(heading(metric), justify="right", no_wrap=True)
    seeds = len(found.seeds) > 1
    if found.before:
        cells = [Text(metric.number(_of(found.before, metric).value), "dim") for metric in listed]
        table.add_row(Text(BEFORE, "dim"), *([""] if seeds else []), *cells)
    for cell in found.cells:
        values = [
            _cell(metric, _of(cell.figures, metric), stars(found, metric, cell.name), width >= WIDE)
            for metric in listed
        ]
        counted = [f"{cell.done}/{len(found.seeds)}"] if seeds else []
        table.add_row(plain(title(cell)), *counted, *values)
    return table


def _cell(metric: Metric, estimate: Estimate, marks: str, wide: bool) -> str:
    value = f"{metric.number(estimate.value)}{marks}"
    if not wide or estimate.low is None:
        return value
    return f"{value} ({metric.interval(estimate).replace(' ', '')})"


def title(cell: CellRecord) -> str:
    """Its name; with that of its case where it stands in the grid as well."""
    return cell.name if cell.case in (None, cell.name) else f"{cell.name} ({cell.case})"


def sweep_markdown(found: SweepResult) -> str:
    """`table.md`."""
    listed = metrics(found)
    head = ("Cell", "Changes", *map(heading, listed))
    rows = [
        (
            md_text(title(cell)),
            md_text(" ".join(cell.overrides)) or "–",
            *(_markdown(found, cell, metric) for metric in listed),
        )
        for cell in found.cells
    ]
    first = [("*before training*", "–", *(_bare(metric, found.before) for metric in listed))]
    parts = [
        f"# Sweep of {md_text(found.recipe)} on {md_text(found.benchmark)}",
        f"{found.instructions} instructions, {_seeds(found)}. "
        "95 % intervals in brackets, the best in bold.",
        markdown(head, [*(first if found.before else []), *rows]).rstrip(),
        md_text(STARS),
        "\n".join(f"- {md_text(note)}" for note in _notes(found)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _markdown(found: SweepResult, cell: CellRecord, metric: Metric) -> str:
    estimate = _of(cell.figures, metric)
    value = metric.number(estimate.value)
    marks = md_text(stars(found, metric, cell.name))
    shown = f"**{value}**" if estimate.value == best(found, metric) is not None else value
    interval = "" if estimate.low is None else f" ({metric.interval(estimate)})"
    return f"{shown}{marks}{interval}"


def _bare(metric: Metric, figures: dict[str, Estimate]) -> str:
    estimate = _of(figures, metric)
    interval = "" if estimate.low is None else f" ({metric.interval(estimate)})"
    return metric.number(estimate.value) + interval


def best(found: SweepResult, metric: Metric) -> float | None:
    """The highest value of any cell."""
    values = (_of(cell.figures, metric).value for cell in found.cells)
    return max((value for value in values if value is not None), default=None)


def _notes(found: SweepResult) -> Sequence[str]:
    failed = (f"{run.cell}, seed {run.seed} failed: {run.message}" for run in found.failed)
    return (*failed, *found.notes)


def sweep_latex(found: SweepResult) -> str:
    """`table.tex`, for `booktabs`."""
    listed = metrics(found)
    rows = [
        (latex_text(title(cell)), *(_latex(found, cell, metric) for metric in listed))
        for cell in found.cells
    ]
    before = (BEFORE, *(latex_interval(metric, _of(found.before, metric)) for metric in listed))
    return "% needs \\usepackage{booktabs}\n" + latex(
        "l" + "r" * len(listed),
        ("Cell", *(latex_text(heading(metric)) for metric in listed)),
        [*([before] if found.before else []), *rows],
        f"{latex_text(found.recipe)} on {latex_text(found.benchmark)}, {found.instructions} "
        f"instructions, {_seeds(found)}, 95\\,\\% intervals. "
        f"{latex_text(STARS)}",
    )


def _latex(found: SweepResult, cell: CellRecord, metric: Metric) -> str:
    estimate = _of(cell.figures, metric)
    is_best = estimate.value is not None and estimate.value == best(found, metric)
    marks = stars(found, metric, cell.name)
    raised = f"\\textsuperscript{{{marks}}}" if marks else ""
    return latex_interval(metric, estimate, bold=is_best) + raised


def _seeds(found: SweepResult) -> str:
    numbers = ", ".join(map(str, found.seeds))
    return f"seed{'s' if len(found.seeds) > 1 else ''} {numbers}"


def _of(figures: dict[str, Estimate], metric: Metric) -> Estimate:
    return figures.get(metric.key, Estimate())


def difference_text(found: SweepResult, metric: Metric, cell: str) -> str:
    """`+12.5*` points from the reference; empty for the reference itself."""
    each = difference(found, metric, cell)
    if each is None or each.test.difference is None:
        return ""
    return f"{metric.difference(each.test.difference)}{each.stars}"


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"

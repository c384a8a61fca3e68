"""The table of a run, as text: for a terminal, for Markdown, for a paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from webgen_r1.evaluate.records import CategoryRow, Manifest, Summary
from webgen_r1.report.metrics import METRICS, Metric
from webgen_r1.report.table import plain
from webgen_r1.stats.estimate import Estimate

if TYPE_CHECKING:
    from rich.table import Table


def rich_table(summary: Summary, manifest: Manifest | None = None) -> Table:
    """The five metrics with intervals, for a terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, caption_justify="left")
    table.add_column("metric")
    table.add_column("value", justify="right")
    table.add_column("95 % interval", justify="right")
    table.add_column("n", justify="right")
    for metric in METRICS:
        found = metric.of(summary)
        flagged = metric.key == "aas" and manifest is not None and manifest.training_judge
        name = Text(metric.name, style="bold")
        if flagged:
            name.append("  training judge", style="yellow")
        table.add_row(name, metric.shown(found.value), metric.interval(found), _n(metric, found))
    table.caption = plain(_aside(summary))
    return table


def _n(metric: Metric, found: Estimate) -> str:
    return f"{found.n} cases" if metric.key.startswith("fsr") and found.n else str(found.n)


def _aside(summary: Summary) -> str:
    """Start failures apart, and what is in no rate."""
    parts = [f"{summary.start_failures} start failures"]
    for count, words in (
        (summary.missing, "missing"),
        (summary.undecided_cases, "cases undecided"),
        (summary.unknown, "could not be evaluated"),
    ):
        if count:
            parts.append(f"{count} {words}")
    return ", ".join(parts)


# ── Markdown ────────────────────────────────────────────────────────────────────────


def markdown_table(summary: Summary) -> str:
    rows = [
        (
            metric.name,
            metric.shown(found.value),
            metric.interval(found),
            _n(metric, found),
        )
        for metric in METRICS
        for found in (metric.of(summary),)
    ]
    return markdown(("Metric", "Value", "95 % interval", "n"), rows) + f"\n{_aside(summary)}\n"


def markdown_categories(rows: Sequence[CategoryRow]) -> str:
    """The table of categories as WebGen-Bench has it; FSR in per cent."""
    return markdown(_CATEGORY_HEAD, (map(md_text, _category(row)) for row in rows))


_CATEGORY_HEAD = ("Category", "Yes", "Partial", "No", "Start failed", "Undecided", "Total", "FSR %")


def _category(row: CategoryRow) -> tuple[str, ...]:
    counts = (row.yes, row.partial, row.no, row.start_failed, row.undecided, row.total)
    fsr = "–" if row.fsr is None else f"{row.fsr * 100:.1f}"
    return (row.name, *map(str, counts), fsr)


def markdown(head: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A pipe table of cells that are Markdown already; all but the first to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def md_text(text: str) -> str:
    """Any text as Markdown on one line: no markup of its own, no cell that ends early."""
    return "".join(f"\\{c}" if c in "\\|<`[_*#~" else c for c in " ".join(text.split()))


# ── LaTeX ───────────────────────────────────────────────────────────────────────────


def latex_table(summary: Summary) -> str:
    """For `booktabs`: the five metrics, intervals in brackets."""
    rows = [
        (metric.name, latex_interval(metric, found), latex_text(_n(metric, found)))
        for metric in METRICS
        for found in (metric.of(summary),)
    ]
    return latex(
        "lrr",
        ("Metric", "Value [95\\,\\% interval]", "$n$"),
        rows,
        f"{latex_text(summary.model)} on {latex_text(summary.benchmark)}: {_aside(summary)}.",
    )


def latex_categories(rows: Sequence[CategoryRow]) -> str:
    head = tuple(map(latex_text, _CATEGORY_HEAD))
    return latex("l" + "r" * (len(head) - 1), head, (map(latex_text, _category(r)) for r in rows))


def latex(
    columns: str, head: Sequence[str], rows: Iterable[Iterable[str]], caption: str = ""
) -> str:
    """A booktabs table of cells that are LaTeX already."""
    body = "".join(f"    {' & '.join(row)} \\\\\n" for row in rows)
    title = f"  \\caption{{{caption}}}\n" if caption else ""
    return (
        "\\begin{table}\n  \\centering\n"
        f"{title}"
        f"  \\begin{{tabular}}{{{columns}}}\n    \\toprule\n"
        f"    {' & '.join(head)} \\\\\n    \\midrule\n{body}    \\bottomrule\n"
        "  \\end{tabular}\n\\end{table}\n"
    )


def latex_interval(metric: Metric, found: Estimate, *, bold: bool = False) -> str:
    """`29.2 [22.1, 36.4]`."""
    if found.value is None:
        return "--"
    value = metric.number(found.value)
    shown = f"\\textbf{{{value}}}" if bold else value
    if found.low is None or found.high is None:
        return shown
    return f"{shown} [{metric.number(found.low)}, {metric.number(found.high)}]"


_LATEX = str.maketrans(
    {
        "\\": "\\textbackslash{}",
        **{character: f"\\{character}" for character in "&%$#_{}"},
        "~": "\\textasciitilde{}",
        "^": "\\textasciicircum{}",
        "–": "--",
        "−": "$-$",
        "<": "\\textless{}",
        ">": "\\textgreater{}",
        "[": "{[}",
        "]": "{]}",
    }
)


def latex_text(text: str) -> str:
    """Any text as LaTeX that prints it."""
    return " ".join(text.split()).translate(_LATEX)

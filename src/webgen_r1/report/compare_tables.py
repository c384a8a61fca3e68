"""Models side by side as Markdown and LaTeX: the best in bold, differences with stars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from webgen_r1.evaluate.compare import Comparison, Difference, ModelColumn
from webgen_r1.report.metrics import BY_KEY, METRICS, Metric
from webgen_r1.report.table import plain
from webgen_r1.report.tables import latex, latex_interval, latex_text, markdown, md_text

if TYPE_CHECKING:
    from rich.table import Table

STARS = (
    "Differences are paired, on the instructions that both models have; p is of a sign-flip "
    "permutation test, adjusted for the number of differences (Holm): * below 0.05, ** below "
    "0.01, *** below 0.001. Detectable is the smallest true difference that a sample like this "
    "finds in 80 % of cases."
)


def shown_metrics(comparison: Comparison) -> tuple[Metric, ...]:
    """The metrics that at least one model has an observation of."""
    return tuple(
        metric
        for metric in METRICS
        if any(model.estimates[metric.key].n for model in comparison.models)
    )


def p_text(p: float | None) -> str:
    return "–" if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def difference_row(each: Difference) -> tuple[str, ...]:
    """Model, metric, difference with stars, interval, p (Holm), n, detectable: as text."""
    metric, test = BY_KEY[each.metric], each.test
    unit = " pp" if metric.top == 1 else ""
    interval = f"{metric.difference(test.low)} to {metric.difference(test.high)}"
    return (
        each.model,
        metric.name,
        f"{metric.difference(test.difference)}{unit}{each.stars}",
        interval if test.low is not None else "–",
        p_text(each.p_holm),
        str(test.n),
        "–" if test.detectable is None else f"{metric.number(test.detectable)}{unit}",
    )


DIFFERENCE_HEAD = ("Model", "Metric", "Difference", "95 % interval", "p (Holm)", "n", "Detectable")


def compare_table(comparison: Comparison) -> Table:
    """Models by metric for a terminal: value, and the difference from the baseline in words."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    metrics = shown_metrics(comparison)
    table.add_column("model")
    for metric in metrics:
        table.add_column(f"{metric.name} {metric.unit}", justify="right")
    for model in comparison.models:
        cells = []
        for metric in metrics:
            best = model.name in comparison.best(metric.key)
            cell = Text(metric.number(model.estimates[metric.key].value), "bold" if best else "")
            found = comparison.difference(metric.key, model.name)
            if found is not None and found.test.difference is not None:
                shown = f" {metric.difference(found.test.difference)}{found.stars}"
                cell.append(shown, "" if found.stars else "dim")
            cells.append(cell)
        table.add_row(plain(model.name), *cells)
    return table


# ── Markdown ────────────────────────────────────────────────────────────────────────


def compare_markdown(comparison: Comparison) -> str:
    """`compare.md`."""
    metrics = shown_metrics(comparison)
    head = ("Model", *(f"{metric.name} ({metric.unit})" for metric in metrics), "Start failures")
    rows = [_markdown_row(comparison, model, metrics) for model in comparison.models]
    differences = [map(md_text, difference_row(each)) for each in comparison.differences]
    parts = [
        f"# {md_text(comparison.benchmark)}: {len(comparison.models)} models",
        f"{comparison.instructions} instructions. 95 % intervals in brackets, the best in bold.",
        markdown(head, rows).rstrip(),
        f"## Differences from {md_text(comparison.baseline)}",
        markdown(DIFFERENCE_HEAD, differences).rstrip(),
        md_text(STARS),
        "\n".join(f"- {md_text(note)}" for note in warnings(comparison)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _markdown_row(
    comparison: Comparison, model: ModelColumn, metrics: Sequence[Metric]
) -> tuple[str, ...]:
    cells = []
    for metric in metrics:
        found = model.estimates[metric.key]
        value = metric.number(found.value)
        best = model.name in comparison.best(metric.key)
        interval = "" if found.low is None else f" ({metric.interval(found)})"
        cells.append((f"**{value}**" if best else value) + interval)
    return (md_text(model.name), *cells, str(model.start_failures))


def warnings(comparison: Comparison) -> tuple[str, ...]:
    """Notes of the runs, then what the sample is too small to tell."""
    power = (power_note(each) for each in comparison.differences)
    return (*comparison.notes, *(note for note in power if note))


def power_note(each: Difference) -> str:
    """What a difference of this model and metric is too small for, in the metric's own unit."""
    metric, test = BY_KEY[each.metric], each.test
    if not test.note:
        return ""
    note = test.note
    if test.detectable is not None:
        size = f"{metric.number(test.detectable)}{' pp' if metric.top == 1 else ''}"
        note = note.replace(f"below {test.detectable:.2g} ", f"below {size} ", 1)
    return f"{each.model}, {metric.name}: {note}"


# ── LaTeX ───────────────────────────────────────────────────────────────────────────


def compare_latex(comparison: Comparison) -> str:
    """`compare.tex`: two booktabs tables."""
    metrics = shown_metrics(comparison)
    head = ("Model", *(f"{metric.name} ({latex_text(metric.unit)})" for metric in metrics))
    rows = [
        (
            latex_text(model.name),
            *(
                latex_interval(
                    metric,
                    model.estimates[metric.key],
                    bold=model.name in comparison.best(metric.key),
                )
                for metric in metrics
            ),
        )
        for model in comparison.models
    ]
    benchmark, baseline = latex_text(comparison.benchmark), latex_text(comparison.baseline)
    differences = [map(latex_text, difference_row(each)) for each in comparison.differences]
    return (
        "% needs \\usepackage{booktabs}\n"
        + latex(
            "l" + "r" * len(metrics),
            head,
            rows,
            f"{benchmark}, {comparison.instructions} instructions, 95\\,\\% intervals.",
        )
        + "\n"
        + latex(
            "llrrrrr",
            tuple(map(latex_text, DIFFERENCE_HEAD)),
            differences,
            f"Differences from {baseline}. {latex_text(STARS)}",
        )
    )

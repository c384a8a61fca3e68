"""Before and after training as text: for a terminal, and `table.md`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from webgen_r1.learn.records import Change, Learning
from webgen_r1.report.compare_tables import p_text
from webgen_r1.report.learning_charts import clock, phases
from webgen_r1.report.metrics import BY_KEY, Metric
from webgen_r1.report.tables import markdown, md_text
from webgen_r1.stats.estimate import Estimate
from webgen_r1.whole_file import write_text

if TYPE_CHECKING:
    from rich.table import Table

TABLE_FILE = "table.md"
REWARD = Metric("reward", "Reward", "Mean reward", 5, "what training raises, of every completion")
NAMES = {"reward": REWARD, **BY_KEY}
HOW = (
    "Intervals are 95 %, over instructions and, of several seeds, over seeds. Differences are "
    "paired by instruction; p is of a sign-flip permutation test, adjusted for the number of "
    "metrics (Holm)."
)


@dataclass(frozen=True)
class DiversityRow:
    """One figure of diversity, before and after (the mean of the seeds), as text."""

    name: str
    says: str
    before: str
    after: str


def diversity_rows(learning: Learning) -> tuple[DiversityRow, ...]:
    before, after = learning.diversity_before, learning.diversity_after
    return (
        DiversityRow(
            "distinct sites per 100 instructions",
            "a copy has nine tenths of its word sequences in common with another",
            _plain(before.distinct_per_100),
            _plain(_mean([each.distinct_per_100 for each in after])),
        ),
        DiversityRow(
            "similarity between instructions",
            "mean share of word sequences that the sources of two instructions have in common",
            _estimate(before.similarity),
            _estimates([each.similarity for each in after]),
        ),
        DiversityRow(
            "sites in the two colours asked for",
            "measured on the painted pages; a site that does not start has none",
            _estimate(before.colours),
            _estimates([each.colours for each in after]),
        ),
    )


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _estimate(found: Estimate) -> str:
    metric = BY_KEY["vrr"]
    if found.value is None:
        return "–"
    return f"{metric.shown(found.value)} ({metric.interval(found)})"


def _estimates(found: list[Estimate]) -> str:
    """Of one seed with its interval; of several their mean and each."""
    if len(found) == 1:
        return _estimate(found[0])
    metric = BY_KEY["vrr"]
    each = ", ".join(metric.number(one.value) for one in found)
    return f"{metric.shown(_mean([one.value for one in found]))} (seeds {each})"


def gain(change: Change) -> str:
    """`+21.4 pp`, `+0.83`."""
    metric, difference = NAMES[change.metric], change.test.difference
    unit = " pp" if metric.top == 1 and difference is not None else ""
    return metric.difference(difference) + unit


def gain_interval(change: Change) -> str:
    metric, test = NAMES[change.metric], change.test
    if test.low is None or test.high is None:
        return "–"
    return f"{metric.difference(test.low)} to {metric.difference(test.high)}"


def learning_table(learning: Learning) -> Table:
    """For a terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, caption_justify="left")
    table.add_column("metric")
    for head in ("before", "after", "difference", "95 % interval", "p", "n"):
        table.add_column(head, justify="right")
    for change in learning.changes:
        metric, sure = NAMES[change.metric], (change.p_holm or 1) < 0.05
        table.add_row(
            Text(metric.name, style="bold"),
            metric.shown(change.before.value),
            metric.shown(change.after.value),
            Text(gain(change), style="bold" if sure else ""),
            gain_interval(change),
            p_text(change.p_holm),
            str(change.test.n),
        )
    spent = clock(sum(learning.seconds.values()))
    table.caption = Text(f"{learning.steps} steps, {_seeds(learning)}, {spent} in all")
    return table


def _seeds(learning: Learning) -> str:
    seeds = ", ".join(map(str, learning.seeds))
    return f"seed{'s' if len(learning.seeds) > 1 else ''} {seeds}"


def write_markdown(learning: Learning, folder: Path) -> Path:
    """Write `folder`/table.md. Raises DiskError."""
    return write_text(folder / TABLE_FILE, learning_markdown(learning))


def learning_markdown(learning: Learning) -> str:
    head = ("Metric", "Before", "After", "Difference", "p (Holm)", "n")
    rows = [_markdown_row(change) for change in learning.changes]
    return (
        "\n\n".join(
            (
                f"# {md_text(learning.recipe)}: before and after {learning.steps} steps",
                f"{learning.instructions} instructions of {md_text(learning.benchmark)}, "
                f"{_seeds(learning)}. 95 % intervals in brackets.",
                markdown(head, rows).rstrip(),
                markdown(
                    ("Diversity", "Before", "After"),
                    [(row.name, row.before, row.after) for row in diversity_rows(learning)],
                ).rstrip(),
                markdown(("Phase", "Time"), phases(learning.seconds)).rstrip(),
                HOW,
                "\n".join(f"- {md_text(note)}" for note in learning.notes),
                f"    {' '.join(learning.command.split())}",
            )
        ).rstrip()
        + "\n"
    )


def _markdown_row(change: Change) -> tuple[str, ...]:
    metric = NAMES[change.metric]
    return (
        metric.name,
        *(
            f"{metric.shown(found.value)} ({metric.interval(found)})"
            for found in (change.before, change.after)
        ),
        f"{gain(change)} ({gain_interval(change)})",
        p_text(change.p_holm),
        str(change.test.n),
    )

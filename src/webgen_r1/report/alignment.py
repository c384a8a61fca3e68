"""Human alignment as people read it: a table for the terminal, Markdown, figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rich.box import SIMPLE_HEAD
from rich.table import Table

from webgen_r1.evaluate.align import Alignment, ScorerAlignment, Source, counted
from webgen_r1.report.scatter import Scatter
from webgen_r1.report.table import plain
from webgen_r1.report.view import short
from webgen_r1.stats.estimate import Estimate

NOTHING = "–"
WIDE = 116
"""Columns of a terminal from which names, numbers and intervals fit side by side."""
X_LABEL: dict[Source, str] = {
    "grades": "mean human rating (1–5)",
    "standardised grades": "mean human rating (standard deviations of each rater)",
    "choices": "score from human choices (Bradley-Terry)",
}
LEGEND = (
    "`pairs`: share of the pairs of sites that people rate differently which the scorer orders",
    "as they do. `choices`: share of people's own choices between two sites that it makes too,",
    "ties left out. Where the scorer ties, half is counted; 0.50 is chance.",
)
_MEASURES = ("Pearson", "Spearman", "pairs")


def text_of(estimate: Estimate) -> str:
    """`0.76 [0.61, 0.85]`."""
    if estimate.value is None:
        return NOTHING
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.2f}"
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def terminal_table(found: Alignment, width: int) -> Table:
    """One row per scorer; where `width` of the terminal is small, intervals get their own line."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    table.add_column("scorer", overflow="ellipsis", no_wrap=True)
    for header in ("sites", *_headers(found)):
        table.add_column(header, justify="right", no_wrap=True)
    for scorer in found.scorers:
        cells = _cells(scorer, found)
        if width < WIDE:
            cells = tuple(cell.replace(" [", "\n[") for cell in cells)
        table.add_row(plain(short(scorer.name, 40)), str(scorer.agreement.n), *cells)
    return table


def markdown(found: Alignment, figures: Mapping[str, str]) -> str:
    """`align.md`. `figures` maps a scorer to the file name of its scatter."""
    headers = ("scorer", "sites", *_headers(found))
    lines = [
        "# Human alignment",
        "",
        f"{_people(found)} Numbers in brackets are 95 % intervals, over sites.",
        "",
        f"| {' | '.join(headers)} |",
        f"|{'|'.join(['---', *['---:'] * (len(headers) - 1)])}|",
    ]
    for scorer in found.scorers:
        cells = (_escaped(scorer.name), str(scorer.agreement.n), *_cells(scorer, found))
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", *LEGEND, "", "## Raters", ""]
    lines += [f"- {line}" for line in rater_lines(found)]
    if found.notes:
        lines += ["", "## Notes", "", *(f"- {_escaped(note)}" for note in found.notes)]
    for scorer_name, file in figures.items():
        lines += ["", f"![{_escaped(scorer_name)} against people]({file})"]
    return "\n".join(lines) + "\n"


def rater_lines(found: Alignment) -> Iterator[str]:
    """How far raters agree, a line each; what is not known is left out."""
    among = found.raters
    ratings = counted(sum(among.ratings.values()), "rating")
    yield f"{counted(len(among.ratings), 'rater')}, {ratings}"
    named = {
        "grades, Krippendorff's alpha (ordinal)": among.alpha_ordinal,
        "grades, Krippendorff's alpha (interval)": among.alpha_interval,
        "grades, mean rank correlation of two raters": among.spearman,
        "choices, Krippendorff's alpha (nominal)": among.alpha_choices,
        "said the same when shown again": among.repeated,
    }
    for name, estimate in named.items():
        if estimate.value is not None:
            yield f"{name}: {text_of(estimate)}, n = {estimate.n}"


def scatter(found: Alignment, scorer: ScorerAlignment) -> Scatter:
    """The figure of one scorer: score against what people say."""
    both = [site for site in found.sites if scorer.name in site.scores]
    name = plain(short(scorer.name, 34)).plain
    return Scatter(
        title=f"{name} against people",
        subtitle=(
            f"Pearson {text_of(scorer.agreement.pearson)}, "
            f"Spearman {text_of(scorer.agreement.spearman)}, {scorer.agreement.n} sites"
        ),
        x=[site.people for site in both],
        y=[site.scores[scorer.name] for site in both],
        x_label=X_LABEL[found.source],
        y_label=name,
    )


def file_stem(name: str, taken: set[str]) -> str:
    """A file name for a scorer's figure that is not `taken` yet, which it then is."""
    stem = base = "scatter-" + (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "x")
    number = 2
    while stem in taken:
        stem, number = f"{base}-{number}", number + 1
    taken.add(stem)
    return stem


def _headers(found: Alignment) -> tuple[str, ...]:
    return (*_MEASURES, "choices") if found.choices else _MEASURES


def _cells(scorer: ScorerAlignment, found: Alignment) -> tuple[str, ...]:
    measures = (scorer.agreement.pearson, scorer.agreement.spearman, scorer.agreement.pairwise)
    estimates = (*measures, scorer.choices) if found.choices else measures
    return tuple(map(text_of, estimates))


def _people(found: Alignment) -> str:
    what = {
        "grades": "the mean of their grades (1–5)",
        "standardised grades": "the mean of their grades, each rater's on a common scale",
        "choices": "its Bradley-Terry score from their choices",
    }[found.source]
    return (
        f"{counted(len(found.raters.ratings), 'rater')}, {counted(len(found.sites), 'site')} of "
        f"{', '.join(map(_escaped, found.runs))}; people's number for a site is {what}."
    )


def _escaped(text: str) -> str:
    """A name from a file for a line of Markdown: no line breaks, no markup, no cells."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return re.sub(r"([\\`*_\[\]<>|#!&])", r"\\\1", flat)

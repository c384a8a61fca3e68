"""Models side by side: one HTML file that works by itself, tables and figures beside it.

out/compare.html  compare.md  compare.tex  compare.json  figures/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from webgen_r1.evaluate.compare import Comparison, by_instruction, spread
from webgen_r1.evaluate.records import BenchItem
from webgen_r1.evaluate.results import RunResults, SiteResult
from webgen_r1.report.compare_charts import group_rows, lengths, reach
from webgen_r1.report.compare_figures import write_compare_figures
from webgen_r1.report.compare_tables import (
    STARS,
    compare_latex,
    compare_markdown,
    difference_row,
    shown_metrics,
    warnings,
)
from webgen_r1.report.document import render_page
from webgen_r1.report.metrics import BY_KEY
from webgen_r1.report.pictures import Pictures, embed
from webgen_r1.report.site_view import Shot, SiteCard, choices, site_card
from webgen_r1.whole_file import write_text

PAGE = "compare.html"
EMBED_BUDGET = 14_000_000
"""Bytes of embedded pictures, as base64: the page stays below about 15 MB."""


@dataclass(frozen=True)
class Row:
    """One instruction, every model: `cards` has None where a model has no completion."""

    item: BenchItem
    cards: tuple[SiteCard | None, ...]
    outcome: str
    spread: float
    pictures: Mapping[str, str]
    codes: tuple[str, ...]
    failed_checks: tuple[str, ...]

    @property
    def cases(self) -> dict[str, Any]:
        """Verdicts of every model on every test case, for the page's script."""
        return {
            "tasks": [case.task for case in self.item.cases],
            "verdicts": [
                [[line.verdict, line.tone] for line in card.cases] if card else []
                for card in self.cards
            ],
        }


def write_comparison(comparison: Comparison, runs: Sequence[RunResults], folder: Path) -> Path:
    """Write everything into `folder`; the path of the page. Raises DiskError.

    `runs` are those that were compared, in the same order.
    """
    write_text(folder / "compare.json", comparison.model_dump_json(indent=1) + "\n")
    write_text(folder / "compare.md", compare_markdown(comparison))
    write_text(folder / "compare.tex", compare_latex(comparison))
    write_compare_figures(comparison, runs, folder)
    return write_page(comparison, runs, folder)


def write_page(comparison: Comparison, runs: Sequence[RunResults], folder: Path) -> Path:
    """Write `folder`/compare.html alone. Raises DiskError."""
    metrics = shown_metrics(comparison)
    rows = gallery(runs, folder)
    names = [model.name for model in comparison.models]
    known = lengths(names, runs)
    values = {
        "comparison": comparison,
        "names": names,
        "metrics": metrics,
        "by_key": BY_KEY,
        "differences": [(each, difference_row(each)) for each in comparison.differences],
        "reach": reach(comparison),
        "stars": STARS,
        "warnings": warnings(comparison),
        "groups": [
            (name, title, [(metric, group_rows(runs, metric, kind)) for metric in metrics])
            for name, title, kind in (
                ("scenario", "scenario", "scenarios"),
                ("application", "application type", "applications"),
            )
            if any(getattr(run.summary, kind) for run in runs)
        ],
        "lengths": known,
        "longest": max((each.at[-1] for each in known), default=1.0),
        "rows": rows,
        "filters": _filters(rows),
    }
    html = render_page(
        "compare.html",
        values,
        styles=("study.css", "gallery.css", "compare.css"),
        scripts=("gallery.js", "compare.js", "start.js"),
        embedded=True,
    )
    return write_text(folder / PAGE, html)


# ── the gallery ─────────────────────────────────────────────────────────────────────


def gallery(runs: Sequence[RunResults], folder: Path) -> list[Row]:
    """Every instruction in the benchmark's order, with the first completion of each model."""
    guards = [Pictures(run.folder, folder) for run in runs]
    sites = [_first(run.sites) for run in runs]
    embedded = _embedded(guards, sites)
    spreads = spread(list(map(by_instruction, runs)))
    rows = []
    for item in runs[0].benchmark.items:
        mine = [each.get(item.id) for each in sites]
        cards = tuple(
            None if site is None else _card(n, site, guards[n]) for n, site in enumerate(mine)
        )
        shots = [shot.recorded for card in cards if card for shot in card.shots]
        rows.append(
            Row(
                item=item,
                cards=cards,
                outcome=_outcome(cards),
                spread=spreads.get(item.id, 0.0),
                pictures={name: embedded[name] for name in shots if name in embedded},
                codes=tuple(code for card in cards if card for code in card.codes),
                failed_checks=tuple(code for card in cards if card for code in card.failed_checks),
            )
        )
    return rows


def _first(sites: Sequence[SiteResult]) -> dict[str, SiteResult]:
    return {site.item.id: site for site in sorted(sites, key=lambda each: -each.sample.sample)}


def _card(n: int, site: SiteResult, guard: Pictures) -> SiteCard:
    card = site_card(site, guard, {}, steps=False)
    return replace(card, shots=tuple(_numbered(n, shot) for shot in card.shots))


def _numbered(n: int, shot: Shot) -> Shot:
    """Runs record the same names: within the page a picture is known by its run as well."""
    return replace(shot, recorded=f"{n}/{shot.recorded}") if shot.recorded else shot


def _embedded(
    guards: Sequence[Pictures], sites: Sequence[Mapping[str, SiteResult]]
) -> dict[str, str]:
    found = [
        (f"{n}/{page.screenshot}", file, guard.kept_thumb(page.screenshot))
        for n, (guard, mine) in enumerate(zip(guards, sites, strict=True))
        for site in mine.values()
        for page in (site.trace.pages if site.trace else ())
        if page.screenshot and (file := guard.file(page.screenshot))
    ]
    made = embed({file: kept for _, file, kept in found}, EMBED_BUDGET)
    return {name: made[file] for name, file, _ in found if file in made}


OUTCOMES = {
    "all": "every model renders",
    "some": "some models render",
    "none": "no model renders",
}


def _outcome(cards: Sequence[SiteCard | None]) -> str:
    rendered = [card is not None and card.state == "rendered" for card in cards]
    return "all" if all(rendered) else "some" if any(rendered) else "none"


def _filters(rows: Sequence[Row]) -> dict[str, list[tuple[str, str, int]]]:
    outcomes = Counter(row.outcome for row in rows)
    return {
        "stage": [(key, words, outcomes[key]) for key, words in OUTCOMES.items() if outcomes[key]],
        "scenario": choices(row.item.scenarios for row in rows),
        "application": choices((row.item.application,) for row in rows),
        "failure": choices(row.codes for row in rows),
        "check": choices(row.failed_checks for row in rows),
    }

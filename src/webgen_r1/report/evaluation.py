"""The report of an evaluation: the table, the figures, and every site with its evidence.

`<run>/report.html` is one file; pictures lie beside it, small ones in `thumbs/`. Its charts
are drawn from numbers as HTML and small SVG, not with the exported files: bars that are
table rows stay readable on a phone, follow light and dark, switch their metric without
another copy, and need no inline style, which the policy forbids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from webgen_r1.evaluate.results import RunResults
from webgen_r1.report import charts
from webgen_r1.report.document import render_page
from webgen_r1.report.metrics import BY_KEY, METRICS, observed
from webgen_r1.report.pictures import Pictures, embed, make_thumbs
from webgen_r1.report.site_view import SiteCard, choices, site_card
from webgen_r1.whole_file import write_text

REPORT_FILE = "report.html"
EMBED_BUDGET = 14_000_000
"""Bytes of embedded pictures, as base64: the page stays below about 16 MB."""


def write_evaluation(results: RunResults, folder: Path, *, embedded: bool = False) -> Path:
    """Write `folder`/report.html and its thumbnails. Raises DiskError.

    `embedded`: small pictures inside of the file and none beside it, the steps of the agent
    in words only; for sending the report to somebody.
    """
    pictures = Pictures(results.folder, folder)
    recorded = [
        page.screenshot
        for site in results.sites
        if site.trace
        for page in site.trace.pages
        if page.screenshot
    ]
    thumbs: dict[str, str] = {}
    inside: dict[str, str] = {}
    if embedded:
        inside = _embedded(pictures, recorded)
    else:
        thumbs = make_thumbs(folder, pictures, recorded)
    cards = [site_card(site, pictures, thumbs, steps=not embedded) for site in results.sites]
    html = render_page(
        "evaluation.html",
        {
            **_numbers(results),
            "cards": cards,
            "inside": inside,
            "filters": _filters(cards),
        },
        styles=("study.css", "gallery.css"),
        scripts=("gallery.js", "evidence.js", "start.js"),
        embedded=embedded,
    )
    return write_text(folder / REPORT_FILE, html)


def _embedded(pictures: Pictures, recorded: Iterable[str]) -> dict[str, str]:
    """Recorded path -> data URI, of those that may be shown."""
    files = {name: file for name in recorded if (file := pictures.file(name))}
    kept = {file: pictures.kept_thumb(name) for name, file in files.items()}
    made = embed(kept, EMBED_BUDGET)
    return {name: made[file] for name, file in files.items() if file in made}


def _numbers(results: RunResults) -> dict[str, Any]:
    summary = results.summary
    return {
        "run": results.manifest,
        "summary": summary,
        "flagged": results.manifest.training_judge
        and not any("train" in note for note in summary.notes),
        "dates": _dates(results.folder),
        "versions": _versions(results),
        "metrics": METRICS,
        "observed": observed(summary),
        "aas": BY_KEY["aas"],
        "vrr": BY_KEY["vrr"],
        "groups": [
            (name, bars)
            for name, bars in (
                ("scenario", charts.scenario_bars(results)),
                ("application", charts.application_bars(results)),
            )
            if bars
        ],
        "tokens": charts.token_histogram(results.sites),
        "stages": charts.stage_counts(results),
        "checks": [charts.Bar(code, found) for code, found in sorted(summary.checks.items())],
        "rules": charts.most(summary.lint_rules),
        "codes": charts.most(summary.failure_codes),
        "missing": results.missing,
    }


def _dates(folder: Path) -> str:
    """When results were written, as far as the folder tells."""
    names = ("run.json", "completions.jsonl", "traces.jsonl", "cases.jsonl")
    times = sorted(file.stat().st_mtime for name in names if (file := folder / name).is_file())
    days = [datetime.fromtimestamp(time, UTC).date() for time in times]
    if not days:
        return ""
    return str(days[0]) if days[0] == days[-1] else f"{days[0]} – {days[-1]}"


def _versions(results: RunResults) -> list[tuple[str, str]]:
    """What the traces were made with; several values where they differ."""
    found: dict[str, set[str]] = {}
    for site in results.sites:
        for name, value in (site.trace.versions if site.trace else {}).items():
            found.setdefault(name, set()).add(value)
    return [(name, ", ".join(sorted(values))) for name, values in sorted(found.items())]


def _filters(cards: Sequence[SiteCard]) -> dict[str, list[tuple[str, str, int]]]:
    """For each filter its choices: value, words, how many sites."""
    states = Counter(card.state for card in cards)
    return {
        "stage": [(key, words, states[key]) for key, words in charts.STATES.items() if states[key]],
        "scenario": choices(card.scenarios for card in cards),
        "application": choices((card.application,) for card in cards),
        "failure": choices((*card.codes, *card.rules) for card in cards),
        "check": choices(card.failed_checks for card in cards),
    }

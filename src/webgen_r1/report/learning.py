"""The report of a training: before and after, how it got there, and the sites themselves.

`<out>/report.html` works by itself, its pictures are inside of it; it links to the reports
of the evaluations, which have all the evidence.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from webgen_r1.evaluate.results import RunResults
from webgen_r1.learn.story import Story
from webgen_r1.report import comparison
from webgen_r1.report.compare_tables import p_text
from webgen_r1.report.document import render_page
from webgen_r1.report.learning_charts import number, panels, phases, stretches
from webgen_r1.report.learning_shapes import shape
from webgen_r1.report.learning_tables import HOW, NAMES, diversity_rows, gain, gain_interval
from webgen_r1.report.site_view import SiteCard
from webgen_r1.whole_file import write_text

PAGE = "report.html"
MOST_SHOWN = 36
"""Instructions in the gallery."""
MOST_WORSE = 12
ALIKE = 0.05
"""A difference of rewards below which a site is as good as before."""

OUTCOMES = {
    "better": "better after training",
    "worse": "worse after training",
    "same": "as good as before",
    "unknown": "could not be compared",
}


@dataclass(frozen=True)
class Moment:
    """A point of the training at which sites were written; `tone` is its colour."""

    name: str
    tone: str
    run: RunResults


@dataclass(frozen=True)
class Row:
    """One instruction at every moment."""

    sites: comparison.Row
    rewards: tuple[float | None, ...]

    @property
    def change(self) -> float | None:
        """Reward of the last less that of the first."""
        first, last = self.rewards[0], self.rewards[-1]
        return None if first is None or last is None else last - first

    @property
    def outcome(self) -> str:
        if self.change is None:
            return "unknown"
        return "same" if abs(self.change) < ALIKE else "better" if self.change > 0 else "worse"

    @property
    def cells(self) -> list[tuple[SiteCard | None, float | None]]:
        return list(zip(self.sites.cards, self.rewards, strict=True))


def write_learning(story: Story, folder: Path) -> Path:
    """Write `folder`/report.html. Raises DiskError."""
    learning = story.learning
    shown = panels(learning.curves)
    moments = moments_of(story)
    rows = gallery(moments, folder)
    values: dict[str, Any] = {
        "learning": learning,
        "names": NAMES,
        "gain": gain,
        "gain_interval": gain_interval,
        "p_text": p_text,
        "how": HOW,
        "diversity": diversity_rows(learning),
        "shapes": [shape(panel) for panel in shown],
        "stretches": stretches(shown),
        "number": number,
        "moments": moments,
        "rows": rows,
        "outcomes": _outcomes(rows),
        "words": OUTCOMES,
        "phases": phases(learning.seconds),
        "reports": _reports(story, folder),
        "recipe": story.recipe,
    }
    html = render_page(
        "learning.html",
        values,
        styles=("study.css", "gallery.css", "compare.css", "learning.css"),
        scripts=("gallery.js", "learning.js", "start.js"),
        embedded=True,
    )
    return write_text(folder / PAGE, html)


def moments_of(story: Story) -> tuple[Moment, ...]:
    """Before, half-way where there is one, and after (the first seed)."""
    during = [Moment(story.during.manifest.model, "m4", story.during)] if story.during else []
    return (
        Moment("before", "m6", story.before),
        *during,
        Moment("after", "m2", story.afters[0]),
    )


def _reports(story: Story, folder: Path) -> list[tuple[str, str]]:
    """Name and address of every evaluation's own report."""
    runs = [story.before, *([story.during] if story.during else []), *story.afters]
    return [
        (run.manifest.model, quote(Path(os.path.relpath(run.folder / PAGE, folder)).as_posix()))
        for run in runs
    ]


# ── the gallery ─────────────────────────────────────────────────────────────────────


def gallery(moments: Sequence[Moment], folder: Path, most: int = MOST_SHOWN) -> list[Row]:
    """At most so many instructions in the benchmark's order, those that got worse among them."""
    rewards = [_rewards(moment.run) for moment in moments]
    chosen = _chosen(moments, rewards, most)
    runs = [_only(moment.run, chosen) for moment in moments]
    rows = comparison.gallery(runs, folder)
    return [Row(row, tuple(found.get(row.item.id) for found in rewards)) for row in rows]


def _rewards(run: RunResults) -> dict[str, float]:
    """Reward of the first sample of each instruction."""
    return {
        site.item.id: site.trace.reward
        for site in run.sites
        if site.sample.sample == 0 and site.trace and site.trace.reward is not None
    }


def _chosen(moments: Sequence[Moment], rewards: Sequence[dict[str, float]], most: int) -> set[str]:
    """Those seen half-way, the worst changes, and then the best."""
    ids = [item.id for item in moments[0].run.benchmark.items]
    halfway = {item.id for moment in moments[1:-1] for item in moment.run.benchmark.items}
    first, last = rewards[0], rewards[-1]
    changes = {id: last[id] - first[id] for id in ids if id in first and id in last}
    ranked = sorted(changes, key=lambda id: changes[id])
    worse = [id for id in ranked[:MOST_WORSE] if changes[id] < -ALIKE]
    wanted = [*(id for id in ids if id in halfway), *worse, *reversed(ranked), *ids]
    return set(list(dict.fromkeys(wanted))[:most])


def _only(run: RunResults, ids: set[str]) -> RunResults:
    items = tuple(item for item in run.benchmark.items if item.id in ids)
    return replace(
        run,
        benchmark=run.benchmark.model_copy(update={"items": items}),
        sites=tuple(site for site in run.sites if site.item.id in ids),
        missing=tuple(id for id in run.missing if id in ids),
    )


def _outcomes(rows: Sequence[Row]) -> list[tuple[str, str, int]]:
    counted = Counter(row.outcome for row in rows)
    return [(key, words, counted[key]) for key, words in OUTCOMES.items() if counted[key]]

"""Do the verdicts given without a model agree with labels given by eye?

    python benchmarks/verified.py [--sites NAME …] [--half tuning|held-out]

Builds, opens and checks the hand-labelled sites (`examples/labelled`), decides their test cases
by rule and holds the verdicts against the labels. The rules were tuned on one half of the sites.
P is precision, R recall. Exit code 1 if precision or recall of YES is below 0.95 in the half held
out, or overall.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from common import console, machine, table
from labelled import Label, LabelledSite, labelled_sites

from webgen_r1.config import BuildConfig, EngineConfig, EvidenceConfig, RenderConfig
from webgen_r1.evaluate.records import CaseVerdict
from webgen_r1.evaluate.verified import verify
from webgen_r1.reward import CascadedReward
from webgen_r1.types import Trace

REQUIRED = 0.95
VERDICTS: tuple[CaseVerdict, ...] = ("YES", "PARTIAL", "NO")


@dataclass(frozen=True)
class Outcome:
    """One labelled case with what the rule said; `verdict` is None where it said nothing."""

    site: LabelledSite
    label: Label
    kind: str
    verdict: CaseVerdict | None
    reason: str

    @property
    def agrees(self) -> bool:
        return self.verdict == self.label.label


async def score(sites: Sequence[LabelledSite]) -> list[Trace]:
    config = EngineConfig(
        build=BuildConfig(workers=2),
        render=RenderConfig(concurrency=2),
        evidence=EvidenceConfig(checks=True),
    )
    async with CascadedReward(config) as reward:
        return list(
            await asyncio.gather(
                *(reward.score_project(site.project, id=site.name) for site in sites)
            )
        )


def outcomes(site: LabelledSite, trace: Trace) -> list[Outcome]:
    decided = {case.case: case for case in verify(site.item, trace)}
    found = []
    for index, label in enumerate(site.labels):
        case = decided.get(index)
        kind = "colour" if "colo" in label.task else "navigation"
        verdict, reason = (case.verdict, case.reason) if case else (None, "not covered")
        found.append(Outcome(site, label, kind, verdict, reason))
    return found


def precision_recall(rows: Sequence[Outcome], verdict: str) -> tuple[float, float]:
    """Of one verdict against the others; 1.0 where there is nothing to get wrong."""
    said = sum(row.verdict == verdict for row in rows)
    meant = sum(row.label.label == verdict for row in rows)
    right = sum(row.verdict == verdict == row.label.label for row in rows)
    return right / said if said else 1.0, right / meant if meant else 1.0


def report(title: str, rows: Sequence[Outcome]) -> bool:
    """Print figures by kind; whether YES is found precisely and completely enough."""
    lines: list[Sequence[object]] = []
    enough = True
    for kind in ("colour", "navigation", "both"):
        part = [row for row in rows if kind in (row.kind, "both")]
        if not part:
            continue
        figures = {verdict: precision_recall(part, verdict) for verdict in VERDICTS}
        macro = [sum(each[i] for each in figures.values()) / len(VERDICTS) for i in (0, 1)]
        agreed = sum(row.agrees for row in part) / len(part)
        lines.append((kind, len(part), agreed, *figures["YES"], *figures["NO"], *macro))
        enough = enough and min(figures["YES"]) >= REQUIRED
    # P precision, R recall; "mean" over the three verdicts
    columns = ("", "cases", "agree", "YES P", "YES R", "NO P", "NO R", "mean P", "mean R")
    table(title, columns, lines)
    return enough


def confusion(rows: Sequence[Outcome]) -> None:
    counts = Counter((row.label.label, row.verdict) for row in rows)
    said: tuple[CaseVerdict | None, ...] = (*VERDICTS, None)
    table(
        "The label (rows) against the rule (columns), all cases",
        ("", *VERDICTS, "not covered"),
        [(label, *(counts[label, verdict] for verdict in said)) for label in VERDICTS],
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sites", nargs="*", help="only these")
    parser.add_argument("--half", choices=("tuning", "held-out"), help="only this half")
    arguments = parser.parse_args()
    sites = [
        site
        for site in labelled_sites()
        if (not arguments.sites or site.name in arguments.sites)
        and arguments.half in (None, site.half)
    ]
    started = time.perf_counter()
    traces = asyncio.run(score(sites))
    seconds = time.perf_counter() - started
    rows = [row for site, trace in zip(sites, traces, strict=True) for row in outcomes(site, trace)]
    for row in rows:
        if not row.agrees:
            console.print(
                f"{row.site.name} ({row.site.half}): the label is {row.label.label}, the rule "
                f"{row.verdict}: {row.label.task} [{row.reason}]",
                markup=False,
                highlight=False,
            )
    enough = True
    for half in ("tuning", "held-out"):
        part = [row for row in rows if row.site.half == half]
        if part:
            found = report(f"{len({row.site.name for row in part})} sites, {half}", part)
            enough = enough and (found or half == "tuning")
    enough = report(f"{len(sites)} sites, all", rows) and enough
    confusion(rows)
    console.print(f"{seconds:.0f} s on {machine()}")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())

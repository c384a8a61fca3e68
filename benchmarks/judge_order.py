"""Does the design judge put a site above each worse version of itself?

    python benchmarks/judge_order.py [--completions FOLDER_OR_FILES] [--held-out] [--json]

Takes good completions, makes eight worse versions of each (see degrade.py), builds, renders
and grades all of them through the real engine. Exit code 0 if the original is graded higher
in at least 95 % of the pairs, over at least 10 sites with all eight degradations, and every
version was graded. `--held-out` runs three further degradations that played no part in
choosing the judge's weights; they have no requirement.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from common import Site, bounded, console, example_sites, table
from degrade import DEGRADATIONS, HELD_OUT, Degradation

from webgen_r1.config import EngineConfig, RewardConfig
from webgen_r1.reward import CascadedReward
from webgen_r1.types import Project, Trace

REQUIRED = 0.95
SITES = 10

# Looked at while metrics and weights were chosen; all other examples were not.
TUNED_ON = frozenset(
    {"plant-nursery", "film-festival", "city-museum", "savings-dashboard", "clinic-booking"}
)


@dataclass(frozen=True)
class Pair:
    """A site and one degraded version; a grade is None where the engine gave none."""

    site: str
    degradation: str
    original: float | None
    degraded: float | None
    why_not: str = ""

    @property
    def graded(self) -> bool:
        return self.original is not None and self.degraded is not None

    @property
    def gap(self) -> float:
        assert self.original is not None
        assert self.degraded is not None
        return self.original - self.degraded

    @property
    def right(self) -> bool:
        return self.graded and self.gap > 0


async def grade(sites: list[Site], chosen: dict[str, Degradation]) -> list[Pair]:
    """Every site and its versions through the engine."""
    config = EngineConfig(reward=RewardConfig(preset="paper"))
    traces: dict[tuple[str, str], Trace] = {}
    async with CascadedReward(config) as reward:

        async def score(site: Site, name: str, project: Project) -> None:
            label = f"{site.id}.{name}"
            traces[site.id, name] = await reward.score_project(project, site.instruction, label)

        jobs = []
        for site in sites:
            original = Project(files=site.completion.files)
            jobs.append(score(site, "", original))
            for name, degrade in chosen.items():
                worse = degrade(original)
                if worse.digest != original.digest:
                    jobs.append(score(site, name, worse))
        await bounded(config.render.concurrency, jobs)
    return [pair(traces, site.id, name) for site in sites for name in chosen]


def pair(traces: dict[tuple[str, str], Trace], site: str, name: str) -> Pair:
    original, degraded = traces[site, ""], traces.get((site, name))
    if degraded is None:
        return Pair(site, name, score_of(original), None, "nothing to degrade")
    why = failure_of(original) or failure_of(degraded)
    return Pair(site, name, score_of(original), score_of(degraded), why)


def score_of(trace: Trace) -> float | None:
    return None if trace.verdict is None else trace.verdict.score


def failure_of(trace: Trace) -> str:
    """Why the engine gave no grade, empty if it did."""
    if trace.verdict is not None:
        return ""
    if trace.infra is not None:
        return f"{trace.infra.stage}: {trace.infra.message}"
    said = next((failure.message for failure in trace.failures), "no verdict")
    return f"{trace.stage}: {said}"


def summary(pairs: list[Pair], names: list[str]) -> list[list[object]]:
    rows: list[list[object]] = []
    for name in [*names, "all"]:
        own = [one for one in pairs if name in ("all", one.degradation)]
        graded = [one for one in own if one.graded]
        gaps = [one.gap for one in graded]
        right = sum(one.right for one in graded)
        unseen = [one for one in graded if one.site.split(".")[0] not in TUNED_ON]
        rows.append(
            [
                name,
                f"{right}/{len(graded)}",
                f"{sum(one.right for one in unseen)}/{len(unseen)}",
                round(statistics.mean(gaps), 2) if gaps else "–",
                round(min(gaps), 2) if gaps else "–",
                len(own) - len(graded),
            ]
        )
    return rows


def load_sites(paths: list[Path]) -> list[Site]:
    """The examples that ship, or every .txt among the given files and folders."""
    if not paths:
        return example_sites("good")
    asked = {site.id.split(".")[0]: site.instruction for site in example_sites("*")}
    files = [
        file for path in paths for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path])
    ]
    return [
        Site(
            file.stem,
            asked.get(file.stem.split(".")[0], ""),
            file.read_text(encoding="utf-8"),
        )
        for file in files
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--completions", type=Path, nargs="*", default=[])
    parser.add_argument("--held-out", action="store_true", help="the degradations not tuned on")
    parser.add_argument("--json", action="store_true", help="one line per pair instead of a table")
    arguments = parser.parse_args()
    chosen = HELD_OUT if arguments.held_out else DEGRADATIONS
    sites = load_sites(arguments.completions)
    pairs = asyncio.run(grade(sites, chosen))
    graded = [one for one in pairs if one.graded]
    share = sum(one.right for one in graded) / len(graded) if graded else 0.0
    enough = len({one.site for one in graded}) >= SITES and len(graded) == len(pairs)
    if arguments.json:
        for one in pairs:
            print(json.dumps({**vars(one), "right": one.right}))
    else:
        show(pairs, sites, list(chosen), share)
    return 0 if arguments.held_out or (share >= REQUIRED and enough) else 1


def show(pairs: list[Pair], sites: list[Site], names: list[str], share: float) -> None:
    tuned = sum(site.id.split(".")[0] in TUNED_ON for site in sites)
    table(
        f"original above its degraded version: {len(sites)} sites, {tuned} of them tuned on",
        ["degradation", "right", "of unseen sites", "mean gap", "least gap", "not graded"],
        summary(pairs, names),
    )
    for one in pairs:
        if one.graded and not one.right:
            console.print(f"wrong: {one.site} {one.degradation}: gap {one.gap:.2f}")
        elif not one.graded:
            console.print(f"not graded: {one.site} {one.degradation}: {one.why_not}")
    console.print(f"{share:.1%} of the graded pairs are right, {REQUIRED:.0%} required")


if __name__ == "__main__":
    sys.exit(main())

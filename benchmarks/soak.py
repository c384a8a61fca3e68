"""Does anything grow or stay behind over a thousand completions?

    python benchmarks/soak.py [--completions 1000]

Scores that many different completions (good and broken, round robin) at the default
concurrency, samples the memory of the whole process tree, and looks for leftovers after.
Exit code 0 if memory grows by less than 10 % and stays under 1.5 GB, nothing is left.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

import psutil
from common import (
    Site,
    console,
    example_sites,
    median,
    table,
    tree_processes,
    variants,
    watch_memory,
)
from rich.progress import track

from webgen_r1.config import EngineConfig
from webgen_r1.reward import CascadedReward

LIMIT_MB = 1500
GROWTH = 0.10


async def score(sites: list[Site], folder: Path) -> dict[str, int]:
    """Outcomes by name; pictures are thrown away as they come, as a long training run would."""
    outcomes: dict[str, int] = {}
    config = EngineConfig()
    gate = asyncio.Semaphore(2 * config.render.concurrency)
    async with CascadedReward(config) as reward:

        async def one(site: Site) -> None:
            async with gate:
                trace = await reward.score(site.text, site.instruction, site.id)
            key = trace.stage if trace.outcome == "scored" else "infra_failure"
            outcomes[key] = outcomes.get(key, 0) + 1

        tasks = [asyncio.create_task(one(site)) for site in sites]
        for task in track(tasks, description="scoring", console=console):
            await task
    return outcomes


def temporary_files() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).iterdir()}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--completions", type=int, default=1000)
    arguments = parser.parse_args()
    sites = list(variants(example_sites("*"), arguments.completions))
    files_before = temporary_files()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, watch_memory(2.0) as memory:
        outcomes = asyncio.run(score(sites, Path(folder)))
    wall = time.perf_counter() - started
    left = [process for process in tree_processes()[1:] if process.status() != psutil.STATUS_ZOMBIE]
    files = temporary_files() - files_before

    fifth = max(1, len(memory.pss) // 5)
    # The first tenth is start-up: workers and browsers come up on demand.
    early = median(memory.pss[fifth // 2 : fifth // 2 + fifth])
    late = median(memory.pss[-fifth:])
    growth = late / early - 1
    table(
        f"{len(sites)} completions in {wall:.0f} s ({len(sites) / wall:.2f}/s)",
        ("", "figure"),
        [*((f"stopped at {stage}", count) for stage, count in sorted(outcomes.items())),
         ("PSS of the tree, early fifth (MB)", round(early)),
         ("PSS of the tree, last fifth (MB)", round(late)),
         ("growth", f"{growth:+.1%}"),
         ("peak PSS (MB)", round(max(memory.pss))),
         ("peak RSS (MB)", round(max(memory.rss))),
         ("processes left", len(left)),
         ("temporary files left", len(files))],
    )  # fmt: skip
    if left or files:
        console.print("left:", [process.name() for process in left], sorted(files))
    met = growth < GROWTH and max(memory.pss) < LIMIT_MB and not left and not files
    return 0 if met and "infra_failure" not in outcomes else 1


if __name__ == "__main__":
    sys.exit(main())

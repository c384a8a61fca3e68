"""The same completions twice, with different numbers of workers: same rewards, same pixels?

    python benchmarks/determinism.py [--completions 50]

Exit code 0 if all rewards agree and at least 99 % of the pictures are the same bytes.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from common import Site, console, example_sites, table, variants

from webgen_r1.config import BuildConfig, EngineConfig, RenderConfig
from webgen_r1.reward import CascadedReward
from webgen_r1.types import Trace

REQUIRED = 0.99


async def score(sites: list[Site], folder: Path, config: EngineConfig) -> dict[str, Trace]:
    async with CascadedReward(config, artifacts=folder) as reward:
        traces = await asyncio.gather(
            *(reward.score(site.text, site.instruction, site.id) for site in sites)
        )
    return {trace.id: trace for trace in traces}


def same_pictures(first: Trace, second: Trace, folders: tuple[Path, Path]) -> tuple[int, int]:
    """(pictures that are the same bytes, pictures in all)"""
    same = total = 0
    for left, right in zip(first.pages, second.pages, strict=False):
        for a, b in (
            (left.screenshot, right.screenshot),
            (left.screenshot_full, right.screenshot_full),
        ):
            if a or b:
                total += 1
                equal = a and b and (folders[0] / a).read_bytes() == (folders[1] / b).read_bytes()
                if equal:
                    same += 1
                else:
                    console.print(f"picture differs: {first.id} {left.route} {a}")
    return same, total + abs(len(first.pages) - len(second.pages))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--completions", type=int, default=50)
    parser.add_argument("--keep", type=Path, help="keep the pictures here")
    arguments = parser.parse_args()
    sites = list(variants(example_sites("*"), arguments.completions))
    few = EngineConfig(build=BuildConfig(workers=1), render=RenderConfig(concurrency=1))
    many = EngineConfig(build=BuildConfig(workers=3), render=RenderConfig(concurrency=6))
    with tempfile.TemporaryDirectory(prefix="determinism-") as scratch:
        base = arguments.keep or Path(scratch)
        folders = (base / "few", base / "many")
        first = asyncio.run(score(sites, folders[0], few))
        second = asyncio.run(score(sites, folders[1], many))
        rewards = sum(first[id].reward == second[id].reward for id in first)
        for id in first:
            if first[id].reward != second[id].reward:
                console.print(f"reward differs: {id} {first[id].reward} {second[id].reward}")
        pictures = [same_pictures(first[id], second[id], folders) for id in first]
    same, total = (sum(column) for column in zip(*pictures, strict=True))
    table(
        "The same completions twice: 1 worker, 1 site at a time, against 3 workers, 6 sites",
        ("", "same", "of", "share"),
        [("rewards", rewards, len(first), rewards / len(first)),
         ("pictures, byte for byte", same, total, same / total)],
    )  # fmt: skip
    return 0 if rewards == len(first) and same >= REQUIRED * total else 1


if __name__ == "__main__":
    sys.exit(main())

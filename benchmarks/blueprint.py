"""The blueprint teacher: how fast it writes sites, and what the engine thinks of them.

    python benchmarks/blueprint.py [--source webgen-bench] [--sites 101] [--seed 0]

Every instruction gets one site of each size. *Composed* is reading the instruction, composing
and writing the completion; *scored* is that and the whole cascade with the design judge.
Without `--source`, WebGen-Bench where it lies on this machine, else examples/held-out.jsonl.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import get_args

from common import ROOT, console, machine, table

from webgen_r1.blueprint.plan import Size
from webgen_r1.blueprint.teacher import SCAFFOLD, BlueprintGenerator
from webgen_r1.config import EngineConfig
from webgen_r1.instructions import load_instructions
from webgen_r1.instructions.places import place
from webgen_r1.prompts import messages
from webgen_r1.reward import CascadedReward
from webgen_r1.scaffold import load
from webgen_r1.types import Instruction, Trace

CONFIG = EngineConfig(scaffold=SCAFFOLD, mode="slots")


@dataclass(frozen=True)
class Sites:
    """Completions of one size in the order of the instructions; seconds for all of them."""

    texts: list[str]
    seconds: float


async def write_sites(instructions: Sequence[Instruction], size: Size, seed: int) -> Sites:
    scaffold = load(SCAFFOLD)
    chats = [messages(each, scaffold, CONFIG.mode) for each in instructions]
    async with BlueprintGenerator(size, CONFIG.mode) as teacher:
        await teacher.generate(chats[0], seed)  # reads the lexicon
        started = time.perf_counter()
        texts = [(await teacher.generate(chat, seed)).text for chat in chats]
        return Sites(texts, time.perf_counter() - started)


async def score_sites(
    instructions: Sequence[Instruction], sites: Sites
) -> tuple[list[Trace], float]:
    """The traces, and the seconds for all of them with a warm engine."""
    async with CascadedReward(CONFIG) as reward:
        await reward.score(sites.texts[0], instructions[0].text)
        fresh = [f"{text}\n" for text in sites.texts]  # the first one's reward is remembered
        started = time.perf_counter()
        jobs = (
            reward.score(text, each.text, each.id)
            for text, each in zip(fresh, instructions, strict=True)
        )
        traces = await asyncio.gather(*jobs)
        return list(traces), time.perf_counter() - started


async def measure(instructions: Sequence[Instruction], size: Size, seed: int) -> list[object]:
    """One row of the table."""
    sites = await write_sites(instructions, size, seed)
    traces, seconds = await score_sites(instructions, sites)
    for trace in traces:
        if trace.stage != "judge":
            console.print(f"[red]{trace.id} stopped at {trace.stage}: {trace.failures}")
    rendered = [trace for trace in traces if trace.stage == "judge"]
    quiet = [trace for trace in rendered if trace.components.functional == 1]
    grades = [trace.verdict.score if trace.verdict else 0.0 for trace in traces]
    count = len(instructions)
    return [
        size,
        round(mean(map(len, sites.texts))),
        round(count / sites.seconds),
        f"{count / (sites.seconds + seconds):.2f}",
        f"{len(rendered) / count:.0%}",
        f"{len(quiet) / count:.0%}",
        f"{mean(grades):.2f}",
        f"{min(grades):.2f}",
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    known = place("webgen-bench")
    fallback = str(ROOT / "examples" / "held-out.jsonl")
    parser.add_argument("--source", default=known if Path(known).is_file() else fallback)
    parser.add_argument("--sites", type=int, help="the first so many instructions (default: all)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    instructions = load_instructions(arguments.source, arguments.sites)
    console.print(f"{len(instructions)} instructions; {machine()}")
    columns = (
        "size", "characters", "composed/s", "scored/s", "render", "no errors", "design", "lowest",
    )  # fmt: skip
    rows = [asyncio.run(measure(instructions, size, arguments.seed)) for size in get_args(Size)]
    table("Sites of the blueprint teacher", columns, rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

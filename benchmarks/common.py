"""What the benchmarks share: the sites they run on, and how they look at the process tree."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread

import psutil
from rich.console import Console
from rich.table import Table

from webgen_r1.completion import parse
from webgen_r1.types import Completion

ROOT = Path(__file__).resolve().parent.parent
COMPLETIONS = ROOT / "examples" / "completions"
console = Console()

_SCRIPT = re.compile(r'filePath="[^"]+\.[cm]?[jt]sx?">.*?(?=</webAction>)', re.DOTALL)
"""A script in a completion, from its path to its end."""


@dataclass(frozen=True)
class Site:
    """One example completion with the instruction it answers."""

    id: str
    instruction: str
    text: str

    @property
    def completion(self) -> Completion:
        return parse(self.text).completion

    def variant(self, number: int) -> Site:
        """The same site as a different completion, down to each of its scripts, so that nothing
        that was found out about one can be used for another."""
        text = _SCRIPT.sub(lambda found: f"{found[0]}// {number}\n", self.text)
        return replace(self, id=f"{self.id}#{number}", text=text)


def example_sites(kind: str = "good") -> list[Site]:
    """The example completions named <id>.<kind>.txt, in order of their names."""
    with (ROOT / "examples" / "instructions.jsonl").open(encoding="utf-8") as lines:
        asked = {row["id"]: row["instruction"] for row in map(json.loads, lines)}
    return [
        Site(
            path.name.removesuffix(".txt"),
            asked.get(path.name.split(".")[0], ""),
            path.read_text(encoding="utf-8"),
        )
        for path in sorted(COMPLETIONS.glob(f"*.{kind}.txt"))
    ]


def variants(sites: Sequence[Site], count: int) -> Iterator[Site]:
    """`count` different completions, going round the sites."""
    for number in range(count):
        yield sites[number % len(sites)].variant(number)


def machine() -> str:
    """One line about where the figures come from."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}"


def table(title: str, columns: Iterable[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows; the first column is text, the others are figures."""
    drawn = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        drawn.add_column(column, justify="left" if index == 0 else "right")
    for row in rows:
        drawn.add_row(*(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row))
    console.print(drawn)


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def tree_processes() -> list[psutil.Process]:
    """This process and everything below it."""
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def tree_memory() -> tuple[float, float]:
    """Memory of the process tree in MB as (RSS summed, PSS summed).

    RSS counts a page shared by n processes n times; PSS counts it once in all.
    """
    rss = pss = 0
    for process in tree_processes():
        with suppress(psutil.Error):
            info = process.memory_full_info()
            rss += info.rss
            pss += getattr(info, "pss", info.rss)
    return rss / 1e6, pss / 1e6


@dataclass
class MemoryLog:
    """Samples of `tree_memory` over time."""

    rss: list[float]
    pss: list[float]


@contextmanager
def watch_memory(every_s: float = 1.0) -> Iterator[MemoryLog]:
    """Sample the process tree from a thread while the block runs."""
    log, done = MemoryLog([], []), Event()

    def sample() -> None:
        while not done.wait(every_s):
            rss, pss = tree_memory()
            log.rss.append(rss)
            log.pss.append(pss)

    thread = Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield log
    finally:
        done.set()
        thread.join()


async def bounded(limit: int, jobs: Iterable[object]) -> None:
    """Run awaitables with at most `limit` under way."""
    gate = asyncio.Semaphore(limit)

    async def one(job: object) -> None:
        async with gate:
            await job  # type: ignore[misc]

    await asyncio.gather(*(one(job) for job in jobs))

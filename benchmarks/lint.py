"""What linting costs on the examples, in a warm worker.

.venv/bin/python benchmarks/lint.py
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time

import psutil
from common import console, example_sites, machine

from webgen_r1 import tsx
from webgen_r1.build import DependencyStore
from webgen_r1.config import SandboxConfig
from webgen_r1.lint import ProjectLinter
from webgen_r1.sandbox import find_sandbox
from webgen_r1.scaffold import complete, load


def _below() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _cpu() -> float:
    """Processor time of this process and everything below it, in seconds."""
    total = time.process_time()
    for process in _below():
        times = process.cpu_times()
        total += times.user + times.system
    return total


async def _main(rounds: int) -> None:
    scaffold = load("vite-react-typescript")
    sandbox = find_sandbox(SandboxConfig())
    store = DependencyStore(guest=sandbox.own_userland)
    await store.prepare(scaffold)
    projects = [complete(scaffold, site.completion, "full")[0] for site in example_sites()]
    cpu, wall, pss = [], [], 0.0
    async with ProjectLinter(scaffold, sandbox, store) as linter:
        for number in range(rounds + 1):
            for project in projects:
                files = sum(path.endswith(tuple(tsx.SCRIPT_SUFFIXES)) for path in project.files)
                started, used = time.perf_counter(), _cpu()
                await linter.lint(project)
                if number:  # the first round warms the worker
                    wall.append((time.perf_counter() - started) / files * 10)
                    cpu.append((_cpu() - used) / files * 10)
            memory = sum(process.memory_full_info().pss for process in _below())
            pss = max(pss, memory / 2**20)
    console.print(f"{len(projects)} projects, {rounds} rounds, {machine()}")
    console.print(f"per 10 files, median: {statistics.median(cpu):.3f} s of processor time")
    console.print(f"per 10 files, median: {statistics.median(wall):.3f} s of wall time")
    console.print(f"worker: {pss:.0f} MiB (PSS, most seen between projects)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    asyncio.run(_main(parser.parse_args().rounds))

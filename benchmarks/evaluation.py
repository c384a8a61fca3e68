"""101 given completions evaluated: seconds for each part and stage, and memory.

    python benchmarks/evaluation.py [--completions 101] [--keep FOLDER]

Evaluates the good example completions, in turn, as answers to as many invented instructions:
build, lint, every page by link and by address with its pictures, the interaction checks, the
embedded judge, the table with its intervals, the report and the figures. No GUI agent: that
one costs what its endpoint costs. The target is 2 minutes for 101 on two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common import console, example_sites, machine, median, table, variants, watch_memory

from webgen_r1.config import EngineConfig, EvidenceConfig
from webgen_r1.evaluate.benchmark import load_benchmark
from webgen_r1.evaluate.records import Manifest
from webgen_r1.evaluate.results import RunResults
from webgen_r1.evaluate.run import Evaluation, Makers, Plan
from webgen_r1.evaluate.watch import Silent
from webgen_r1.report.evaluation import write_evaluation
from webgen_r1.report.figures import write_figures
from webgen_r1.reward import CascadedReward

STAGES = ("parse", "lint", "static", "build", "render", "checks", "judge")


def write_inputs(folder: Path, count: int) -> tuple[Path, Path]:
    """A benchmark and completions that answer it."""
    bench, given = folder / "benchmark.jsonl", folder / "completions.jsonl"
    with bench.open("w", encoding="utf-8") as asked, given.open("w", encoding="utf-8") as written:
        for number, site in enumerate(variants(example_sites(), count), start=1):
            id = f"{number:06d}"
            asked.write(json.dumps({"id": id, "instruction": site.instruction}) + "\n")
            written.write(json.dumps({"id": id, "completion": site.text}) + "\n")
    return bench, given


@contextmanager
def lap(laps: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    laps[name] = time.perf_counter() - started


def evaluate(folder: Path, count: int) -> tuple[RunResults, dict[str, float], list[float]]:
    """Results, seconds of each part, and the memory of the process tree (PSS, MB) over time."""
    bench, given = write_inputs(folder, count)
    benchmark = load_benchmark(str(bench))
    config = EngineConfig(evidence=EvidenceConfig(lint=True, checks=True, sites=True))
    manifest = Manifest(
        benchmark=benchmark.name,
        benchmark_digest=benchmark.digest,
        model="examples",
        settings=config.model_dump(mode="json"),
    )
    run = folder / "run"
    plan = Plan(run, benchmark, manifest, config, (given,))
    makers = Makers(engine=lambda: CascadedReward(config, artifacts=run))
    evaluation = Evaluation(plan, makers, Silent())
    laps: dict[str, float] = {}
    with watch_memory(every_s=10) as memory:  # reading it costs, too
        with lap(laps, "score (all stages, warm-up included)"):
            asyncio.run(evaluation.run())
        with lap(laps, "table with intervals"):
            results = evaluation.finish()
        with lap(laps, "report"):
            write_evaluation(results, run)
        with lap(laps, "figures"):
            write_figures(results, run)
    return results, laps, memory.pss


def show(results: RunResults, laps: dict[str, float], pss: list[float]) -> None:
    total = sum(laps.values())
    rows = [*laps.items(), ("all", total)]
    table(f"{len(results.sites)} completions", ("part", "seconds"), rows)
    traces = [site.trace for site in results.sites if site.trace]
    found = []
    for stage in STAGES:
        spent = [trace.timings[stage] for trace in traces if stage in trace.timings]
        if spent:
            found.append((stage, len(spent), median(spent), sum(spent)))
    table("Seconds in each stage, at full load", ("stage", "n", "median", "sum"), found)
    pages = sum(len(trace.pages) for trace in traces) / len(traces)
    quarter = max(1, len(pss) // 4)
    table(
        "Memory of the process tree (PSS, MB)",
        ("", "MB"),
        [
            ("median of the second quarter", median(pss[quarter : 2 * quarter])),
            ("median of the last quarter", median(pss[-quarter:])),
            ("peak", max(pss)),
        ],
    )
    summary = results.summary
    console.print(
        f"{pages:.1f} pages each · VRR {summary.vrr.value:.3f} · LDPR {summary.ldpr.value:.3f} · "
        f"AAS {summary.aas.value:.2f} · unknown {summary.unknown}\n{machine()}"
    )
    console.print(f"[bold]{total:.0f} s of 120 s[/]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--completions", type=int, default=101)
    parser.add_argument("--keep", type=Path, help="folder that keeps the run")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="evaluation-") as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        show(*evaluate(folder, given.completions))


if __name__ == "__main__":
    main()

"""Completions per second against the plain pipeline, and cost per stage against the floor.

    python benchmarks/throughput.py [--sites 12] [--rounds 3] [--plain 12]

One run measures, on the same multi-page example sites:
- this engine with its defaults, every route visited twice and photographed twice;
- the plain pipeline of `plain.py`: fresh-cache npm install, dev server, new browser,
  fixed pauses, one screenshot of one page;
- the floor: the same Vite bundling the same projects in a bare warm Node process, and the
  same browser loading and photographing the same routes through bare Playwright, one at
  a time, against the engine's stages one at a time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import Site, console, example_sites, machine, median, table, variants, watch_memory
from plain import score_plainly
from playwright.async_api import async_playwright

from webgen_r1.build import DependencyStore, ViteBuilder, find_node
from webgen_r1.config import BuildConfig, EngineConfig, RenderConfig
from webgen_r1.render import find_browser
from webgen_r1.render.preview import serve_in_background
from webgen_r1.reward import CascadedReward
from webgen_r1.sandbox import find_sandbox
from webgen_r1.scaffold import complete, load
from webgen_r1.types import Trace

BARE_BUILD = Path(__file__).with_name("bare_build.mjs")


async def run_engine(
    sites: list[Site], config: EngineConfig, rounds: int
) -> tuple[float, list[Trace]]:
    """Wall seconds and traces of `rounds` × sites, after one warm-up pass."""
    with tempfile.TemporaryDirectory(prefix="throughput-") as folder:
        async with CascadedReward(config, artifacts=Path(folder)) as reward:
            for site in variants(sites, 2):
                await reward.score(site.text + " ", site.instruction)
            work = list(variants(sites, rounds * len(sites)))
            started = time.perf_counter()
            traces = await asyncio.gather(
                *(reward.score(site.text, site.instruction, site.id) for site in work)
            )
            return time.perf_counter() - started, traces


def bare_bundles(sites: list[Site], tree: Path, rounds: int) -> list[float]:
    """Seconds per `vite build()` in one warm Node process, nothing around it."""
    scaffold = load("vite-react-typescript")
    with tempfile.TemporaryDirectory(prefix="bare-") as folder:
        (Path(folder) / "node_modules").symlink_to(tree / "node_modules")
        roots = []
        for index, site in enumerate(variants(sites, rounds * len(sites))):
            root = Path(folder, str(index))
            for name, body in complete(scaffold, site.completion, "full")[0].files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_bytes(body)
            roots.append(str(root))
        done = subprocess.run(
            [str(find_node().path), str(BARE_BUILD), str(tree), *roots],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    return [float(line) for line in done.stdout.splitlines()]


async def bare_pages(sites: list[Site], traces: list[Trace]) -> list[float]:
    """Seconds per page: load it, wait until it stands, one viewport picture; bare Playwright."""
    config = EngineConfig()
    scaffold = load(config.scaffold)
    routes = {trace.id.split("#")[0]: [page.route for page in trace.pages] for trace in traces}
    seconds = []
    builder = ViteBuilder(config.build, scaffold, find_sandbox(config.sandbox), DependencyStore())
    async with builder, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(find_browser()),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        for site in sites:
            built = await builder.build(complete(scaffold, site.completion, "full")[0])
            with serve_in_background(built) as url:
                for route in routes[site.id]:
                    started = time.perf_counter()
                    context = await browser.new_context(viewport={"width": 1280, "height": 800})
                    page = await context.new_page()
                    await page.goto(url + route, wait_until="load")
                    await page.screenshot(type="jpeg")
                    await context.close()
                    seconds.append(time.perf_counter() - started)
        await browser.close()
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sites", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3, help="passes over the sites")
    parser.add_argument("--plain", type=int, default=12, help="sites given to the plain pipeline")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    sites = example_sites()[: arguments.sites]
    console.print(f"{len(sites)} multi-page sites; {machine()}")

    wall, traces = asyncio.run(run_engine(sites, EngineConfig(), arguments.rounds))
    failed = [trace for trace in traces if trace.stage != "judge"]
    for trace in failed:
        console.print(
            f"[red]{trace.id} stopped at {trace.stage}: {trace.failures[:1]} {trace.infra}"
        )
    engine_rate = len(traces) / wall
    # Apart from the timed run, since looking at every page table costs a good part of a core.
    with watch_memory() as memory:
        asyncio.run(run_engine(sites, EngineConfig(), arguments.rounds))
    pages = sum(len(trace.pages) for trace in traces)

    alone = EngineConfig(build=BuildConfig(workers=1), render=RenderConfig(concurrency=1))
    _, one_by_one = asyncio.run(run_engine(sites, alone, 1))
    tree = asyncio.run(DependencyStore().prepare(load("vite-react-typescript"))).path
    bundles = bare_bundles(sites, tree, 2)[len(sites) :]
    loads = asyncio.run(bare_pages(sites, one_by_one))

    plain = []
    npm = find_node().npm
    scaffold = load("vite-react-typescript")
    for site in sites[: arguments.plain]:
        plain.append(score_plainly(dict(complete(scaffold, site.completion, "full")[0].files), npm))
        console.print(f"[dim]plain {site.id}: {plain[-1]['total']:.1f} s")
    figures = report(sites, traces, engine_rate, pages, wall, plain, one_by_one, bundles, loads)
    if memory.pss:
        table(
            "Memory of the whole process tree at 4 concurrent sites (MB)",
            ("", "median", "peak"),
            [("PSS (shared pages once)", round(median(memory.pss)), round(max(memory.pss))),
             ("RSS (shared pages n times)", round(median(memory.rss)), round(max(memory.rss)))],
        )  # fmt: skip
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 1 if failed else 0


def report(
    sites: list[Site],
    traces: list[Trace],
    rate: float,
    pages: int,
    wall: float,
    plain: list[dict[str, float]],
    one_by_one: list[Trace],
    bundles: list[float],
    loads: list[float],
) -> dict[str, float]:
    figures = {"engine_per_s": rate, "pages_per_s": pages / wall}
    rows: list[tuple[object, ...]] = [
        ("this engine", rate, pages / len(traces), wall / len(traces), ""),
    ]
    if plain:
        total = sum(lap["total"] for lap in plain)
        figures |= {"plain_per_s": len(plain) / total, "ratio": rate * total / len(plain)}
        rows.append(("plain pipeline", len(plain) / total, 1, total / len(plain), ""))
        rows.append(("engine / plain", "", "", "", f"{figures['ratio']:.0f}×"))
    table(
        f"Throughput ({len(traces)} completions in {wall:.1f} s)",
        ("", "completions/s", "pages each", "s per completion", "ratio"),
        rows,
    )
    if plain:
        table(
            "Plain pipeline, seconds per completion (median)",
            ("step", "s"),
            [(step, median(lap[step] for lap in plain)) for step in plain[0]],
        )
    build = median(trace.timings["build"] for trace in one_by_one)
    page = median(trace.timings["render"] / len(trace.pages) for trace in one_by_one)
    figures |= {
        "build_ratio": build / median(bundles),
        "page_ratio": page / median(loads),
    }
    table(
        "Cost per stage against the floor, one at a time (median)",
        ("stage", "engine s", "floor s", "ratio"),
        [("build, per site", build, median(bundles), figures["build_ratio"]),
         ("render, per route", page, median(loads), figures["page_ratio"])],
    )  # fmt: skip
    table(
        "Engine at full load, seconds per stage (median)",
        ("stage", "s"),
        [(stage, median(trace.timings.get(stage, 0.0) for trace in traces))
         for stage in ("parse", "static", "build", "render", "judge")],
    )  # fmt: skip
    return figures


if __name__ == "__main__":
    sys.exit(main())

"""Completions per second against the plain pipeline, and cost per stage against the floor.

    python benchmarks/throughput.py [--sites 12] [--rounds 3] [--plain 12]

One run measures, on the same multi-page example sites:
- this engine with its defaults, warmed up, every route visited twice and photographed;
- the plain pipeline of `plain.py`: fresh-cache npm install, dev server, new browser,
  fixed pauses, one screenshot of one page; both once with the package.json that the
  prompt shows (what a model copies) and once with only the packages that a site imports;
- the floor: the same Vite bundling the same projects in a bare warm Node process, and the
  same browser loading and photographing the same routes through bare Playwright, one at
  a time, against the engine's stages one at a time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import Thread

import uvicorn
from common import Site, console, example_sites, machine, median, table, variants, watch_memory
from plain import score_plainly
from playwright.async_api import async_playwright

from webgen_r1.build import DependencyStore, ViteBuilder, find_node
from webgen_r1.completion import write
from webgen_r1.config import BuildConfig, EngineConfig, RenderConfig
from webgen_r1.render import find_browser, site_app
from webgen_r1.reward import CascadedReward
from webgen_r1.sandbox import find_sandbox
from webgen_r1.scaffold import complete, load
from webgen_r1.types import BuildResult, Trace

BARE_BUILD = Path(__file__).with_name("bare_build.mjs")


async def run_engine(
    sites: list[Site], config: EngineConfig, rounds: int, together: bool = True
) -> tuple[float, list[Trace]]:
    """Wall seconds and traces of `rounds` passes over the sites, after one that warms up.

    Not `together`: each completion is asked for when the one before has its reward.
    """
    warm_up, *_ = passes = [
        list(islice(variants(sites, (number + 1) * len(sites)), number * len(sites), None))
        for number in range(rounds + 1)
    ]
    work = [site for each in passes[1:] for site in each]
    with tempfile.TemporaryDirectory(prefix="throughput-") as folder:
        async with CascadedReward(config, artifacts=Path(folder)) as reward:

            async def score(some: list[Site]) -> list[Trace]:
                jobs = [reward.score(site.text, site.instruction, site.id) for site in some]
                return await asyncio.gather(*jobs) if together else [await job for job in jobs]

            await score(warm_up)
            started = time.perf_counter()
            traces = await score(work)
            return time.perf_counter() - started, traces


def with_starter_packages(site: Site) -> Site:
    """The site with the package.json of the scaffold's starter, as the prompt shows it."""
    shown = load("vite-react-typescript").files["package.json"]
    completion = site.completion
    files = {**completion.files, "package.json": shown}
    return replace(site, text=write(replace(completion, files=files)))


def run_plain(sites: list[Site]) -> list[dict[str, float]]:
    """Seconds per step for each site."""
    scaffold, npm, laps = load("vite-react-typescript"), find_node().npm, []
    for site in sites:
        files = complete(scaffold, site.completion, "full")[0].files
        laps.append(score_plainly(dict(files), npm))
        console.print(f"[dim]plain {site.id}: {laps[-1]['total']:.1f} s")
    return laps


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


@contextmanager
def serving(built: BuildResult) -> Iterator[str]:
    """The bundle on a port of this machine, from a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = site_app(built.site or {}, built.base)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{built.base}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


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
            with serving(built) as url:
                for route in routes[site.id]:
                    started = time.perf_counter()
                    context = await browser.new_context(viewport={"width": 1280, "height": 800})
                    page = await context.new_page()
                    await page.goto(url + route.lstrip("/"), wait_until="load")
                    await page.screenshot(type="jpeg")
                    await context.close()
                    seconds.append(time.perf_counter() - started)
        await browser.close()
    return seconds


def compare(title: str, sites: list[Site], rounds: int, plain: int) -> dict[str, float]:
    """Engine against plain pipeline on the same sites; prints the table."""
    wall, traces = asyncio.run(run_engine(sites, EngineConfig(), rounds))
    for trace in traces:
        if trace.stage != "judge":
            console.print(
                f"[red]{trace.id} stopped at {trace.stage}: {trace.failures} {trace.infra}"
            )
    rate, pages = len(traces) / wall, sum(len(trace.pages) for trace in traces) / len(traces)
    figures = {"engine per s": rate}
    windows = EngineConfig(render=RenderConfig(full_page=False))
    lean = asyncio.run(run_engine(sites, windows, rounds))[0] / len(traces)
    rows: list[tuple[object, ...]] = [
        ("this engine", rate, 1 / rate, pages, ""),
        ("  without pictures of whole pages", 1 / lean, lean, pages, ""),
    ]
    laps = run_plain(sites[:plain])
    if laps:
        each = sum(lap["total"] for lap in laps) / len(laps)
        figures |= {"plain per s": 1 / each, "ratio": rate * each}
        rows.append(("plain pipeline", 1 / each, each, 1, ""))
        for step in laps[0].keys() - {"total"}:
            rows.append((f"  {step}", "", median(lap[step] for lap in laps), "", ""))
        rows.append(("engine / plain", "", "", "", f"{rate * each:.0f}×"))
    columns = ("", "completions/s", "s each", "pages each", "ratio")
    table(f"{title} ({len(traces)} completions in {wall:.1f} s)", columns, rows)
    stages = ("parse", "static", "build", "render", "judge")
    table(
        "Engine at full load, seconds per stage (median)",
        stages,
        [[round(median(trace.timings[stage] for trace in traces), 3) for stage in stages]],
    )
    return figures


def against_floor(sites: list[Site]) -> dict[str, float]:
    """The engine's stages one at a time against the bare tools; prints the table."""
    alone = EngineConfig(build=BuildConfig(workers=1), render=RenderConfig(concurrency=1))
    _, traces = asyncio.run(run_engine(sites, alone, 1, together=False))
    tree = asyncio.run(DependencyStore().prepare(load("vite-react-typescript"))).folder
    bundle = median(bare_bundles(sites, tree, 2)[len(sites) :])
    page = median(asyncio.run(bare_pages(sites, traces)))
    build = median(trace.timings["build"] for trace in traces)
    route = median(trace.timings["render"] / len(trace.pages) for trace in traces)
    table(
        "Cost per stage against the floor, one at a time (median)",
        ("stage", "engine s", "floor s", "ratio"),
        [("build, per site", build, bundle, build / bundle),
         ("render, per route", route, page, route / page)],
    )  # fmt: skip
    return {"build / floor": build / bundle, "route / floor": route / page}


def memory(sites: list[Site]) -> dict[str, float]:
    """The process tree at full load. Apart, since reading page tables costs part of a core."""
    with watch_memory() as log:
        asyncio.run(run_engine(sites, EngineConfig(), 1))
    table(
        "Memory of the whole process tree at 4 concurrent sites (MB)",
        ("", "median", "peak"),
        [("PSS (shared pages once)", round(median(log.pss)), round(max(log.pss))),
         ("RSS (shared pages once per process)", round(median(log.rss)), round(max(log.rss)))],
    )  # fmt: skip
    return {"peak PSS MB": max(log.pss), "peak RSS MB": max(log.rss)}


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
    figures = {
        "packages as shown": compare(
            "package.json of the starter, as the prompt shows it",
            [with_starter_packages(site) for site in sites],
            arguments.rounds,
            arguments.plain,
        ),
        "own packages": compare(
            "package.json with only what the site imports",
            sites,
            arguments.rounds,
            arguments.plain,
        ),
        "floor": against_floor(sites),
        "memory": memory(sites),
    }
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Does the engine say "builds" exactly where a clean `npm install && vite build` does?

    python benchmarks/parity.py [--cases N] [--jobs 2]

Takes the good example sites, breaks each in every way of `mutations.py`, and asks both.
The clean side is npm and Vite's own command line in an ordinary folder, outside any
sandbox, so it is only ever given this repository's examples. `npm install` runs once
for each distinct package.json, since nothing else of a project decides what it
installs; `vite build` runs for each case.

Exit code 0 if no case passes the engine that the clean build rejects, and every other
disagreement is explained by a named static rule.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from common import console, example_sites, table
from mutations import MUTATIONS

from webgen_r1 import rules
from webgen_r1.build import DependencyStore, ViteBuilder, find_node
from webgen_r1.config import EngineConfig
from webgen_r1.sandbox import find_sandbox
from webgen_r1.scaffold import complete, load
from webgen_r1.types import Project


@dataclass(frozen=True)
class Case:
    site: str
    mutation: str
    project: Project


@dataclass(frozen=True)
class Verdicts:
    """`clean` is the truth; `bundle` the build stage asked alone; `rule` the failed static rule."""

    case: Case
    clean: bool
    clean_reason: str
    bundle: bool
    bundle_reason: str
    rule: str | None

    @property
    def engine(self) -> bool:
        return self.bundle and self.rule is None


def cases(limit: int | None) -> list[Case]:
    scaffold = load("vite-react-typescript")
    found = []
    for site in example_sites():
        project, _ = complete(scaffold, site.completion, "full")
        for name, mutate in MUTATIONS.items():
            mutated = mutate(project)
            if mutated is not None:
                found.append(Case(site.id, name, mutated))
    return found[:limit]


class CleanBuild:
    """`npm install && vite build` in a folder of its own."""

    def __init__(self, folder: Path, npm: Sequence[str]) -> None:
        self.folder, self.npm = folder, npm
        self._installs: dict[str, asyncio.Task[str | None]] = {}

    async def verdict(self, project: Project) -> tuple[bool, str]:
        package = project.files["package.json"]
        key = sha256(package).hexdigest()[:16]
        if key not in self._installs:
            self._installs[key] = asyncio.create_task(self._install(key, package))
        problem = await self._installs[key]
        if problem:
            return False, problem
        root = Path(tempfile.mkdtemp(dir=self.folder / key))
        try:
            for name, body in project.files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
            vite = self.folder / key / "node_modules" / "vite" / "bin" / "vite.js"
            return await _run(["node", str(vite), "build"], root)
        finally:
            shutil.rmtree(root)

    async def _install(self, key: str, package: bytes) -> str | None:
        """Install beside the project folders, where Node's resolution finds it from each."""
        root = self.folder / key
        root.mkdir()
        (root / "package.json").write_bytes(package)
        ok, reason = await _run([*self.npm, "install", "--no-audit", "--no-fund"], root)
        return None if ok else f"npm install: {reason}"


async def _run(argv: list[str], cwd: Path) -> tuple[bool, str]:
    process = await asyncio.create_subprocess_exec(
        *argv, cwd=cwd, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    lines = [line for line in output.decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "rror" in line]
    return process.returncode == 0, (errors or lines or ["?"])[0].strip()[:160]


async def compare(found: list[Case], jobs: int) -> list[Verdicts]:
    config = EngineConfig()
    scaffold = load(config.scaffold)
    builder = ViteBuilder(config.build, scaffold, find_sandbox(config.sandbox), DependencyStore())
    gate, done = asyncio.Semaphore(jobs), 0
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        clean = CleanBuild(Path(folder), find_node().npm)
        async with builder:

            async def one(case: Case) -> Verdicts:
                nonlocal done
                async with gate:
                    truth, reason = await clean.verdict(case.project)
                    built = await builder.build(case.project)
                static = rules.check(case.project, scaffold, None)
                broken = next((code for code, held in static.passed.items() if not held), None)
                done += 1
                console.print(f"[dim]{done}/{len(found)} {case.site} {case.mutation}", end="\r")
                first = built.failures[0].code if built.failures else ""
                return Verdicts(case, truth, reason, built.ok, first, broken)

            return await asyncio.gather(*(one(case) for case in found))


def report(verdicts: list[Verdicts]) -> bool:
    """Print the table and every disagreement; whether the requirement is met."""
    rows = []
    for name in MUTATIONS:
        group = [verdict for verdict in verdicts if verdict.case.mutation == name]
        if group:
            codes = Counter(v.bundle_reason for v in group if not v.bundle).most_common(1)
            rows.append(
                (
                    name,
                    len(group),
                    sum(v.clean for v in group),
                    sum(v.bundle for v in group),
                    sum(v.engine for v in group),
                    codes[0][0] if codes else "",
                )
            )
    table(
        "Builds: clean `npm install && vite build` against the engine",
        ("mutation", "cases", "clean", "build stage", "whole cascade", "code"),
        rows,
    )
    bundle = [v for v in verdicts if v.bundle != v.clean]
    lenient = [v for v in verdicts if v.engine and not v.clean]
    strict = [v for v in verdicts if v.clean and not v.engine]
    unexplained = [v for v in strict if v.rule is None]
    for v in bundle:
        console.print(
            f"build stage differs: {v.case.site} {v.case.mutation}: clean {v.clean} "
            f"({v.clean_reason if not v.clean else ''}) engine {v.bundle} {v.bundle_reason}"
        )
    for rule, count in Counter(v.rule for v in strict if v.rule).most_common():
        names = sorted({v.case.mutation for v in strict if v.rule == rule})
        console.print(f"stricter by static rule {rule}: {count} ({', '.join(names)})")
    console.print(
        f"{len(verdicts)} cases: {len(bundle)} differ at the build stage; whole cascade passes "
        f"{len(lenient)} that the clean build rejects; {len(unexplained)} unexplained"
    )
    return not lenient and not unexplained and not bundle


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cases", type=int, help="only the first N cases")
    parser.add_argument("--jobs", type=int, default=2, help="clean builds at the same time")
    parser.add_argument("--json", type=Path, help="also write every verdict to this file")
    arguments = parser.parse_args()
    verdicts = asyncio.run(compare(cases(arguments.cases), arguments.jobs))
    if arguments.json:
        rows = [
            {"site": v.case.site, "mutation": v.case.mutation, "clean": v.clean,
             "clean_reason": v.clean_reason, "build": v.bundle, "code": v.bundle_reason,
             "rule": v.rule}
            for v in verdicts
        ]  # fmt: skip
        arguments.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0 if report(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())

"""A runner without training: what a cell is worth is said by a function, not learned."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from pathlib import Path

from webgen_r1 import json_file
from webgen_r1.evaluate.records import BenchItem, Benchmark, Manifest, TestCase
from webgen_r1.evaluate.run import finish
from webgen_r1.evaluate.run_folder import BENCHMARK_FILE, COMPLETIONS_FILE, MANIFEST_FILE
from webgen_r1.jsonl import RecordWriter
from webgen_r1.samples import Sample
from webgen_r1.sweep.folder import SweepFolder
from webgen_r1.sweep.plan import Cell
from webgen_r1.sweep.records import AFTER
from webgen_r1.sweep.runner import CellFailure, Tell
from webgen_r1.traces import TRACES_FILE
from webgen_r1.types import (
    CheckReport,
    Infra,
    LintReport,
    Page,
    PaintedColour,
    Trace,
    Verdict,
    text_digest,
)

Skill = Callable[[Cell], float]
"""About the share of sites that render, in [0, 1]."""

RECIPE = """
model: {path: nano-sft}
data: {source: rows.jsonl}
trainer: {max_steps: 40, num_generations: 8}
output_dir: runs/x
engine: {reward: {lam: 0.1}}
"""


def recipe_in(folder: Path) -> Path:
    path = folder / "nano.grpo.yaml"
    path.write_text(RECIPE)
    (folder / "rows.jsonl").write_text('{"instruction": "a shop"}\n')
    (folder / "bench.jsonl").write_text('{"id": "1", "instruction": "a shop"}\n')
    return path


def by_gamma(cell: Cell) -> float:
    return 0.2 + cell.recipe.engine.reward.gamma


class FakeRunner:
    """Leaves evaluations as `webgen eval` does; cells named in `broken` fail, and the judge does
    for those named in `ungraded`."""

    def __init__(
        self,
        folder: SweepFolder,
        skill: Skill = by_gamma,
        broken: Collection[str] = (),
        ungraded: Collection[str] = (),
        size: int = 12,
    ) -> None:
        self.folder = folder
        self.skill = skill
        self.broken = broken
        self.ungraded = ungraded
        self.size = size
        self.asked: list[tuple[str, int]] = []

    async def before(self, tell: Tell) -> None:
        self.asked.append(("before", 0))
        evaluation(self.folder.before, 0.15, self.size, graded="before" not in self.ungraded)

    async def cell(self, cell: Cell, seed: int, tell: Tell) -> None:
        self.asked.append((cell.name, seed))
        tell("training: step 1 of 40")
        if cell.name in self.broken:
            raise CellFailure("the GPU is out of memory")
        graded = cell.name not in self.ungraded
        after = self.folder.of(cell, seed) / AFTER
        evaluation(after, self.skill(cell), self.size, seed, graded=graded)


def evaluation(
    folder: Path, skill: float, size: int, seed: int = 0, *, graded: bool = True
) -> None:
    """An invented evaluation on disk. The same instruction is hard in every one of them."""
    random_ = random.Random(seed)
    bench = Benchmark(name="invented", digest="d", items=tuple(map(_item, range(size))))
    manifest = Manifest(
        benchmark=bench.name,
        benchmark_digest=bench.digest,
        model="nano",
        generator={"temperature": 0.8},
        judges=("design/1",),
        settings={"evidence": {"lint": True}},
    )
    json_file.write(folder / MANIFEST_FILE, manifest)
    json_file.write(folder / BENCHMARK_FILE, bench)
    with (
        RecordWriter(folder / COMPLETIONS_FILE, Sample) as samples,
        RecordWriter(folder / TRACES_FILE, Trace) as traces,
    ):
        for number, item in enumerate(bench.items):
            text = f"site {item.id}"
            samples.append(Sample(id=item.id, text=text))
            hard = (number * 7 % size + 0.5) / size
            renders = skill + random_.gauss(0, 0.06) > hard
            grade = round(min(5.0, max(0.0, 2 + 2 * skill + random_.gauss(0, 0.4))), 2)
            trace = _trace(item, text, renders, grade, painted=random_.random() < skill)
            traces.append(trace if graded or not renders else _ungraded(trace))
    finish(folder)


def _ungraded(trace: Trace) -> Trace:
    infra = Infra(stage="judge", code="judge", message="the judge is down")
    return trace.model_copy(
        update={"outcome": "infra_failure", "reward": None, "verdict": None, "infra": infra}
    )


def _item(number: int) -> BenchItem:
    return BenchItem(
        id=f"{number + 1:06d}",
        instruction="A tea house. Set the background to ivory and components to navy.",
        cases=(
            TestCase(
                task="Check that it uses ivory as the background color and navy as the "
                "component color.",
                category="Design Validation Testing",
            ),
        ),
    )


def _trace(item: BenchItem, text: str, renders: bool, grade: float, *, painted: bool) -> Trace:
    colour = (255, 255, 240) if painted else (20, 120, 40)
    return Trace(
        id=item.id,
        instruction=item.instruction,
        digest=text_digest(text),
        outcome="scored",
        stage="judge" if renders else "build",
        reward=grade + 0.2 if renders else 0.1,
        pages=(Page(route="/", status="ok"),) if renders else (),
        verdict=Verdict(judge="design/1", score=grade) if renders else None,
        lint=LintReport(),
        checks=CheckReport(
            backgrounds=(PaintedColour(rgb=colour, share=0.8, what=("page",)),),
            components=(PaintedColour(rgb=(0, 0, 128), share=0.1, what=("button",)),),
        )
        if renders
        else None,
        files={"src/App.tsx": 100},
    )

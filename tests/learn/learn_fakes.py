"""Stand-ins for what `learn` drives: evaluations made by hand, and phases that note themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from webgen_r1.evaluate.records import BenchItem, Benchmark, Manifest
from webgen_r1.evaluate.results import RunResults, SiteResult
from webgen_r1.evaluate.run_folder import SUMMARY_FILE
from webgen_r1.evaluate.summary import summarise
from webgen_r1.learn.plan import Plan, SeedRun, seed_runs
from webgen_r1.learn.records import Making
from webgen_r1.learn.run import Asked
from webgen_r1.samples import Sample
from webgen_r1.types import CheckReport, Page, PaintedColour, Trace, Verdict, text_digest

IVORY, NAVY = (255, 255, 240), (0, 0, 128)
PAINTED = CheckReport(
    backgrounds=(PaintedColour(rgb=IVORY, share=0.8, what=("page",)),),
    components=(PaintedColour(rgb=NAVY, share=0.1, what=("button",)),),
)


def evaluation(
    rewards: Mapping[str, float | None],
    texts: Mapping[str, str] | None = None,
    *,
    asks: str = "Use ivory as the background and navy for the components.",
    checks: CheckReport | None = None,
) -> RunResults:
    """Instruction -> reward: 1 or more renders and is its own grade, less does not build; None
    is an instruction without a completion."""
    items = tuple(BenchItem(id=id, instruction=f"Build {id}. {asks}") for id in rewards)
    bench = Benchmark(name="invented", digest="b" * 64, items=items)
    manifest = Manifest(benchmark=bench.name, benchmark_digest=bench.digest, model="m")
    sites = tuple(
        SiteResult(item, _sample(item.id, texts), _trace(item, reward, checks))
        for item in items
        if (reward := rewards[item.id]) is not None
    )
    missing = tuple(id for id, reward in rewards.items() if reward is None)
    summary = summarise(manifest, bench, sites, missing)
    return RunResults(Path("nowhere"), manifest, bench, sites, summary, missing)


def _sample(id: str, texts: Mapping[str, str] | None) -> Sample:
    return Sample(id=id, text=(texts or {}).get(id, ""))


def _trace(item: BenchItem, reward: float, checks: CheckReport | None) -> Trace:
    renders = reward >= 1
    return Trace(
        id=item.id,
        digest=text_digest(""),
        outcome="scored",
        stage="judge" if renders else "build",
        reward=reward,
        pages=(Page(route="/", status="ok"),) if renders else (),
        verdict=Verdict(judge="fake/1", score=reward) if renders else None,
        checks=checks if renders else None,
        files={"src/App.tsx": 9},
    )


# ── phases ──────────────────────────────────────────────────────────────────────────


def plan(out: Path, seeds: tuple[int, ...] = (), during: int = 2, **changes: object) -> Plan:
    given = {
        "recipe": {"trainer": {"max_steps": 4}},
        "policy": "nano",
        "benchmark": "invented",
        "benchmark_digest": "b" * 64,
        "samples": 1,
        "temperature": 0.8,
        "max_tokens": 64,
    }
    making = Making.model_validate(given | changes)
    return Plan(out, making, seed_runs(out, seeds, own=7), during)


class NotedWork:
    """Leaves what a phase leaves; `codes` says what else than 0 comes of a phase, by its folder's
    name, and `raises` in which one something is raised."""

    def __init__(self, codes: Mapping[str, int] | None = None, raises: str = "") -> None:
        self.codes = dict(codes or {})
        self.raises = raises
        self.done: list[str] = []
        self.asked: list[Asked] = []

    def evaluate(self, asked: Asked) -> int:
        self.asked.append(asked)
        code = self._note(asked.out)
        if code in (0, 1):
            (asked.out / SUMMARY_FILE).write_text("{}")
        return code

    def train(self, run: SeedRun) -> int:
        code = self._note(run.train)
        for step in (1, 2, 3, 4) if code == 0 else (1,):
            checkpoint(run.train, step)
        if code == 0:
            (run.train / "final").mkdir()
        return code

    def _note(self, folder: Path) -> int:
        folder.mkdir(parents=True, exist_ok=True)
        of_seed = folder.parent.name.startswith("seed-")
        self.done.append(f"{folder.parent.name}/{folder.name}" if of_seed else folder.name)
        if self.raises == folder.name:
            raise RuntimeError("killed")
        return self.codes.get(folder.name, 0)


def checkpoint(train: Path, step: int) -> Path:
    folder = train / f"checkpoint-{step}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "trainer_state.json").write_text("{}")
    return folder

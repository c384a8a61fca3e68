"""`webgen learn` from recipe to page: a real training of two steps, engines that grade by rule."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest
import yaml

pytest.importorskip("trl", reason="needs the [train] extra")

from rich.console import Console

from webgen_r1.commands.learn import LearnJob, Start, learn, make_plan, prepare
from webgen_r1.config import EngineConfig
from webgen_r1.errors import UserError
from webgen_r1.evaluate.benchmark import load_benchmark
from webgen_r1.evaluate.records import Manifest
from webgen_r1.evaluate.run import Evaluation, Makers, Plan, finish
from webgen_r1.evaluate.run_folder import claim
from webgen_r1.evaluate.watch import Silent
from webgen_r1.generate import FakeGenerator
from webgen_r1.learn.plan import SeedRun
from webgen_r1.learn.records import Learning
from webgen_r1.learn.run import Asked
from webgen_r1.protocols import NothingToStart
from webgen_r1.train.grpo import train
from webgen_r1.types import Page, Trace, text_digest

pytestmark = [
    pytest.mark.train,
    # TRL 1.16 asks transformers 5.23 for a property by the name it had before.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]

RECIPE = """
model: {scratch: {vocab_size: 600, hidden_size: 16, layers: 1, heads: 2}}
data: {source: rows.jsonl}
output_dir: unused
cpu_threads: 1
seed: 7
trainer:
  max_steps: 2
  num_generations: 2
  per_device_train_batch_size: 2
  max_completion_length: 8
  temperature: 0.9
  use_cpu: true
  bf16: false
  activation_checkpointing: false
  save_steps: 1
"""


class Engine(NothingToStart):
    """A text that begins with `good` renders and is worth 3, any other does not build."""

    async def score(
        self, text: str, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        good = text.startswith("good")
        return Trace(
            id=id or "",
            instruction=instruction,
            digest=text_digest(text),
            outcome="scored",
            stage="judge" if good else "build",
            reward=3.0 if good else 0.1,
            pages=(Page(route="/", status="ok"),) if good else (),
        )

    async def score_project(
        self, project: object, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        raise NotImplementedError


class Small:
    """Trains with TRL; what a policy writes when it is evaluated is decided by its name."""

    def __init__(self, job: LearnJob, start: Start, console: Console) -> None:
        self.job, self.start, self.console = job, start, console
        self.policies: list[str] = []

    def train(self, run: SeedRun) -> int:
        recipe = self.start.recipe.model_copy(update={"output_dir": run.train})
        return train(recipe, Engine(), self.console)

    def evaluate(self, asked: Asked) -> int:
        self.policies.append(Path(asked.policy).name)
        benchmark = load_benchmark(self.job.bench, asked.limit or self.job.limit)
        manifest = Manifest(
            benchmark=benchmark.name, benchmark_digest=benchmark.digest, model=asked.name
        )
        word = "bad" if Path(asked.policy).name == "init" else "good"
        makers = Makers(Engine, lambda: FakeGenerator(lambda chat, _: f"{word} {chat[-1]}"))
        evaluation = Evaluation(
            Plan(asked.out, benchmark, manifest, EngineConfig()), makers, Silent()
        )
        asyncio.run(evaluation.run())
        evaluation.finish()
        return 0


@pytest.fixture
def job(tmp_path: Path) -> LearnJob:
    for name, topics in (("rows", "cheese stamps"), ("bench", "tea bikes books choirs")):
        rows = [{"id": t, "instruction": f"Build a website for {t}."} for t in topics.split()]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "tiny.yaml").write_text(RECIPE)
    bench = str(tmp_path / "bench.jsonl")
    return LearnJob(tmp_path / "tiny.yaml", bench, tmp_path / "out", during=2)


def console() -> Console:
    return Console(file=io.StringIO(), width=120)


def printed(to: Console) -> str:
    assert isinstance(to.file, io.StringIO)
    return to.file.getvalue()


def test_a_recipe_and_a_benchmark_become_numbers_a_page_figures_and_a_table(job: LearnJob) -> None:
    to = console()
    work = Small(job, prepare(job), to)
    assert learn(job, to, work) == 0
    assert work.policies == ["init", "checkpoint-1", "final"]

    found = Learning.model_validate_json((job.out / "learning.json").read_bytes())
    vrr = found.change("vrr")
    assert vrr is not None
    assert (vrr.before.value, vrr.after.value, vrr.test.difference) == (0.0, 1.0, 1.0)
    assert (found.seeds, found.steps, found.instructions) == ((7,), 2, 4)
    assert (found.temperature, found.max_tokens) == (0.9, 8)
    assert [curve.steps for curve in found.curves] == [(1, 2)]
    assert found.curves[0].series["reward"] == pytest.approx((0.1, 0.1))
    assert found.seconds.keys() == {"before", "train", "during", "after"}
    assert found.command == job.command
    for name in ("report.html", "table.md", "figures/before-after.svg", "figures/curves.png"):
        assert (job.out / name).stat().st_size
    assert "VRR" in printed(to)
    assert "report  " in printed(to)

    again, to = Small(job, prepare(job), console()), console()
    assert learn(job, to, again) == 0
    assert again.policies == []
    assert printed(to).count(": done") == 4


def test_mistakes_are_told_before_anything_is_done(job: LearnJob, tmp_path: Path) -> None:
    def refused(match: str, **changes: object) -> None:
        with pytest.raises(UserError, match=match):
            learn(LearnJob(**{**vars(job), **changes}), console())

    refused("did you mean max_steps", overrides=("trainer.max_step=3",))
    refused("the same: set --temperature", samples=2, temperature=0.0)
    refused("several seeds need one policy", seeds=(0, 1))
    refused("no evaluation", before=tmp_path)
    assert not (job.out / "phases.jsonl").exists()


def test_a_before_of_other_instructions_is_refused(job: LearnJob) -> None:
    start = prepare(job)
    other = job.out / "other"
    asked = Asked(other, "before", "init", seed=0, limit=2)
    Small(job, start, console()).evaluate(asked)
    borrowed = LearnJob(**{**vars(job), "before": other})
    with pytest.raises(UserError, match="an evaluation of other instructions"):
        make_plan(borrowed, start)
    assert make_plan(LearnJob(**{**vars(borrowed), "limit": 2}), start).before == other


def test_a_before_of_another_policy_is_refused(job: LearnJob, tmp_path: Path) -> None:
    policy = str(prepare(job).asked.model)
    other = tmp_path / "before"
    benchmark = load_benchmark(job.bench, None)
    manifest = Manifest(
        benchmark=benchmark.name,
        benchmark_digest=benchmark.digest,
        model="before",
        generator={"model": "owner/other", "temperature": 0.3, "max_tokens": 99},
    )
    claim(other, manifest, benchmark)
    finish(other)
    recipe = tmp_path / "from-policy.yaml"
    tree = yaml.safe_load(job.recipe.read_text())
    recipe.write_text(yaml.safe_dump({**tree, "model": {"path": policy}}))
    borrowed = LearnJob(**{**vars(job), "before": other, "recipe": recipe})
    start = prepare(borrowed)
    assert (start.asked.temperature, start.asked.max_tokens) == (0.3, 99)  # as before
    with pytest.raises(UserError, match="evaluates owner/other, and training starts from"):
        make_plan(borrowed, start)


def test_instructions_that_training_asks_too_are_counted(job: LearnJob, tmp_path: Path) -> None:
    start = prepare(job)
    assert make_plan(job, start).trained_on == 0
    same = LearnJob(**{**vars(job), "bench": str(tmp_path / "rows.jsonl")})
    assert make_plan(same, start).trained_on == 2


def test_the_command_kept_is_the_call() -> None:
    job = LearnJob(
        Path("r.yaml"), "held out.jsonl", Path("o"), limit=5, seeds=(0, 1), overrides=("a.b=c",)
    )
    assert job.command == (
        "webgen learn r.yaml a.b=c --bench 'held out.jsonl' --out o --limit 5 --during 12 "
        "--seeds 0,1"
    )

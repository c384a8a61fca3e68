"""`webgen learn`: a GRPO recipe and a benchmark in; before, after and how it got there out."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from webgen_r1 import __version__, json_file
from webgen_r1.commands.report import say
from webgen_r1.config import Sampling
from webgen_r1.errors import UserError
from webgen_r1.evaluate.benchmark import load_benchmark
from webgen_r1.evaluate.run_folder import load_run
from webgen_r1.generate import GenerateConfig
from webgen_r1.learn.plan import Plan, SeedRun, seed_runs
from webgen_r1.learn.records import LEARNING_FILE, Making
from webgen_r1.learn.run import FINISHED, Asked, Work, run_phases
from webgen_r1.learn.story import Story, check_comparable, read_story
from webgen_r1.policies import find_policy, read_trained
from webgen_r1.report.learning import write_learning
from webgen_r1.report.learning_figures import write_learning_figures
from webgen_r1.report.learning_tables import learning_table, write_markdown
from webgen_r1.train.config import GrpoRecipe

MOST_AT_ONCE = 32
"""Prompts in one batch of the evaluated policy."""


@dataclass(frozen=True)
class LearnJob:
    """What the user asked for."""

    recipe: Path
    bench: str
    out: Path
    limit: int | None = None
    samples: int = 1
    during: int = 12
    """Instructions asked half-way; 0 for none."""
    seeds: tuple[int, ...] = ()
    """One training each; without, one with the recipe's own."""
    before: Path | None = None
    """An evaluation of the same policy and instructions, used instead of an own one."""
    temperature: float | None = None
    """Of the evaluations; without, the policy's own."""
    overrides: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """The call that does this."""
        options = [
            *("--bench", self.bench, "--out", str(self.out)),
            *(("--limit", str(self.limit)) if self.limit else ()),
            *(("--samples", str(self.samples)) if self.samples > 1 else ()),
            *("--during", str(self.during)),
            *(("--seeds", ",".join(map(str, self.seeds))) if self.seeds else ()),
            *(("--before", str(self.before)) if self.before else ()),
            *(("--temperature", f"{self.temperature:g}") if self.temperature is not None else ()),
        ]
        return shlex.join(["webgen", "learn", str(self.recipe), *self.overrides, *options])


@dataclass(frozen=True)
class Start:
    """What a run begins with: the recipe, and how its policy is asked."""

    recipe: GrpoRecipe
    asked: GenerateConfig
    instructions: frozenset[str]
    """What training asks."""


def learn(job: LearnJob, console: Console, work: Work | None = None) -> int:
    """Do the job; the exit code. `work` stands in for real evaluation and training.

    Raises UserError, InfraFailure, DiskError, Interrupted.
    """
    start = prepare(job)
    plan = make_plan(job, start)
    code = run_phases(plan, work or Real(job, start, console), lambda line: say(console, line))
    if code not in FINISHED:
        say(console, f"stopped: what is done is kept in {job.out}; the same command goes on there")
        return code
    publish(read_story(plan, recipe=job.recipe.name, command=job.command), job.out, console)
    return code


def publish(story: Story, out: Path, console: Console) -> None:
    """Numbers, page, figures and table into `out`; the table on the screen. Raises DiskError."""
    with console.status("writing the report"):
        json_file.write(out / LEARNING_FILE, story.learning)
        page = write_learning(story, out)
        write_learning_figures(story.learning, out)
        write_markdown(story.learning, out)
    console.print(learning_table(story.learning))
    for note in story.learning.notes:
        say(console, f"note    {note}")
    say(console, f"report  {page}")


# ── before anything is started ──────────────────────────────────────────────────────


def prepare(job: LearnJob) -> Start:
    """Find every mistake in the recipe now, not after the first evaluation; and its policy.

    Raises UserError.
    """
    from webgen_r1.train.run import quiet_libraries, require_extra

    require_extra()
    with quiet_libraries():
        return _start(job)


def _start(job: LearnJob) -> Start:
    from transformers.utils import logging

    from webgen_r1.generate.choose import choose
    from webgen_r1.train.arguments import grpo_config, sampling_of
    from webgen_r1.train.grpo import given_recipe
    from webgen_r1.train.rows import read_rows
    from webgen_r1.train.run import model_folder

    logging.disable_progress_bar()
    runs = seed_runs(job.out, job.seeds, own=0)
    seed = (f"seed={job.seeds[0]}",) if job.seeds else ()
    recipe = given_recipe(job.recipe, None, runs[0].train, (*job.overrides, *seed))
    if recipe.model.scratch is not None and len(runs) > 1:
        raise UserError("several seeds need one policy to start from: give the recipe a model.path")
    args = grpo_config(recipe)
    rows = read_rows(recipe)
    texts = (message["content"] for row in rows for message in row["prompt"])
    policy = recipe.model.path or model_folder(recipe, texts)
    given = {} if job.temperature is None else {"temperature": job.temperature}
    own = _sampled_before(job) or read_trained(policy) or sampling_of(args)
    at_once = min(MOST_AT_ONCE, int(args.generation_batch_size))
    asked = choose(policy, concurrency=at_once).model_copy(update=own.sampling | given)
    if job.samples > 1 and asked.temperature == 0:
        raise UserError(
            f"{job.samples} samples at temperature 0 are {job.samples} times the same: "
            "set --temperature"
        )
    return Start(recipe, asked, frozenset(row["instruction"] for row in rows))


def _sampled_before(job: LearnJob) -> Sampling | None:
    """How a given evaluation was asked, for the one after it to be asked alike."""
    if job.before is None:
        return None
    generator = load_run(job.before).manifest.generator
    asked = {name: generator[name] for name in Sampling.model_fields if name in generator}
    return Sampling.model_validate(asked) if asked else None


def make_plan(job: LearnJob, start: Start) -> Plan:
    """Raises UserError for a benchmark or a `before` that cannot be used."""
    benchmark = load_benchmark(job.bench, job.limit)
    if job.before is not None:
        evaluated = load_run(job.before).manifest
        check_comparable(evaluated, benchmark.digest, job.before)
        policy = start.recipe.model.path  # of one from scratch only the cells of a sweep share it
        of = evaluated.generator.get("model")
        if policy is not None and of is not None and find_policy(of) != find_policy(policy):
            raise UserError(f"{job.before} evaluates {of}, and training starts from {policy}")
    recipe = start.recipe
    making = Making(
        recipe=recipe.model_dump(mode="json", exclude={"output_dir", "seed"}),
        policy=start.asked.model,
        benchmark=benchmark.name,
        benchmark_digest=benchmark.digest,
        samples=job.samples,
        **start.asked.sampling,
        before=str(job.before) if job.before else None,
        version=__version__,
    )
    return Plan(
        out=job.out,
        making=making,
        seeds=seed_runs(job.out, job.seeds, recipe.seed),
        during=min(job.during, len(benchmark.items)),
        trained_on=sum(item.instruction in start.instructions for item in benchmark.items),
    )


# ── the phases ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Real:
    """Evaluates with `webgen eval` and trains with `webgen grpo`."""

    job: LearnJob
    start: Start
    console: Console

    def evaluate(self, asked: Asked) -> int:
        from webgen_r1.commands.eval import EvalJob, evaluate

        engine = self.start.recipe.engine
        job = EvalJob(
            out=asked.out,
            bench=self.job.bench,
            engine=engine,
            judges=(engine.judge,),
            model=asked.name,
            generate=self.start.asked.model_copy(update={"model": asked.policy}),
            samples=self.job.samples,
            seed=asked.seed,
            limit=asked.limit or self.job.limit,
            training_judge=engine.judge.kind,
        )
        return evaluate(job, self.console)

    def train(self, run: SeedRun) -> int:
        from webgen_r1.train import grpo

        return grpo.run(
            self.job.recipe,
            output_dir=run.train,
            overrides=(*self.job.overrides, f"seed={run.seed}"),
        )

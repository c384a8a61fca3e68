"""`webgen eval`: a benchmark and a model (or its completions) in, a table and a report out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from webgen_r1 import __version__, prompts
from webgen_r1.agent import AgentConfig
from webgen_r1.agent.runner import AgentRunner
from webgen_r1.commands import settings
from webgen_r1.commands.evaluation_display import EvaluationDisplay
from webgen_r1.commands.interrupts import Interrupted, run
from webgen_r1.commands.report import publish, say
from webgen_r1.config import EngineConfig, EvidenceConfig, JudgeConfig
from webgen_r1.errors import DiskError, UserError
from webgen_r1.evaluate.benchmark import load_benchmark
from webgen_r1.evaluate.records import Benchmark, Manifest
from webgen_r1.evaluate.run import Evaluation, Makers, Plan
from webgen_r1.evaluate.run_folder import (
    CASES_FILE,
    COMPLETIONS_FILE,
    MANIFEST_FILE,
)
from webgen_r1.generate import GenerateConfig, make_generator
from webgen_r1.inputs import find
from webgen_r1.judge import Panel, make_judge
from webgen_r1.judge.prompt import load_rubric
from webgen_r1.protocols import Judge
from webgen_r1.reward import CascadedReward
from webgen_r1.sandbox import find_sandbox
from webgen_r1.scaffold import load
from webgen_r1.traces import TRACES_FILE


@dataclass(frozen=True)
class EvalJob:
    """What the user asked for."""

    out: Path
    bench: str
    engine: EngineConfig
    judges: tuple[JudgeConfig, ...]
    model: str | None = None
    generate: GenerateConfig | None = None
    completions: tuple[Path, ...] = ()
    agent: AgentConfig | None = None
    samples: int = 1
    seed: int = 0
    limit: int | None = None
    training_judge: str | None = "design"
    """Kind of the judge that training used, to flag an AAS by the same one."""
    fresh: bool = False


def judges_of(
    names: Sequence[str], base: JudgeConfig, draws: int | None
) -> tuple[JudgeConfig, ...]:
    """`design`, `openai` or `openai:MODEL` as settings, with `base` for the rest."""
    return tuple(_judge_of(name, base, draws) for name in names)


def _judge_of(name: str, base: JudgeConfig, draws: int | None) -> JudgeConfig:
    kind, _, model = name.partition(":")
    if kind not in ("design", "openai") or (kind == "design" and model):
        raise UserError(f"no judge {name}: design, openai or openai:MODEL")
    given = {"kind": kind, "draws": draws, "model": model or None}
    changes = {key: value for key, value in given.items() if value is not None}
    return JudgeConfig.model_validate(base.model_dump() | changes)


def agent_of(model: str | None, base_url: str | None) -> AgentConfig | None:
    """Settings of the GUI agent, None where no model is named."""
    return AgentConfig(model=model, base_url=base_url) if model else None


def evaluate(job: EvalJob, console: Console) -> int:
    """Run the job; the exit code. Raises UserError, InfraFailure, Interrupted."""
    if not job.completions and job.generate is None:
        raise UserError("give a --model to generate with, or --completions that are there")
    find(job.completions)  # a wrong path is told before anything is written
    benchmark = load_benchmark(job.bench, job.limit)
    engine = _engine(job)
    judges = [make_judge(judge) for judge in job.judges]
    agent = AgentRunner(job.agent, find_sandbox(engine.sandbox), job.out) if job.agent else None
    plan = Plan(
        out=job.out,
        benchmark=benchmark,
        manifest=_manifest(job, benchmark, engine, judges, agent),
        engine=engine,
        given=job.completions,
        tests_at_once=job.agent.concurrency if job.agent else 1,
    )
    judge = judges[0] if len(judges) == 1 else Panel(judges)
    makers = Makers(
        engine=lambda: CascadedReward(engine, judge=judge, artifacts=job.out),
        generator=_generator(job),
        agent=(lambda: agent) if agent else None,
    )
    if job.fresh:
        _set_aside(job.out)
    display = EvaluationDisplay(console)
    evaluation = Evaluation(plan, makers, display)
    try:
        with display:
            run(evaluation.run())
    except (Interrupted, DiskError):
        say(console, f"stopped: what is done is kept in {job.out}; the same command goes on there")
        raise
    results = evaluation.finish()
    publish(results, console)
    return 1 if results.summary.left else 0


# ── what the run is made with ───────────────────────────────────────────────────────


def _engine(job: EvalJob) -> EngineConfig:
    """The engine's settings with every evidence on; the panel gives the grade."""
    evidence = EvidenceConfig(lint=True, checks=True, sites=True)
    return job.engine.model_copy(update={"evidence": evidence, "judge": job.judges[0]})


def _manifest(
    job: EvalJob,
    benchmark: Benchmark,
    engine: EngineConfig,
    judges: list[Judge],
    agent: AgentRunner | None,
) -> Manifest:
    return Manifest(
        benchmark=benchmark.name,
        benchmark_digest=benchmark.digest,
        model=job.model or _name_of(job),
        generator=_generator_record(job, engine),
        samples=job.samples,
        seed=job.seed,
        judges=tuple(judge.name for judge in judges),
        training_judge=job.judges[0].kind == job.training_judge,
        agent=agent.describe() if agent else None,
        settings={
            **settings.with_effect(engine),
            "judge": [_judge_record(judge) for judge in job.judges],
        },
        version=__version__,
    )


def _name_of(job: EvalJob) -> str:
    first = job.completions[0]
    return first.stem if first.is_file() else first.resolve().name


def _generator_record(job: EvalJob, engine: EngineConfig) -> dict[str, Any]:
    if job.generate is None:
        return {}
    prompt = prompts.system_prompt(load(engine.scaffold), engine.mode)
    return {"prompt": _sha(prompt), **job.generate.description}


def _judge_record(judge: JudgeConfig) -> dict[str, Any]:
    if judge.kind == "design":
        return {"kind": judge.kind}
    record = judge.model_dump(include={"kind", "model", "base_url", "draws", "temperature"})
    return {**record, "rubric": _sha(load_rubric(judge.rubric)), "max_pages": judge.max_pages}


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# ── how to make it ──────────────────────────────────────────────────────────────────


def _generator(job: EvalJob) -> Callable[[], Any] | None:
    config = job.generate
    if job.completions or config is None:
        return None
    if job.samples > 1 and config.temperature == 0:
        raise UserError(
            f"{job.samples} samples at temperature 0 are {job.samples} times the same: "
            "set --temperature"
        )
    return lambda: make_generator(config)


def _set_aside(out: Path) -> None:
    """Keep what an earlier run found under names that end in `.old`."""
    for name in (MANIFEST_FILE, COMPLETIONS_FILE, TRACES_FILE, CASES_FILE):
        with suppress(FileNotFoundError):
            (out / name).replace(out / f"{name}.old")

"""One evaluation, from instructions to a table: generate, score, test, summarise.

Everything is on disk the moment it is found out, so that a killed run loses at most the
sites in flight; the same call goes on where the last one stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from webgen_r1 import traces
from webgen_r1.bounded import run_bounded
from webgen_r1.config import EngineConfig
from webgen_r1.errors import InfraFailure, UserError
from webgen_r1.evaluate.completions import each, generate_all, take_given
from webgen_r1.evaluate.records import BenchItem, Benchmark, CaseResult, Manifest
from webgen_r1.evaluate.results import RunResults, SiteResult
from webgen_r1.evaluate.run_folder import (
    CASES_FILE,
    COMPLETIONS_FILE,
    SUMMARY_FILE,
    claim,
    latest_cases,
    load_sites,
)
from webgen_r1.evaluate.summary import summarise
from webgen_r1.evaluate.watch import Watcher
from webgen_r1.inputs import ScoreInput, find, read
from webgen_r1.json_file import write
from webgen_r1.jsonl import RecordWriter
from webgen_r1.protocols import Engine, Generator, Stageful
from webgen_r1.reward.artifacts import load_site
from webgen_r1.samples import Sample
from webgen_r1.types import Project, Trace, text_digest


class Agent(Stageful, Protocol):
    """What works test cases: `agent.AgentRunner`, or a stand-in for it."""

    async def run_case(
        self, site: Mapping[str, bytes], base: str, item: BenchItem, sample: int, case: int
    ) -> CaseResult: ...


@dataclass(frozen=True)
class Makers:
    """How to make what an evaluation needs; each is entered only where there is work for it.

    Without a generator the completions are given; without an agent there is no FSR.
    """

    engine: Callable[[], Engine]
    generator: Callable[[], Generator] | None = None
    agent: Callable[[], Agent] | None = None


@dataclass(frozen=True)
class Plan:
    """What to evaluate, and where to."""

    out: Path
    benchmark: Benchmark
    manifest: Manifest
    engine: EngineConfig
    given: tuple[Path, ...] = ()
    tests_at_once: int = 4


@dataclass(frozen=True)
class _Work:
    """One completion to score: its text, or a project."""

    item: BenchItem
    sample: Sample
    project: Project | None

    @property
    def key(self) -> traces.Key:
        digest = self.project.digest if self.project else text_digest(self.sample.text or "")
        return (self.sample.key, digest, self.item.instruction)


class Evaluation:
    """Made for one plan; `run`, then `finish` (also after an interrupted run)."""

    def __init__(self, plan: Plan, makers: Makers, watcher: Watcher) -> None:
        self._plan = plan
        self._makers = makers
        self._watcher = watcher
        self._items = {item.id: item for item in plan.benchmark.items}
        self._answering: dict[str, str] = {}

    async def run(self) -> None:
        """Do what is left to do. Raises UserError, or InfraFailure where nothing can go on."""
        out = self._plan.out
        with RecordWriter(out / traces.TRACES_FILE, Trace) as kept:  # locks the folder
            claim(out, self._plan.manifest, self._plan.benchmark)
            await self._score_all(kept)
            await self._test_all()

    def finish(self) -> RunResults:
        """Write `summary.json` from what the folder holds, and return everything."""
        return finish(self._plan.out)

    # ── scoring ──────────────────────────────────────────────────────────────────────

    async def _score_all(self, kept: RecordWriter[Trace]) -> None:
        known = set()
        for trace in traces.read(kept.path):
            self._note_judges(trace)
            if trace.outcome == "scored":
                known.add(traces.key(trace))
        async with AsyncExitStack() as stack, aclosing(self._completions()) as completions:
            jobs = self._scorings(completions, known, kept, stack)
            await run_bounded(jobs, self._plan.engine.render.concurrency)

    async def _completions(self) -> AsyncGenerator[Sample, None]:
        plan, kept = self._plan, self._plan.out / COMPLETIONS_FILE
        if self._makers.generator is None:
            given = take_given(
                plan.given, plan.benchmark, plan.manifest.samples, kept, self._watcher
            )
            self._watcher.part("score", len(given), 0)
            samples = each(given)
        else:
            self._watcher.part("score", len(plan.benchmark.items) * plan.manifest.samples, 0)
            samples = generate_all(
                self._makers.generator,
                plan.benchmark,
                plan.manifest,
                plan.engine,
                kept,
                self._watcher,
                lambda sample: self._check_name("model", sample.model),
            )
        async with aclosing(samples):
            async for sample in samples:
                self._check_name("model", sample.model)
                yield sample

    async def _scorings(
        self,
        completions: AsyncIterator[Sample],
        known: set[traces.Key],
        kept: RecordWriter[Trace],
        stack: AsyncExitStack,
    ) -> AsyncIterator[Coroutine[Any, Any, None]]:
        """What is left to score; the engine starts with the first."""
        engine: Engine | None = None
        async for sample in completions:
            work = None if sample.infra else await asyncio.to_thread(self._work, sample)
            if work is None or work.key in known:
                self._watcher.advance("score", "" if work else f"{sample.key}: nothing to score")
                continue
            if engine is None:
                engine = await stack.enter_async_context(self._makers.engine())
            yield self._score(engine, work, kept)

    async def _score(self, engine: Engine, work: _Work, kept: RecordWriter[Trace]) -> None:
        id, asked = work.sample.key, work.item.instruction
        if work.project is not None:
            trace = await engine.score_project(work.project, instruction=asked, id=id)
        else:
            trace = await engine.score(work.sample.text or "", instruction=asked, id=id)
        self._note_judges(trace)
        kept.append(trace)
        self._watcher.advance("score", _line(trace))

    def _work(self, sample: Sample) -> _Work | None:
        """A completion with its content; None (and said) where that cannot be read any more."""
        item = self._items[sample.id]
        if sample.project is None:
            return _Work(item, sample, None)
        source = next(iter(read(find([Path(sample.project)]))))
        if not isinstance(source, ScoreInput) or source.project is None:
            self._watcher.say(f"{sample.project}: it cannot be read any more")
            return None
        return _Work(item, sample, source.project)

    # ── test cases ───────────────────────────────────────────────────────────────────

    async def _test_all(self) -> None:
        """Work every test case that has no verdict yet, site by site."""
        if self._makers.agent is None:
            return
        out = self._plan.out
        _, _, sites, _ = load_sites(out)
        found = [case for case in latest_cases(out) if case.status == "decided"]
        decided = {(case.id, case.sample, case.case, case.digest) for case in found}
        for case in found:
            self._check_name("agent", case.model)
        started = [
            site for site in sites if site.known and site.started and site.trace and site.trace.site
        ]
        todo = [
            (site, case)
            for site in started
            for case in range(len(site.item.cases))
            if (site.item.id, site.sample.sample, case, _digest(site)) not in decided
        ]
        total = sum(len(site.item.cases) for site in started)
        self._watcher.part("test", total, total - len(todo))
        if not todo:
            return
        async with self._makers.agent() as agent:
            with RecordWriter(out / CASES_FILE, CaseResult) as writer:

                async def tests() -> AsyncIterator[Coroutine[Any, Any, None]]:
                    for site, case in todo:
                        yield self._test(agent, site, case, writer)

                await run_bounded(tests(), self._plan.tests_at_once)

    async def _test(
        self, agent: Agent, site: SiteResult, case: int, writer: RecordWriter[CaseResult]
    ) -> None:
        trace, item, sample = site.trace, site.item, site.sample.sample
        assert trace is not None
        assert trace.site is not None
        try:
            files, base = await asyncio.to_thread(load_site, self._plan.out / trace.site)
            found = await agent.run_case(files, base, item, sample, case)
        except InfraFailure as error:
            found = CaseResult(
                id=item.id, sample=sample, case=case, status="undecided", reason=str(error)
            )
        self._check_name("agent", found.model)
        writer.append(found.model_copy(update={"digest": trace.digest}))
        said = found.verdict or f"undecided, {found.reason}"
        self._watcher.advance("test", f"{site.sample.key} case {case + 1}: {said}")

    # ── who answers ──────────────────────────────────────────────────────────────────

    def _note_judges(self, trace: Trace) -> None:
        verdict = trace.verdict
        for one in (verdict.panel or (verdict,)) if verdict else ():
            self._check_name(f"judge {one.judge}", one.model)

    def _check_name(self, who: str, name: str) -> None:
        """An endpoint that begins to answer under another name is another model."""
        first = self._answering.setdefault(who, name) if name else ""
        if first and name != first:
            raise UserError(
                f"the {who} answered as {first} so far and now as {name}: results of two models "
                "are not mixed; choose another --out"
            )


def finish(out: Path) -> RunResults:
    """Write `summary.json` from what the folder holds, and return everything."""
    manifest, benchmark, sites, missing = load_sites(out)
    summary = summarise(manifest, benchmark, sites, missing)
    write(out / SUMMARY_FILE, summary)
    return RunResults(out, manifest, benchmark, sites, summary, missing)


def _digest(site: SiteResult) -> str:
    return site.trace.digest if site.trace else ""


def _line(trace: Trace) -> str:
    if trace.infra:
        return f"{trace.id}: unknown, {trace.infra.message}"
    return f"{trace.id}: {trace.stage}, reward {trace.reward:.2f}"

"""The cascade: parse, check, build, render, judge; stop at the first stage that fails.

This is the one place that composes the stages, and the one place that turns an
`InfraFailure` into a trace without a reward.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from webgen_r1 import __version__, rules
from webgen_r1.build import DependencyStore, ViteBuilder
from webgen_r1.checks import SiteChecker
from webgen_r1.completion import Parsed, parse
from webgen_r1.config import EngineConfig
from webgen_r1.errors import InfraFailure, UserError
from webgen_r1.judge import make_judge
from webgen_r1.lint import ProjectLinter
from webgen_r1.protocols import Builder, Checker, Judge, Linter, Renderer, SiteOpener
from webgen_r1.render import BrowserRenderer
from webgen_r1.reward.artifacts import save_pictures, save_site
from webgen_r1.reward.presets import Evidence, grade
from webgen_r1.sandbox import find_sandbox
from webgen_r1.scaffold import complete, load
from webgen_r1.types import (
    Completion,
    Infra,
    JudgeRequest,
    Page,
    Project,
    Stage,
    Trace,
    text_digest,
)

if TYPE_CHECKING:
    from webgen_r1.reward.trl import TrlReward

MEMORY = 256
"""Traces kept, so that identical completions are scored once. They come close together (a
batch, a group), and a trace with the text of eight pages is large."""


@dataclass
class _Run:
    """One completion on its way through the cascade."""

    id: str
    digest: str
    instruction: str | None
    evidence: Evidence = field(default_factory=Evidence)
    project: Project | None = None
    completion: Completion | None = None
    pages: tuple[Page, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)


class CascadedReward:
    """Scores completions; enter it once, score many, concurrently.

    Any stage can be replaced by its fake or by your own implementation of its protocol.
    Pictures are kept under `artifacts` / "shots" if that folder is given, built sites under
    "sites" where the settings ask for it.
    """

    def __init__(
        self,
        config: EngineConfig | None = None,
        *,
        builder: Builder | None = None,
        renderer: Renderer | None = None,
        judge: Judge | None = None,
        linter: Linter | None = None,
        checker: Checker | None = None,
        artifacts: Path | None = None,
    ) -> None:
        self.config = config or EngineConfig()
        self._given = (builder, renderer, judge, linter, checker)
        self._artifacts = artifacts
        self._stack = AsyncExitStack()
        self._traces: OrderedDict[str, asyncio.Task[Trace]] = OrderedDict()

    async def __aenter__(self) -> Self:
        """Start workers and browsers. Raises InfraFailure or UserError if it cannot."""
        builder, renderer, judge, linter, checker = self._given
        self.scaffold = load(self.config.scaffold)
        evidence = self.config.evidence
        lints = evidence.lint and linter is None
        checks = (evidence.checks or self.config.reward.checks_weight > 0) and checker is None
        if builder is None or renderer is None or lints or checks:
            sandbox = find_sandbox(self.config.sandbox)
            store = DependencyStore(guest=sandbox.own_userland)
            builder = builder or ViteBuilder(self.config.build, self.scaffold, sandbox, store)
            renderer = renderer or BrowserRenderer(self.config.render, sandbox)
            linter = linter or (ProjectLinter(self.scaffold, sandbox, store) if lints else None)
            checker = checker or (_checker(renderer, store) if checks else None)
        async with AsyncExitStack() as stack:
            self._judge = await stack.enter_async_context(judge or make_judge(self.config.judge))
            self._builder = await stack.enter_async_context(builder)
            self._renderer = await stack.enter_async_context(renderer)
            self._linter = await stack.enter_async_context(linter) if linter else None
            self._checker = await stack.enter_async_context(checker) if checker else None
            self._stack = stack.pop_all()
        self._slots: dict[Stage, asyncio.Semaphore] = {
            "build": asyncio.Semaphore(self.config.build.workers),
            "render": asyncio.Semaphore(self.config.render.concurrency),
            "judge": asyncio.Semaphore(self.config.judge.concurrency),
        }
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        unfinished = [task for task in self._traces.values() if not task.done()]
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        self._traces.clear()
        await self._stack.aclose()

    async def score(
        self, text: str, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        """Score what a model wrote. Never raises for what is in `text`."""
        digest = text_digest(text)
        run = _Run(id or digest[:12], digest, instruction)
        return await self._once(run, self._score_text(run, text))

    async def score_project(
        self, project: Project, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        """Score a folder of sources: rules about the completion format do not apply."""
        run = _Run(id or project.digest[:12], project.digest, instruction, project=project)
        run.evidence.parsed = True
        return await self._once(run, self._climb(run))

    def for_trl(self) -> TrlReward:
        """The one reward function to give to a TRL trainer. Do not enter the reward yourself."""
        from webgen_r1.reward.trl import TrlReward

        return TrlReward(self)

    # ── the cascade ──────────────────────────────────────────────────────────────────

    async def _score_text(self, run: _Run, text: str) -> Trace:
        async with self._stage(run, "parse"):
            parsed = await asyncio.to_thread(parse, text)
        self._take(run, parsed)
        return await self._climb(run)

    async def _climb(self, run: _Run) -> Trace:
        try:
            await self._find_out(run)
        except InfraFailure as error:
            infra = Infra(stage=run.evidence.stage, code=error.code, message=str(error))
            return self._trace(run, infra)
        return self._trace(run, None)

    async def _find_out(self, run: _Run) -> None:
        evidence, project = run.evidence, run.project
        if project is not None and project.files and self._linter:
            async with _timed(run, "lint"):
                evidence.lint = await self._linter.lint(project)
        if not evidence.parsed or project is None:
            return

        async with self._stage(run, "static"):
            evidence.static = await asyncio.to_thread(
                rules.check, project, self.scaffold, run.completion
            )
        evidence.failures += evidence.static.failures
        if not evidence.static.ok and self.config.reward.cascade:
            return

        async with self._stage(run, "build"):
            evidence.build = await self._builder.build(project)
        evidence.failures += evidence.build.failures
        if not evidence.build.ok:
            return
        if self._artifacts and self.config.evidence.sites:
            evidence.site = await asyncio.to_thread(
                save_site, evidence.build, self._artifacts, run.digest
            )

        async with self._stage(run, "render"):
            evidence.render = await self._renderer.render(evidence.build, project)
            run.pages = await asyncio.to_thread(
                save_pictures, evidence.render, self._artifacts, run.digest
            )
        evidence.failures += evidence.render.failures
        if not evidence.render.rendered:
            return
        if self._checker:
            async with _timed(run, "checks"):
                evidence.checks = await self._checker.check(evidence.build, evidence.render)

        async with self._stage(run, "judge"):
            request = JudgeRequest(
                run.instruction, evidence.render.pages, evidence.render.image_type
            )
            evidence.verdict = await self._judge.judge(request)

    # ── around it ────────────────────────────────────────────────────────────────────

    def _take(self, run: _Run, parsed: Parsed) -> None:
        evidence = run.evidence
        evidence.reasoning = parsed.reasoning
        run.completion = parsed.completion
        run.project, outside = complete(self.scaffold, parsed.completion, self.config.mode)
        evidence.failures += (*parsed.failures, *outside)
        evidence.parsed = all(failure.severity != "error" for failure in evidence.failures)

    @asynccontextmanager
    async def _stage(self, run: _Run, stage: Stage) -> AsyncIterator[None]:
        """Wait for a free place (not counted), then time the stage (seconds)."""
        run.evidence.stage = stage
        slot = self._slots.get(stage)
        if slot:
            await slot.acquire()
        try:
            async with _timed(run, stage):
                yield
        finally:
            if slot:
                slot.release()

    async def _once(self, run: _Run, scoring: Coroutine[Any, Any, Trace]) -> Trace:
        """Share one scoring among identical completions; what we could not find out is retried."""
        key = f"{run.digest}\0{run.instruction}"
        task = self._traces.get(key)
        if task is None or (task.done() and not _known(task)):
            task = self._traces[key] = asyncio.create_task(scoring)
            while len(self._traces) > MEMORY and next(iter(self._traces.values())).done():
                self._traces.popitem(last=False)
        else:
            scoring.close()
        self._traces.move_to_end(key)
        trace = await asyncio.shield(task)
        return trace if trace.id == run.id else trace.model_copy(update={"id": run.id})

    def _trace(self, run: _Run, infra: Infra | None) -> Trace:
        evidence = run.evidence
        reward, components = grade(evidence, self.config.reward)
        return Trace(
            id=run.id,
            instruction=run.instruction,
            digest=run.digest,
            mode=self.config.mode,
            outcome="infra_failure" if infra else "scored",
            stage=evidence.stage,
            reward=None if infra else round(reward, 6),
            components=components,
            failures=tuple(evidence.failures),
            pages=run.pages,
            verdict=evidence.verdict,
            lint=evidence.lint,
            checks=evidence.checks,
            site=evidence.site,
            infra=infra,
            title=run.project.title if run.project else None,
            files={path: len(body) for path, body in run.project.files.items()}
            if run.project
            else {},
            timings=run.timings,
            versions=self._versions(evidence),
        )

    def _versions(self, evidence: Evidence) -> dict[str, str]:
        return {
            "webgen-r1": __version__,
            "scaffold": self.scaffold.name,
            "preset": self.config.reward.preset,
            "judge": self._judge.name,
            **(evidence.build.versions if evidence.build else {}),
            **(evidence.render.versions if evidence.render else {}),
        }


def _checker(renderer: Renderer, store: DependencyStore) -> Checker:
    if not isinstance(renderer, SiteOpener):
        raise UserError("interaction checks need a renderer that can open a site")
    return SiteChecker(renderer, store)


@asynccontextmanager
async def _timed(run: _Run, name: str) -> AsyncIterator[None]:
    """Note how long something took (seconds)."""
    started = time.perf_counter()
    try:
        yield
    finally:
        run.timings[name] = round(time.perf_counter() - started, 4)


def _known(task: asyncio.Task[Trace]) -> bool:
    """Whether a finished scoring reached a verdict."""
    return not task.cancelled() and task.exception() is None and task.result().outcome == "scored"

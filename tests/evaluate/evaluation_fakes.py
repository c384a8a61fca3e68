"""Stand-ins for what an evaluation drives; the text of a completion says what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from webgen_r1.evaluate.records import BenchItem, CaseResult
from webgen_r1.protocols import NothingToStart
from webgen_r1.reward.artifacts import save_site
from webgen_r1.types import (
    BuildResult,
    Infra,
    LintReport,
    Page,
    Project,
    Trace,
    Verdict,
    text_digest,
)


class FakeEngine(NothingToStart):
    """`broken` does not build, `blank` does not render, `outage` could not be found out,
    `ungraded` renders but the judge is down, `slow` never ends; anything else is a good site
    graded 4."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.judge_model = "grader-1"

    async def score(
        self, text: str, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        return await self._trace(text, text_digest(text), instruction, id or "")

    async def score_project(
        self, project: Project, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        return await self._trace("good", project.digest, instruction, id or "")

    async def _trace(self, text: str, digest: str, instruction: str | None, id: str) -> Trace:
        self.asked.append(id)
        await asyncio.sleep(3600 if "slow" in text else 0)
        trace = Trace(
            id=id,
            digest=digest,
            instruction=instruction,
            outcome="scored",
            stage="judge",
            reward=4.1,
            files={"src/App.tsx": 10} if text else {},
            lint=LintReport(eslint_errors=int("lint" in text)) if text else None,
        )
        if "broken" in text or not text:
            return trace.model_copy(update={"stage": "build" if text else "parse", "reward": 0.1})
        site = save_site(BuildResult({"index.html": b"<h1>Hi</h1>"}), self.folder, digest)
        if "outage" in text:
            infra = Infra(stage="render", code="render-infra", message="the browser is missing")
            return trace.model_copy(
                update={"outcome": "infra_failure", "stage": "render", "reward": None}
                | {"infra": infra, "site": site}
            )
        if "blank" in text:
            page = Page(route="/", status="blank")
            return trace.model_copy(update={"stage": "render", "pages": (page,), "site": site})
        if "ungraded" in text:
            infra = Infra(stage="judge", code="judge", message="the judge is down")
            return trace.model_copy(
                update={"outcome": "infra_failure", "reward": None, "site": site, "infra": infra}
                | {"pages": (Page(route="/", status="ok"),)}
            )
        verdict = Verdict(judge="fake/1", score=4.0, model=self.judge_model)
        pages = (Page(route="/", status="ok"),)
        return trace.model_copy(update={"pages": pages, "verdict": verdict, "site": site})


class FakeAgent(NothingToStart):
    """Answers YES, except where `replies` has a word for (id, case)."""

    def __init__(self, replies: Mapping[tuple[str, int], str] | None = None) -> None:
        self.replies = dict(replies or {})
        self.asked: list[tuple[str, int, int]] = []

    async def run_case(
        self, site: Mapping[str, bytes], base: str, item: BenchItem, sample: int, case: int
    ) -> CaseResult:
        assert site["index.html"]
        assert base == "/"
        self.asked.append((item.id, sample, case))
        word = self.replies.get((item.id, case), "YES")
        if word == "slow":
            await asyncio.sleep(3600)
        if word == "down":
            return CaseResult(id=item.id, sample=sample, case=case, status="undecided")
        return CaseResult.model_validate(
            {"id": item.id, "sample": sample, "case": case, "status": "decided", "verdict": word}
        )

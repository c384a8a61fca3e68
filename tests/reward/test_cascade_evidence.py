"""Lint, checks and kept sites: found beside the reward, only where asked for, blamed rightly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from webgen_r1.build import FakeBuilder
from webgen_r1.completion import write
from webgen_r1.config import EngineConfig, EvidenceConfig, RewardConfig
from webgen_r1.errors import LintError, RenderInfraError, UserError
from webgen_r1.judge import FakeJudge, Panel
from webgen_r1.lint import FakeLinter
from webgen_r1.protocols import NothingToStart
from webgen_r1.render import FakeRenderer
from webgen_r1.reward import CascadedReward
from webgen_r1.reward.artifacts import load_site
from webgen_r1.scaffold import load
from webgen_r1.types import (
    BuildResult,
    Check,
    CheckReport,
    Completion,
    Failure,
    LintReport,
    RenderResult,
    Verdict,
)

TEXT = write(
    Completion(
        think="Two pages.",
        answered=True,
        artifact_id="garden",
        title="Garden",
        files=load("vite-react-typescript").files,
        shell=("npm install",),
        start="npm run dev",
    )
)
HALF = CheckReport(
    checks=(
        Check(code="navigation", status="pass"),
        Check(code="mobile", status="fail"),
        Check(code="search-filters", status="absent"),
    )
)


class Checker(NothingToStart):
    """Reports `found`, or fails when that is an exception."""

    def __init__(self, found: CheckReport | Exception = HALF) -> None:
        self.found = found

    async def check(self, build: BuildResult, render: RenderResult) -> CheckReport:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def reward(config: EngineConfig | None = None, **stages: Any) -> CascadedReward:
    fakes = {"builder": FakeBuilder(), "renderer": FakeRenderer(), "judge": FakeJudge(4.0)}
    return CascadedReward(config, **{**fakes, **stages})


async def test_nothing_is_linted_or_checked_unless_asked_for() -> None:
    async with reward() as engine:
        trace = await engine.score(TEXT)
    assert (trace.lint, trace.checks, trace.site) == (None, None, None)
    assert trace.components.checks is None


async def test_checks_are_reported_and_change_no_reward_by_themselves() -> None:
    async with reward(checker=Checker()) as engine:
        trace = await engine.score(TEXT)
    assert trace.checks == HALF
    assert trace.components.checks == 0.5
    assert trace.reward == pytest.approx(4.2)
    assert "checks" in trace.timings


@pytest.mark.parametrize("preset", ["paper", "graded"])
async def test_their_share_is_a_term_where_it_has_a_weight(preset: Any) -> None:
    config = EngineConfig(reward=RewardConfig(preset=preset, checks_weight=0.4))
    async with reward(config, checker=Checker()) as engine:
        trace = await engine.score(TEXT)
    assert trace.reward == pytest.approx(4.2 + 0.4 * 0.5)


async def test_a_weight_needs_a_renderer_that_opens_sites() -> None:
    config = EngineConfig(reward=RewardConfig(checks_weight=0.4))
    with pytest.raises(UserError, match="a renderer that can open a site"):
        async with reward(config):
            pass


async def test_checks_that_could_not_be_made_are_an_outage() -> None:
    async with reward(checker=Checker(RenderInfraError("the browser is gone"))) as engine:
        trace = await engine.score(TEXT)
    assert (trace.outcome, trace.stage, trace.reward) == ("infra_failure", "render", None)


async def test_a_project_that_does_not_build_is_linted_all_the_same() -> None:
    failure = Failure(stage="build", code="missing-export", message="no such icon")
    builder = FakeBuilder(lambda project: BuildResult(None, (failure,)))
    linter = FakeLinter(LintReport(eslint_errors=3, rules={"no-undef": 3}))
    async with reward(builder=builder, linter=linter, checker=Checker()) as engine:
        trace = await engine.score(TEXT)
    assert trace.stage == "build"
    assert trace.lint is not None
    assert trace.lint.rules == {"no-undef": 3}
    assert trace.checks is None


async def test_text_without_a_project_is_not_linted() -> None:
    async with reward(linter=FakeLinter(LintReport())) as engine:
        trace = await engine.score("I cannot do that.")
    assert (trace.stage, trace.lint) == ("parse", None)


async def test_a_linter_that_fails_is_an_outage() -> None:
    async with reward(linter=FakeLinter(LintError("ESLint is missing"))) as engine:
        trace = await engine.score(TEXT)
    assert trace.infra is not None
    assert trace.infra.code == "lint-infra"


async def test_the_built_site_is_kept_beside_the_traces(tmp_path: Path) -> None:
    config = EngineConfig(evidence=EvidenceConfig(sites=True))
    async with reward(config, artifacts=tmp_path) as engine:
        trace = await engine.score(TEXT)
    assert trace.site is not None
    site, base = load_site(tmp_path / trace.site)
    assert "index.html" in site
    assert base == "/"


async def test_of_several_judges_the_first_one_grades_and_all_are_kept() -> None:
    strict, mild = FakeJudge(2.0), FakeJudge(4.5)
    async with reward(judge=Panel([strict, mild])) as engine:
        trace = await engine.score(TEXT)
    assert trace.reward == pytest.approx(2.2)
    assert trace.verdict is not None
    assert [verdict.score for verdict in trace.verdict.panel] == [2.0, 4.5]
    assert isinstance(trace.verdict.panel[0], Verdict)

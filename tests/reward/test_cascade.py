"""The cascade stops where it must, blames whom it must, and asks nobody twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from webgen_r1.build import FakeBuilder
from webgen_r1.completion import write
from webgen_r1.config import EngineConfig, RewardConfig
from webgen_r1.errors import BuildInfraError, InfraFailure, JudgeError, RenderInfraError
from webgen_r1.judge import FakeJudge
from webgen_r1.render import FakeRenderer, fake_page
from webgen_r1.reward import CascadedReward
from webgen_r1.scaffold import complete, load
from webgen_r1.types import (
    BuildResult,
    Completion,
    Failure,
    JudgeRequest,
    Project,
    RenderResult,
    Verdict,
)

SCAFFOLD = load("vite-react-typescript")
GOOD = Completion(
    think="Two pages.",
    answered=True,
    artifact_id="garden",
    title="Garden",
    files=SCAFFOLD.files,
    shell=("npm install",),
    start="npm run dev",
)
TEXT = write(GOOD)


class Engine:
    """A reward of fakes that can be asked afterwards what was called."""

    def __init__(
        self,
        builder: FakeBuilder | None = None,
        renderer: FakeRenderer | None = None,
        judge: FakeJudge | None = None,
        config: EngineConfig | None = None,
        artifacts: Path | None = None,
    ) -> None:
        self.builder = builder or FakeBuilder()
        self.renderer = renderer or FakeRenderer()
        self.judge = judge or FakeJudge(4.0)
        self.reward = CascadedReward(
            config,
            builder=self.builder,
            renderer=self.renderer,
            judge=self.judge,
            artifacts=artifacts,
        )


async def test_a_good_completion_reaches_the_judge_and_earns_the_sum() -> None:
    engine = Engine()
    async with engine.reward as reward:
        trace = await reward.score(TEXT, "a garden site", "g1")
    assert (trace.id, trace.outcome, trace.stage) == ("g1", "scored", "judge")
    assert trace.reward == pytest.approx(4.2)
    assert trace.components.visual == 4.0
    assert set(trace.timings) == {"parse", "static", "build", "render", "judge"}
    assert trace.files["package.json"] == len(SCAFFOLD.files["package.json"])


async def test_text_without_an_artifact_stops_at_parse() -> None:
    engine = Engine()
    async with engine.reward as reward:
        trace = await reward.score("I cannot do that.")
    assert (trace.stage, trace.reward) == ("parse", 0.0)
    assert [failure.stage for failure in trace.failures if failure.severity == "error"]
    assert not engine.builder.built


async def test_a_failed_rule_stops_before_the_build() -> None:
    files = {path: body for path, body in GOOD.files.items() if path != "vite.config.ts"}
    engine = Engine()
    async with engine.reward as reward:
        trace = await reward.score(write(Completion(**{**vars(GOOD), "files": files})))
    assert (trace.stage, trace.reward) == ("static", 0.0)
    assert "vite-config" in {failure.code for failure in trace.failures}
    assert not engine.builder.built


async def test_without_the_cascade_a_failed_rule_stops_nothing() -> None:
    files = {path: body for path, body in GOOD.files.items() if path != "vite.config.ts"}
    flat = EngineConfig(reward=RewardConfig(cascade=False))
    async with Engine(config=flat).reward as reward:
        trace = await reward.score(write(Completion(**{**vars(GOOD), "files": files})))
    assert trace.stage == "judge"
    assert trace.reward == pytest.approx(4.2)
    assert "vite-config" in {failure.code for failure in trace.failures}


async def test_a_failed_build_stops_before_the_browser() -> None:
    broken = Failure(stage="build", code="syntax-error", message="no", path="src/App.tsx", line=3)
    engine = Engine(FakeBuilder(BuildResult(None, (broken,))))
    async with engine.reward as reward:
        trace = await reward.score(TEXT)
    assert (trace.stage, trace.reward) == ("build", 0.1)
    assert broken in trace.failures
    assert engine.renderer.calls == 0


async def test_no_judge_is_called_for_a_site_that_did_not_render() -> None:
    blank = RenderResult((fake_page(status="blank"),))
    engine = Engine(renderer=FakeRenderer(lambda build, project: blank))
    async with engine.reward as reward:
        trace = await reward.score(TEXT)
    assert trace.stage == "render"
    assert trace.components.visual == 0.0
    assert engine.judge.calls == 0


def _no_judge(request: JudgeRequest) -> Verdict:
    raise JudgeError("the endpoint is down", code="judge-down")


def _no_browser(build: BuildResult, project: Project) -> RenderResult:
    raise RenderInfraError("the browser is gone")


@pytest.mark.parametrize(
    ("engine", "stage", "code"),
    [
        (Engine(FakeBuilder(BuildInfraError("a worker died"))), "build", "build-infra"),
        (Engine(renderer=FakeRenderer(_no_browser)), "render", "render-infra"),
        (Engine(judge=FakeJudge(_no_judge)), "judge", "judge-down"),
    ],
)
async def test_an_outage_is_never_a_grade(engine: Engine, stage: str, code: str) -> None:
    async with engine.reward as reward:
        trace = await reward.score(TEXT)
    assert trace.outcome == "infra_failure"
    assert trace.reward is None
    assert trace.infra is not None
    assert (trace.infra.stage, trace.infra.code) == (stage, code)


async def test_identical_completions_are_scored_once_and_keep_their_ids() -> None:
    engine = Engine()
    async with engine.reward as reward:
        first, second = await asyncio.gather(
            reward.score(TEXT, "x", "a"), reward.score(TEXT, "x", "b")
        )
        third = await reward.score(TEXT, "x", "c")
    assert [first.id, second.id, third.id] == ["a", "b", "c"]
    assert first.reward == second.reward == third.reward
    assert len(engine.builder.built) == 1


async def test_the_same_completion_for_another_instruction_is_another_one() -> None:
    engine = Engine()
    async with engine.reward as reward:
        await asyncio.gather(reward.score(TEXT, "x"), reward.score(TEXT, "y"))
    assert engine.judge.calls == 2


async def test_what_could_not_be_found_out_is_tried_again() -> None:
    answers: Iterator[BuildResult | InfraFailure] = iter(
        [BuildInfraError("a worker died"), BuildResult({"index.html": b""})]
    )
    engine = Engine(FakeBuilder(lambda project: next(answers)))
    async with engine.reward as reward:
        assert (await reward.score(TEXT)).reward is None
        assert (await reward.score(TEXT)).reward is not None


async def test_a_project_folder_has_no_format_to_judge() -> None:
    engine = Engine()
    async with engine.reward as reward:
        trace = await reward.score_project(complete(SCAFFOLD, GOOD, "full")[0], "x", "folder")
    assert (trace.id, trace.stage) == ("folder", "judge")
    assert trace.components.reasoning is None
    assert trace.reward == pytest.approx(4.1)


async def test_slots_mode_lays_the_completion_over_the_starter() -> None:
    only_app = Completion(
        think="One slot.",
        answered=True,
        artifact_id="garden",
        title="Garden",
        files={"src/App.tsx": SCAFFOLD.files["src/App.tsx"]},
    )
    engine = Engine(config=EngineConfig(mode="slots"))
    async with engine.reward as reward:
        trace = await reward.score(write(only_app))
    assert trace.stage == "judge", trace.failures
    assert "package.json" in trace.files


async def test_pictures_are_kept_beside_the_traces(tmp_path: Path) -> None:
    engine = Engine(artifacts=tmp_path)
    async with engine.reward as reward:
        trace = await reward.score(TEXT)
    name = trace.pages[0].screenshot
    assert name is not None
    assert (tmp_path / name).read_bytes().startswith(b"\xff\xd8")


async def test_a_folder_that_takes_no_pictures_is_an_outage(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    engine = Engine(artifacts=occupied)
    async with engine.reward as reward:
        trace = await reward.score(TEXT)
    assert trace.infra is not None
    assert trace.infra.code == "disk"


async def test_leaving_gives_up_what_is_under_way() -> None:
    started = asyncio.Event()

    async def think(request: JudgeRequest) -> float:
        started.set()
        await asyncio.Event().wait()
        return 0.0

    engine = Engine(judge=FakeJudge(think))
    async with engine.reward as reward:
        scoring = asyncio.ensure_future(reward.score(TEXT))
        await started.wait()
    with pytest.raises(asyncio.CancelledError):
        await scoring


async def test_the_trace_survives_the_disk() -> None:
    engine = Engine()
    async with engine.reward as reward:
        trace = await reward.score(TEXT, "x", "a")
    assert type(trace).model_validate_json(trace.model_dump_json()) == trace

"""The whole flow on the examples that ship: each stops where examples/README.md says."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
import pytest_asyncio

from webgen_r1.config import BuildConfig, EngineConfig, RenderConfig
from webgen_r1.reward import CascadedReward
from webgen_r1.types import Trace

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

EXAMPLES = Path(__file__).parents[2] / "examples"
COMPLETIONS = sorted((EXAMPLES / "completions").glob("*.txt"))
GOOD = [path.stem for path in COMPLETIONS if path.stem.endswith(".good")]

STOPS = {
    "film-festival.no-format": ("parse", "no-artifact"),
    "savings-dashboard.truncated": ("parse", "truncated"),
    "city-museum.traversal": ("parse", "unsafe-path"),
    "library-catalogue.bad-json": ("static", "package-json"),
    "recipe-planner.missing-file": ("static", "unresolved-import"),
    "transit-status.undeclared-dependency": ("static", "undeclared-import"),
    "plant-nursery.missing-export": ("build", "missing-export"),
    "clinic-booking.apply-unknown": ("build", "css-error"),
    "coworking-space.blank-page": ("render", "page-blank"),
    "hiking-club.runtime-error": ("judge", "uncaught-exception"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def traces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Trace]:
    """Every example completion, scored once with real Vite, browser and judge."""
    with (EXAMPLES / "instructions.jsonl").open(encoding="utf-8") as lines:
        asked = {row["id"]: row["instruction"] for row in map(json.loads, lines)}
    async with CascadedReward(artifacts=tmp_path_factory.mktemp("shots")) as reward:
        scored = await asyncio.gather(
            *(
                reward.score(path.read_text("utf-8"), asked[path.stem.split(".")[0]], path.stem)
                for path in COMPLETIONS
            )
        )
    return {trace.id: trace for trace in scored}


@pytest.mark.parametrize("name", GOOD)
async def test_a_good_site_works_on_every_route(name: str, traces: dict[str, Trace]) -> None:
    trace = traces[name]
    assert (trace.outcome, trace.stage) == ("scored", "judge")
    assert [f for f in trace.failures if f.severity == "error"] == []
    assert (trace.components.functional, trace.components.reasoning) == (1.0, 1.0)
    assert len(trace.pages) >= 4
    assert {page.status for page in trace.pages} == {"ok"}
    assert all("direct" in page.via for page in trace.pages)
    assert all("link" in page.via for page in trace.pages[1:])


@pytest.mark.parametrize("name", STOPS)
async def test_a_broken_site_stops_where_it_is_broken(name: str, traces: dict[str, Trace]) -> None:
    trace = traces[name]
    stage, code = STOPS[name]
    assert (trace.outcome, trace.stage) == ("scored", stage)
    assert code in {failure.code for failure in trace.failures}


async def test_rewards_climb_with_the_stages(traces: dict[str, Trace]) -> None:
    def rewards(stage: str) -> list[float]:
        return [t.reward for t in traces.values() if t.stage == stage and t.reward is not None]

    assert set(rewards("parse") + rewards("static")) == {0.0}
    assert set(rewards("build")) == {0.1}
    assert min(rewards("render") + rewards("judge")) >= 0.1
    assert min(traces[name].reward or 0 for name in GOOD) > 3.0


async def test_style_is_worth_something(traces: dict[str, Trace]) -> None:
    unstyled, styled = traces["language-school.unstyled"], traces["language-school.good"]
    assert (unstyled.reward or 0) < (styled.reward or 0) - 1


async def test_other_workers_give_the_same_reward_and_pixels(
    traces: dict[str, Trace], tmp_path: Path
) -> None:
    name = "hiking-club.good"
    first = traces[name]
    config = EngineConfig(build=BuildConfig(workers=1), render=RenderConfig(concurrency=1))
    async with CascadedReward(config, artifacts=tmp_path) as reward:
        text = (EXAMPLES / "completions" / f"{name}.txt").read_text("utf-8")
        second = await reward.score(text, first.instruction, name)
    assert second.reward == first.reward
    assert [page.metrics for page in second.pages] == [page.metrics for page in first.pages]


async def test_a_slots_completion_is_laid_over_the_starter() -> None:
    path = EXAMPLES / "slots" / "recipe-planner.slots.txt"
    async with CascadedReward(EngineConfig(mode="slots")) as reward:
        trace = await reward.score(path.read_text("utf-8"))
    assert trace.stage == "judge", trace.failures
    assert trace.components.functional == 1.0

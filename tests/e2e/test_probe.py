"""Every probe through the real engine: each below every honest site, by a clear margin."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from endpoint_server import serving
from webgen_r1.config import EngineConfig, JudgeConfig
from webgen_r1.judge.openai import OpenAIJudge
from webgen_r1.probe import ProbeReport, load_suite, rank
from webgen_r1.probe.run import honest_inputs, shipped_examples
from webgen_r1.reward import CascadedReward
from webgen_r1.types import Trace

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

CONTROL, PROBES = load_suite()
MARGIN = 0.5


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def report() -> ProbeReport:
    """Shipped examples, control and probes, scored once under `paper` with the design judge."""
    honest = honest_inputs(shipped_examples())
    async with CascadedReward(EngineConfig()) as reward:

        async def score(text: str, asked: str | None, id: str) -> Trace:
            return await reward.score(text, asked, id)

        jobs = [score(item.text or "", item.instruction, item.id) for item in honest]
        jobs += [score(probe.text, probe.instruction, probe.id) for probe in PROBES]
        traces = await asyncio.gather(*jobs)
    fair, tried = traces[: len(honest)], traces[len(honest) :]
    return rank(fair, PROBES, {trace.id: trace for trace in tried})


@pytest.mark.parametrize("id", [probe.id for probe in PROBES])
async def test_it_stays_below_every_honest_site(id: str, report: ProbeReport) -> None:
    row = next(row for row in report.probes if row.id == id)
    assert row.pays is False
    assert row.margin is not None
    assert row.margin >= MARGIN


async def test_the_bar_is_set_by_all_shipped_examples_and_the_control(report: ProbeReport) -> None:
    assert len(report.honest) == 13
    assert report.unknown == report.doubtful == ()
    assert report.lowest_honest is not None
    assert report.lowest_honest > 4.2


async def test_probes_that_run_are_looked_at_not_refused(report: ProbeReport) -> None:
    """All but the blank page and the crashing one reach the judge without a console error:
    it is the judge that does not pay them."""
    stopped = {row.id for row in report.probes if row.stage != "judge"}
    broken = {row.id for row in report.probes if row.components.functional != 1}
    assert stopped == {"blank"}
    assert broken == {"blank", "swallowed-errors"}


# ── the vision judge's guard ────────────────────────────────────────────────────────


async def test_what_a_page_says_to_the_judge_is_sent_as_pictures_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The words that a vision judge gets as words are the same for a page that gives it
    orders and for an honest one."""
    monkeypatch.setenv("WEBGEN_JUDGE_API_KEY", "none")
    loud = [probe for probe in PROBES if probe.id in {"speaks-to-judge", "whispers-to-judge"}]
    async with serving('{"reasons": ["seen"], "grade": 2}') as endpoint:
        config = JudgeConfig(
            kind="openai", base_url=endpoint.base_url, model="eyes", cache=False, max_pages=5
        )
        async with CascadedReward(EngineConfig(), judge=OpenAIJudge(config)) as reward:
            for probe in (CONTROL, *loud):
                trace = await reward.score(probe.text, probe.instruction, probe.id)
                assert trace.components.visual == 2
    honest, *others = [_words(body) for body in endpoint.bodies]
    assert others == [honest, honest]
    assert "five out of five" not in honest.lower()
    assert CONTROL.instruction in honest


def _words(body: dict[str, Any]) -> str:
    """Everything that is sent as text, without the marker drawn for each request."""
    system, user = (message["content"] for message in body["messages"])
    parts = [part["text"] for part in user if part["type"] == "text"]
    fence = parts[0].splitlines()[0]
    assert parts[0] == f"{fence}\n{CONTROL.instruction}\n{fence}"
    pictures = [part for part in user if part["type"] == "image_url"]
    assert len(pictures) == 5
    assert all(part["image_url"]["url"].startswith("data:image/jpeg") for part in pictures)
    return "\n".join((system, *parts)).replace(fence, "=== task ===")

"""The three presets: the paper's formula, partial credit that keeps the order, the released sum."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.config import RewardConfig
from webgen_r1.reward import Evidence, grade
from webgen_r1.types import (
    BuildResult,
    Page,
    PageStatus,
    RenderedPage,
    RenderResult,
    StaticReport,
    Verdict,
)

Preset = Literal["paper", "graded", "released"]
PAPER = RewardConfig()


def page(route: str = "/", status: PageStatus = "ok", **more: tuple[str, ...]) -> RenderedPage:
    return RenderedPage(Page(route=route, status=status, **more))


def static_failure(held: int, broken: int) -> Evidence:
    passed = {f"rule-{n}": n < held for n in range(held + broken)}
    return Evidence("static", parsed=True, reasoning=True, static=StaticReport((), passed))


def build_failure(progress: float) -> Evidence:
    return Evidence(
        "build",
        parsed=True,
        reasoning=True,
        static=StaticReport(),
        build=BuildResult(None, progress=progress),
    )


def rendered(score: float | None, *pages: RenderedPage, reasoning: bool = True) -> Evidence:
    return Evidence(
        "render" if score is None else "judge",
        parsed=True,
        reasoning=reasoning,
        static=StaticReport(),
        build=BuildResult({"index.html": b""}, progress=1.0),
        render=RenderResult(pages or (page(),)),
        verdict=None if score is None else Verdict(judge="test", score=score),
    )


def reward(evidence: Evidence, config: RewardConfig = PAPER) -> float:
    return grade(evidence, config)[0]


class TestAblations:
    def test_without_appearance_only_the_other_terms_pay(self) -> None:
        assert reward(rendered(3.5), RewardConfig(visual=0)) == pytest.approx(0.1 + 0.1)

    def test_without_the_cascade_nothing_is_gated(self) -> None:
        flat = RewardConfig(cascade=False, psi_static=-1.0)
        assert reward(Evidence("parse", reasoning=True), flat) == pytest.approx(0.1)
        assert reward(static_failure(20, 1), flat) == pytest.approx(0.1)
        broken_but_seen = rendered(3.5)
        broken_but_seen.static = StaticReport((), {"page": False})
        assert reward(broken_but_seen, flat) == pytest.approx(3.5 + 0.1 + 0.1)
        assert reward(broken_but_seen) == PAPER.psi_static


class TestPaper:
    def test_a_completion_that_does_not_parse_earns_psi_static(self) -> None:
        assert reward(Evidence("parse")) == 0.0

    def test_a_failed_rule_earns_psi_static_however_many_hold(self) -> None:
        config = RewardConfig(psi_static=-1.0)
        assert reward(static_failure(20, 1), config) == -1.0

    def test_a_failed_build_earns_psi_build_however_far_it_came(self) -> None:
        assert reward(build_failure(0.9)) == PAPER.psi_build

    def test_a_site_earns_vision_plus_gamma_functional_plus_lambda_reasoning(self) -> None:
        assert reward(rendered(3.5)) == pytest.approx(3.5 + 0.1 + 0.1)

    def test_gamma_and_lambda_are_weights(self) -> None:
        config = RewardConfig(gamma=0.5, lam=0.25)
        assert reward(rendered(3.0), config) == pytest.approx(3.75)

    def test_an_error_on_any_route_costs_the_functional_term(self) -> None:
        evidence = rendered(3.0, page(), page("/about", console_errors=("boom",)))
        assert grade(evidence, PAPER)[1].functional == 0.0
        assert reward(evidence) == pytest.approx(3.1)

    def test_the_home_scope_looks_at_the_landing_page_only(self) -> None:
        evidence = rendered(3.0, page(), page("/about", exceptions=("boom",)))
        assert grade(evidence, RewardConfig(functional_scope="home"))[1].functional == 1.0

    def test_a_route_that_shows_nothing_is_not_functional(self) -> None:
        assert grade(rendered(2.0, page(), page("/x", "blank")), PAPER)[1].functional == 0.0

    def test_a_site_that_did_not_render_has_vision_zero_and_keeps_the_floor(self) -> None:
        evidence = rendered(None, page(status="blank"), reasoning=False)
        value, components = grade(evidence, PAPER)
        assert components.visual == 0.0
        assert value == PAPER.psi_build

    def test_terms_the_cascade_did_not_reach_are_none(self) -> None:
        components = grade(build_failure(0.5), PAPER)[1]
        assert components.visual is None
        assert components.functional is None
        assert components.reasoning == 1.0


class TestGraded:
    config = RewardConfig(preset="graded")

    def test_each_rule_that_holds_counts(self) -> None:
        assert reward(static_failure(3, 1), self.config) > reward(static_failure(1, 3), self.config)

    def test_build_progress_counts(self) -> None:
        assert reward(build_failure(0.8), self.config) > reward(build_failure(0.2), self.config)


class TestReleased:
    config = RewardConfig(preset="released")

    def test_appearance_and_both_formats_add_up(self) -> None:
        assert reward(rendered(4.0), self.config) == pytest.approx(4.2)

    def test_a_failed_build_keeps_its_format_credit(self) -> None:
        assert reward(build_failure(0.0), self.config) == pytest.approx(0.2)

    def test_a_failed_rule_keeps_the_reasoning_credit_only(self) -> None:
        assert reward(static_failure(5, 1), self.config) == pytest.approx(0.1)


@given(
    preset=st.sampled_from(["paper", "graded"]),
    psi_static=st.floats(-1, 1),
    step=st.floats(0, 1),
    held=st.integers(0, 30),
    broken=st.integers(1, 30),
    progress=st.floats(0, 1),
    score=st.none() | st.floats(0, 5),
    works=st.booleans(),
    reasoning=st.booleans(),
)
def test_a_later_stage_never_earns_less(
    preset: Preset,
    psi_static: float,
    step: float,
    held: int,
    broken: int,
    progress: float,
    score: float | None,
    works: bool,
    reasoning: bool,
) -> None:
    config = RewardConfig(preset=preset, psi_static=psi_static, psi_build=psi_static + step)
    last = page() if works else page(exceptions=("boom",))
    ladder = [
        reward(Evidence("parse"), config),
        reward(static_failure(held, broken), config),
        reward(build_failure(progress), config),
        reward(rendered(score, page(), last, reasoning=reasoning), config),
    ]
    assert ladder == sorted(ladder)


def test_psi_build_below_psi_static_is_refused() -> None:
    with pytest.raises(ValueError, match="psi_build"):
        RewardConfig(psi_static=0.5, psi_build=0.1)

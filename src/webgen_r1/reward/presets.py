"""From evidence to a number: the three reward presets.

`paper` (section 3.3, equation of the cascaded reward):

    R = ψ_static                        a static rule fails
    R = ψ_build                         it does not resolve and bundle
    R = s_vis + γ·s_func + λ·s_cot      otherwise

with s_vis in [0, 5] and s_func, s_cot in {0, 1}. A site that builds never earns less
than ψ_build, so that no step up the cascade is ever punished.

`graded` gives partial credit on the two lower steps, each within its own interval, so
the order of the stages is kept:

    [ψ_static, ψ_build)       ψ_static + step · share of static rules that hold
    [ψ_build, ψ_build + step) ψ_build + step · how far the build came
    [ψ_build + step, …)       the paper's sum

with step = ψ_build - ψ_static.

Either takes one more term where `checks_weight` is above 0: that weight times the share of
interaction checks which pass (`webgen_r1.checks`). The paper has no such term.

Without `cascade`, an ablation, either is the sum alone: nothing is gated, and a term that could
not be reached is 0.

`released` has the weights of the authors' released code: appearance 1.0, code format
0.1, think/answer format 0.1, added up without a cascade.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from webgen_r1.config import RewardConfig
from webgen_r1.types import (
    BuildResult,
    CheckReport,
    Components,
    Failure,
    LintReport,
    Page,
    RenderResult,
    Stage,
    StaticReport,
    Verdict,
)

RELEASED_FORMAT_WEIGHT = 0.1


@dataclass
class Evidence:
    """What the stages found so far; `stage` is the last one reached."""

    stage: Stage = "parse"
    parsed: bool = False
    reasoning: bool | None = None
    static: StaticReport | None = None
    build: BuildResult | None = None
    render: RenderResult | None = None
    verdict: Verdict | None = None
    lint: LintReport | None = None
    checks: CheckReport | None = None
    site: str | None = None
    failures: list[Failure] = field(default_factory=list)


def grade(evidence: Evidence, config: RewardConfig) -> tuple[float, Components]:
    """Reward and its terms for evidence in which no stage failed to find out."""
    components = _components(evidence, config)
    if config.preset == "released":
        return _released(components), components
    return _cascade(evidence, components, config), components


def works(page: Page) -> bool:
    """Whether a visited route shows something and reported no error of its own."""
    return page.status == "ok" and not (
        page.console_errors or page.exceptions or page.failed_requests
    )


def _components(evidence: Evidence, config: RewardConfig) -> Components:
    static = evidence.static
    return Components(
        visual=_visual(evidence),
        functional=_functional(evidence.render, config),
        reasoning=None if evidence.reasoning is None else float(evidence.reasoning),
        static=_share(static) if static else None,
        checks=evidence.checks.share if evidence.checks else None,
    )


def _visual(evidence: Evidence) -> float | None:
    if evidence.verdict:
        return evidence.verdict.score
    return 0.0 if evidence.render else None


def _functional(render: RenderResult | None, config: RewardConfig) -> float | None:
    if render is None:
        return None
    pages = [rendered.page for rendered in render.pages]
    if config.functional_scope == "home":
        pages = pages[:1]
    return float(bool(pages) and all(works(page) for page in pages))


def _share(static: StaticReport) -> float:
    return sum(static.passed.values()) / len(static.passed) if static.passed else 1.0


def _cascade(evidence: Evidence, components: Components, config: RewardConfig) -> float:
    if not config.cascade:
        return _sum(components, config)
    graded = config.preset == "graded"
    step = config.psi_build - config.psi_static if graded else 0.0
    if not evidence.parsed or evidence.static is None:
        return config.psi_static
    if not evidence.static.ok:
        return config.psi_static + step * (components.static or 0.0)
    if evidence.build is None or not evidence.build.ok:
        progress = evidence.build.progress if evidence.build else 0.0
        return config.psi_build + step * min(progress, 0.999)
    return max(_sum(components, config), config.psi_build + step)


def _sum(components: Components, config: RewardConfig) -> float:
    return (
        config.visual * (components.visual or 0.0)
        + config.gamma * (components.functional or 0.0)
        + config.lam * (components.reasoning or 0.0)
        + config.checks_weight * (components.checks or 0.0)
    )


def _released(components: Components) -> float:
    code_format = float(components.static == 1.0)
    return (components.visual or 0.0) + RELEASED_FORMAT_WEIGHT * (
        code_format + (components.reasoning or 0.0)
    )

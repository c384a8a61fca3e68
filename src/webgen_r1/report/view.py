"""A trace as the report shows it: shortened, named in plain words, pictures resolved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webgen_r1.report.stats import rendered
from webgen_r1.types import Failure, Page, Trace

MAX_FAILURES = 30
MAX_LINES = 8
MAX_TEXT = 600

PictureUrl = Callable[[str | None], str | None]


@dataclass(frozen=True)
class Term:
    """One named number; `share` in [0, 1] is the length of its bar."""

    name: str
    value: str
    share: float


@dataclass(frozen=True)
class PageView:
    """One visited route."""

    route: str
    status: str
    ok: bool
    title: str
    picture: str | None
    full: str | None
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """One completion."""

    id: str
    digest: str
    instruction: str
    title: str
    reward: str
    sort_reward: float
    tone: str
    """`good`, `fair`, `poor` or `infra`: the colour of the reward."""
    state: str
    """What the filter asks for: `rendered`, a stage it stopped at, or `infra`."""
    verdict: str
    """The state in words."""
    picture: str | None
    full: str | None
    headline: Failure | None
    infra: str
    terms: tuple[Term, ...]
    parts: tuple[Term, ...]
    judge: str
    reasons: tuple[str, ...]
    failures: tuple[Failure, ...]
    more_failures: int
    pages: tuple[PageView, ...]
    timings: tuple[Term, ...]
    seconds: float
    files: int
    versions: str


_STOPPED = {
    "parse": "not readable",
    "static": "breaks a rule",
    "build": "does not build",
    "render": "does not render",
    "judge": "does not render",
}


def card(trace: Trace, picture: PictureUrl) -> Card:
    pages = tuple(_page(page, picture) for page in trace.pages)
    state = "infra" if trace.infra else "rendered" if rendered(trace) else trace.stage
    errors = [failure for failure in trace.failures if failure.severity == "error"]
    seconds = sum(trace.timings.values())
    return Card(
        id=short(trace.id, 120),
        digest=trace.digest[:12],
        instruction=short(trace.instruction or "", 4000),
        title=short(trace.title or (trace.pages[0].title if trace.pages else ""), 120),
        reward="–" if trace.reward is None else f"{trace.reward:.2f}",
        sort_reward=-1.0 if trace.reward is None else trace.reward,
        tone=_tone(trace),
        state=state,
        verdict=_verdict(trace, state),
        picture=pages[0].picture if pages else None,
        full=pages[0].full if pages else None,
        headline=_failure(errors[0]) if errors else None,
        infra=f"{trace.infra.code}: {short(trace.infra.message)}" if trace.infra else "",
        terms=_terms(trace),
        parts=_parts(trace),
        judge=trace.verdict.judge if trace.verdict else "",
        reasons=tuple(map(short, trace.verdict.reasons[:MAX_LINES])) if trace.verdict else (),
        failures=tuple(map(_failure, trace.failures[:MAX_FAILURES])),
        more_failures=max(0, len(trace.failures) - MAX_FAILURES),
        pages=pages,
        timings=tuple(
            Term(stage, f"{spent:.2f} s", spent / seconds if seconds else 0.0)
            for stage, spent in trace.timings.items()
        ),
        seconds=seconds,
        files=len(trace.files),
        versions=" · ".join(f"{name} {value}" for name, value in sorted(trace.versions.items())),
    )


def short(text: str, limit: int = MAX_TEXT) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _tone(trace: Trace) -> str:
    if trace.reward is None:
        return "infra"
    return "good" if trace.reward >= 3 else "fair" if trace.reward >= 1 else "poor"


def _verdict(trace: Trace, state: str) -> str:
    if trace.infra:
        return f"could not find out ({trace.infra.stage})"
    if state == "rendered":
        return "renders" if trace.components.functional == 1 else "renders, with errors"
    return _STOPPED[state]


def _terms(trace: Trace) -> tuple[Term, ...]:
    parts = trace.components
    known = (
        ("appearance", parts.visual, 5.0),
        ("works", parts.functional, 1.0),
        ("reasoning", parts.reasoning, 1.0),
        ("static rules", parts.static, 1.0),
    )
    return tuple(
        Term(name, f"{value:.2f}", min(1.0, value / top))
        for name, value, top in known
        if value is not None
    )


def _parts(trace: Trace) -> tuple[Term, ...]:
    parts = trace.verdict.parts if trace.verdict else {}
    return tuple(
        Term(name.replace("_", " "), f"{value:.2f}", max(0.0, min(1.0, value)))
        for name, value in parts.items()
    )


def _failure(failure: Failure) -> Failure:
    return failure.model_copy(update={"message": short(failure.message)})


def page_findings(page: Page) -> tuple[str, ...]:
    """What went wrong on one page, the gravest first, a few lines."""
    lines = [
        *(f"exception: {line}" for line in page.exceptions),
        *(f"console: {line}" for line in page.console_errors),
        *(f"failed request: {line}" for line in page.failed_requests),
        *(f"broken link: {line}" for line in page.broken_links),
        *(f"other host: {line}" for line in page.external_requests),
    ]
    return tuple(short(line, 240) for line in lines[:MAX_LINES])


def _page(page: Page, picture: PictureUrl) -> PageView:
    shown = picture(page.screenshot)
    return PageView(
        route=short(page.route, 120),
        status=page.status,
        ok=page.status == "ok",
        title=short(page.title, 160),
        picture=shown,
        full=picture(page.screenshot_full) or shown,
        findings=page_findings(page),
    )

"""One evaluated site as pages show it: what is always visible, and the evidence behind it.

The visible part is rendered by the template; the evidence is plain data that the page's
script turns into text when somebody opens it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webgen_r1.evaluate.records import CaseResult, VerifiedCase
from webgen_r1.evaluate.results import SiteResult
from webgen_r1.report.charts import STATES, state
from webgen_r1.report.site_evidence import PictureUrl, evidence
from webgen_r1.report.view import short
from webgen_r1.types import Check, Failure, Page, Trace

TONES = {"YES": "good", "PARTIAL": "fair", "NO": "poor"}


@dataclass(frozen=True)
class Shot:
    """One page's picture: `thumb` is shown, `full` opens large; None where there is none."""

    route: str
    status: str
    ok: bool
    recorded: str | None
    thumb: str | None
    full: str | None


@dataclass(frozen=True)
class CaseLine:
    """One test case with its verdict, by the agent and by measurement where there is one."""

    task: str
    verdict: str
    tone: str
    verified: str
    verified_tone: str


@dataclass(frozen=True)
class SiteCard:
    """What a card shows without being opened, and what filters ask for."""

    key: str
    instruction: str
    application: str
    scenarios: tuple[str, ...]
    state: str
    words: str
    tone: str
    grade: float | None
    success: str
    checks: str
    failed_checks: tuple[str, ...]
    lint: str
    lint_tone: str
    rules: tuple[str, ...]
    codes: tuple[str, ...]
    headline: Failure | None
    infra: str
    shots: tuple[Shot, ...]
    cases: tuple[CaseLine, ...]
    evidence: Mapping[str, Any]

    def embedded(self, inside: Mapping[str, str]) -> dict[str, str]:
        """Of the embedded pictures (recorded path -> data URI) those of this card."""
        names = (shot.recorded for shot in self.shots)
        return {name: inside[name] for name in names if name and name in inside}


def site_card(
    site: SiteResult, picture: PictureUrl, thumbs: Mapping[str, str], *, steps: bool = True
) -> SiteCard:
    """`picture` guards recorded paths; `thumbs` are the small ones. `steps`: with the agent's."""
    trace = site.trace
    where = state(site)
    failures = trace.failures if trace else ()
    errors = [failure for failure in failures if failure.severity == "error"]
    failed = [check for check in _checks(trace) if check.status == "fail"]
    tried = sum(check.status != "absent" for check in _checks(trace))
    lint = trace.lint if trace else None
    return SiteCard(
        key=short(site.sample.key, 120),
        instruction=short(site.item.instruction, 4000),
        application=site.item.application,
        scenarios=site.item.scenarios,
        state=where,
        words=STATES[where],
        tone={"rendered": "good", "unknown": "infra"}.get(where, "poor"),
        grade=site.grade,
        success=_success(site.cases),
        checks=f"{tried - len(failed)} of {tried} checks" if tried else "",
        failed_checks=tuple(dict.fromkeys(check.code for check in failed)),
        lint="" if lint is None else "lint passes" if lint.passed else "lint fails",
        lint_tone="good" if lint and lint.passed else "poor",
        rules=tuple(sorted(lint.rules)) if lint else (),
        codes=tuple(dict.fromkeys(failure.code for failure in failures)),
        headline=errors[0] if errors else None,
        infra=_infra(site),
        shots=tuple(_shot(page, picture, thumbs) for page in (trace.pages if trace else ())),
        cases=_case_lines(site),
        evidence=evidence(site, picture if steps else _no_picture),
    )


def _success(cases: tuple[CaseResult, ...]) -> str:
    worth = [case.worth for case in cases if case.worth is not None]
    return f"{sum(worth):g} of {len(worth)} cases" if worth else ""


def _infra(site: SiteResult) -> str:
    if site.trace and site.trace.infra:
        return f"{site.trace.infra.code}: {short(site.trace.infra.message)}"
    return short(site.sample.error or "")


def _shot(page: Page, picture: PictureUrl, thumbs: Mapping[str, str]) -> Shot:
    shown = picture(page.screenshot)
    return Shot(
        route=short(page.route, 120),
        status=page.status,
        ok=page.status == "ok",
        recorded=page.screenshot if shown else None,
        thumb=thumbs.get(page.screenshot or "") if shown else None,
        full=picture(page.screenshot_full) or shown,
    )


def _case_lines(site: SiteResult) -> tuple[CaseLine, ...]:
    by_agent = {case.case: case for case in site.cases}
    measured = {case.case: case for case in site.verified}
    lines = []
    for number, asked in enumerate(site.item.cases):
        verdict, tone = _verdict(by_agent.get(number))
        verified, verified_tone = _verified(measured.get(number))
        lines.append(CaseLine(short(asked.task), verdict, tone, verified, verified_tone))
    return tuple(lines)


def _verdict(case: CaseResult | None) -> tuple[str, str]:
    if case is None:
        return "not tried", "soft"
    if case.status == "start_failure":
        return "no start", "poor"
    if case.verdict is None:
        return "undecided", "infra"
    return case.verdict, TONES[case.verdict]


def _verified(case: VerifiedCase | None) -> tuple[str, str]:
    return ("", "") if case is None else (case.verdict, TONES[case.verdict])


def _checks(trace: Trace | None) -> tuple[Check, ...]:
    return trace.checks.checks if trace and trace.checks else ()


def _no_picture(_: str | None) -> None:
    return None


def choices(values: Iterable[Iterable[str]]) -> list[tuple[str, str, int]]:
    """What a filter offers: value, words, of how many sites it holds."""
    flat = ({" ".join(value.split()) for value in each} for each in values)
    counted = Counter(value for each in flat for value in each if value)
    return [(value, value, count) for value, count in sorted(counted.items())]

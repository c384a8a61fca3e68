"""The evidence behind one site, as plain data: the page's script turns it into text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webgen_r1.evaluate.records import Step
from webgen_r1.evaluate.results import SiteResult
from webgen_r1.report.view import MAX_FAILURES, MAX_LINES, page_findings, short
from webgen_r1.types import Failure, Trace

MAX_STEPS = 40
PictureUrl = Callable[[str | None], str | None]


def evidence(site: SiteResult, picture: PictureUrl) -> dict[str, Any]:
    """Only what is there: a page of a hundred sites carries this for each of them."""
    trace = site.trace
    found: dict[str, Any] = {"cases": _case_evidence(site, picture)}
    if trace is None:
        return found
    found["pages"] = [
        {
            "route": short(page.route, 120),
            "status": page.status,
            "title": short(page.title, 160),
            "findings": list(page_findings(page)),
        }
        for page in trace.pages
    ]
    found["failures"] = list(map(_failure, trace.failures[:MAX_FAILURES]))
    found["more"] = max(0, len(trace.failures) - MAX_FAILURES)
    if trace.checks:
        found |= _check_evidence(trace)
    if trace.lint:
        found["lint"] = {
            "counts": [
                trace.lint.eslint_errors,
                trace.lint.eslint_warnings,
                trace.lint.dependency_errors,
            ],
            "rules": sorted(trace.lint.rules.items(), key=lambda rule: (-rule[1], rule[0])),
            "failures": list(map(_failure, trace.lint.failures[:MAX_FAILURES])),
        }
    if trace.verdict:
        found["judges"] = [
            {
                "judge": verdict.judge,
                "score": verdict.score,
                "draws": list(verdict.draws),
                "reasons": [short(reason) for reason in verdict.reasons[:MAX_LINES]],
                "parts": [[name.replace("_", " "), part] for name, part in verdict.parts.items()],
            }
            for verdict in (trace.verdict.panel or (trace.verdict,))
        ]
        if trace.verdict.panel:
            found["judges"][0]["reasons"] = [short(r) for r in trace.verdict.reasons[:MAX_LINES]]
    found["facts"] = _facts(site, trace)
    return found


def _case_evidence(site: SiteResult, picture: PictureUrl) -> list[dict[str, Any]]:
    by_agent = {case.case: case for case in site.cases}
    measured = {case.case: case for case in site.verified}
    rows = []
    for number, asked in enumerate(site.item.cases):
        case, verified = by_agent.get(number), measured.get(number)
        row: dict[str, Any] = {"expected": short(asked.expected), "category": asked.category}
        if case:
            row["reason"] = short(case.reason)
            row["steps"] = [_step(step, picture) for step in case.steps[:MAX_STEPS]]
        if verified:
            row["verified"] = f"{verified.kind}: {verified.verdict}. {short(verified.reason)}"
        rows.append(row)
    return rows


def _step(step: Step, picture: PictureUrl) -> dict[str, Any]:
    row = {
        "n": step.number,
        "action": short(step.action, 240),
        "thought": short(step.thought),
        "outcome": short(step.outcome, 240),
        "route": short(step.route, 120),
        "picture": picture(step.screenshot),
    }
    return {name: value for name, value in row.items() if value not in ("", None)}


def _failure(failure: Failure) -> dict[str, Any]:
    place = failure.path or ""
    if place and failure.line:
        place += f":{failure.line}"
    return {
        "stage": failure.stage,
        "code": failure.code,
        "message": short(failure.message),
        "where": place,
        "severity": failure.severity,
    }


def _check_evidence(trace: Trace) -> dict[str, Any]:
    report = trace.checks
    assert report is not None
    return {
        "checks": [
            {
                "code": check.code,
                "status": check.status,
                "message": short(check.message),
                "examples": [short(text, 200) for text in check.examples[:MAX_LINES]],
            }
            for check in report.checks
        ],
        "navigation": [
            [short(entry.label, 80), short(entry.target, 120), entry.outcome, entry.back]
            for entry in report.navigation[:MAX_FAILURES]
        ],
        "colours": [
            [role, list(colour.rgb), round(colour.share, 3), ", ".join(colour.what)]
            for role, colours in (
                ("background", report.backgrounds),
                ("component", report.components),
            )
            for colour in colours[:MAX_LINES]
        ],
    }


def _facts(site: SiteResult, trace: Trace) -> str:
    parts = [f"{len(trace.files)} files"]
    if site.sample.tokens is not None:
        parts.append(f"{'' if site.sample.tokens_exact else 'about '}{site.sample.tokens:,} tokens")
    parts += [f"{stage} {spent:.2f} s" for stage, spent in trace.timings.items()]
    return " · ".join([*parts, trace.digest[:12]])

"""Invented runs for the tests of reports and comparisons: the same seed, the same run."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from sample_pictures import draw

from webgen_r1.evaluate.records import (
    BenchItem,
    Benchmark,
    CaseResult,
    Manifest,
    Step,
    Summary,
    TestCase,
    VerifiedCase,
)
from webgen_r1.evaluate.results import RunResults, SiteResult
from webgen_r1.evaluate.score import category_rows
from webgen_r1.samples import Sample
from webgen_r1.stats.estimate import Estimate
from webgen_r1.types import (
    Check,
    CheckReport,
    Components,
    Failure,
    LintReport,
    NavEntry,
    Page,
    PaintedColour,
    Stage,
    Trace,
    Verdict,
)

SCENARIOS = (
    *("Form Systems", "Data Visualization", "CRUD Operations", "E-commerce", "API Integration"),
    *("Static Page Generation", "Real-time Features", "AI Integration", "Authentication"),
    *("Dynamic Content Rendering", "Big Data", "User Interaction", "Media Display"),
)
APPLICATIONS = (
    *("Company site", "Forum", "Shop", "Learning platform", "Game", "Dashboard", "News site"),
    *("Portfolio", "Travel portal", "Productivity tool", "Customer relations", "Planning suite"),
    *("Job board", "Project board", "Publishing tool", "Social network", "Internal tool"),
    *("Mail client", "Personal blog", "Streaming site"),
)
TOPICS = ("tea house", "bike club", "book fair", "city choir", "night market", "repair shop")
COLOURS = ("ivory", "navy", "teal", "maroon", "slate", "olive")
CATEGORIES = ("Functional Testing", "Data Display Testing", "Design Validation Testing")
CHECKS = (
    *("buttons-act", "forms-validate", "search-filters", "state-survives", "no-dead-links"),
    *("keyboard-reachable", "axe", "usable-at-375"),
)
LINT = ("no-unused-vars", "@typescript-eslint/no-explicit-any", "react-hooks/exhaustive-deps")
STOPS: tuple[tuple[Stage, str, str], ...] = (
    ("parse", "no-artifact", "the answer holds no artifact"),
    ("static", "unresolved-import", "./components/Hero is imported but not written"),
    ("build", "missing-export", "lucide-react has no export named TeaPot"),
    ("render", "page-blank", "the landing page shows nothing"),
)
Pictures = Literal["own", "shared"] | None
"""`own`: every page has its picture; `shared`: pages share 24, for quick large runs."""
ROUTES = ("/", "/about", "/menu", "/events", "/contact")


def benchmark(size: int = 101, seed: int = 7) -> Benchmark:
    """`size` invented instructions with six or seven test cases each."""
    return Benchmark(
        name="webgen-bench", digest=f"{seed:08x}" * 8, items=tuple(map(_item, range(size)))
    )


def _item(number: int) -> BenchItem:
    topic, colour = TOPICS[number % 6], COLOURS[number // 6 % 6]
    cases = [
        TestCase(
            task=f"Open page {n} of the {topic} and use its form.",
            expected="A message says that it was sent.",
            category=CATEGORIES[n % 3],
        )
        for n in range(5 + number % 3)
    ]
    cases.append(
        TestCase(
            task="Check the colours of background and components.",
            expected=f"The background is {colour}.",
            category=CATEGORIES[2],
        )
    )
    return BenchItem(
        id=f"{number + 1:06d}",
        instruction=(
            f"Build a website for a {topic} with {number % 4 + 2} sections. Visitors read what is "
            f"on, sign up and leave a message; the owner edits entries. Set the background to "
            f"{colour} and components to {COLOURS[(number + 2) % 6]}. Variant {number + 1}."
        ),
        category=("Content Presentation", "User Interaction", "Data Management")[number % 3],
        scenarios=tuple({SCENARIOS[number % 13]: 0, SCENARIOS[(number * 5 + 3) % 13]: 0}),
        application=APPLICATIONS[number % 20],
        cases=tuple(cases),
    )


def run(
    folder: Path,
    model: str = "tiny-7b",
    *,
    size: int = 101,
    skill: float = 0.6,
    pages: int = 5,
    pictures: Pictures = "own",
    seed: int = 0,
    steps: int = 4,
) -> RunResults:
    """One run with its pictures on disk. `skill` in [0, 1] is about the share that renders."""
    random_ = random.Random(f"{model}/{seed}")
    bench = benchmark(size)
    if pictures:
        shots = [_shot(item, n, pictures) for item in bench.items for n in range(pages)]
        draw(folder, [*shots, *(f"agent/{n:02d}.jpg" for n in range(8))])
    sites = tuple(_site(item, random_, skill, pages, pictures, steps) for item in bench.items)
    manifest = Manifest(
        benchmark=bench.name,
        benchmark_digest=bench.digest,
        model=model,
        generator={"endpoint": "http://localhost:8000/v1", "temperature": 0.7},
        judges=("design/1", "vision-judge"),
        training_judge=True,
        agent={"model": "vision-agent", "max_steps": 15},
        settings={"evidence": {"lint": True}},
        version="0.3.0",
    )
    return RunResults(folder, manifest, bench, sites, _summary(bench, model, sites))


# ── one site ────────────────────────────────────────────────────────────────────────


def _site(
    item: BenchItem,
    random_: random.Random,
    skill: float,
    pages: int,
    pictures: Pictures,
    steps: int,
) -> SiteResult:
    sample = Sample(
        id=item.id,
        text="<answer>",
        tokens=int(random_.lognormvariate(8.2, 0.45)),
        tokens_exact=True,
    )
    renders = random_.random() < skill
    stop = STOPS[random_.randrange(4)]
    stage: Stage = "judge" if renders else stop[0]
    started = stage in ("render", "judge")
    grade = round(min(5.0, max(0.0, random_.gauss(2.2 + 1.8 * skill, 0.6))), 2)
    shown = tuple(_page(item, n, renders, pictures) for n in range(pages)) if started else ()
    failures = (
        ()
        if renders
        else (Failure(stage=stop[0], code=stop[1], message=stop[2], path="src/App.tsx", line=3),)
    )
    trace = Trace(
        id=item.id,
        instruction=item.instruction,
        digest="ab" * 32,
        outcome="scored",
        stage=stage,
        reward=grade if renders else 0.1,
        components=Components(visual=grade, functional=1.0) if renders else Components(),
        failures=failures,
        pages=shown,
        verdict=_verdict(grade) if renders else None,
        lint=None if stage == "parse" else _lint(random_, skill),
        checks=_checks(random_, skill) if started else None,
        files={"src/App.tsx": 1200},
        timings={"build": 0.4, "render": 1.1},
        versions={"judge": "design/1"},
    )
    cases = tuple(
        _case(item, n, random_, skill, started, pictures, steps) for n in range(len(item.cases))
    )
    verified = (
        VerifiedCase(
            id=item.id,
            case=len(item.cases) - 1,
            kind="colour",
            verdict="YES" if renders else "NO",
            reason="ivory covers 71 % of the pages" if renders else "there is no site",
            start_failure=not started,
        ),
    )
    return SiteResult(item, sample, trace, cases, verified)


def _shot(item: BenchItem, n: int, pictures: Pictures) -> str:
    return (
        f"shots/{(int(item.id) * 5 + n) % 24}.jpg"
        if pictures == "shared"
        else f"shots/{item.id}-{n}.jpg"
    )


def _page(item: BenchItem, n: int, renders: bool, pictures: Pictures) -> Page:
    shot = _shot(item, n, pictures) if pictures else None
    return Page(
        route=ROUTES[n % 5] if n < 5 else f"/page-{n}",
        status="ok" if renders else "blank",
        title="Tea house" if renders else "",
        screenshot=shot,
        screenshot_full=shot,
        console_errors=() if renders else ("Uncaught Error: boom",),
    )


def _verdict(grade: float) -> Verdict:
    return Verdict(
        judge="design/1",
        score=grade,
        reasons=("Calm spacing.", "The headings share one scale."),
        parts={"contrast": 0.8, "spacing": 0.6},
        draws=(grade, grade),
        panel=(
            Verdict(judge="design/1", score=grade),
            Verdict(judge="vision-judge", score=max(0.0, round(grade - 0.4, 2))),
        ),
    )


def _lint(random_: random.Random, skill: float) -> LintReport:
    if random_.random() < 0.3 + 0.6 * skill:
        return LintReport(eslint_warnings=1, rules={LINT[2]: 1})
    rule = LINT[random_.randrange(2)]
    found = Failure(
        stage="static", code=rule, message="'Hero' is never used", path="src/A.tsx", line=9
    )
    return LintReport(eslint_errors=2, rules={rule: 2, LINT[2]: 1}, failures=(found,))


def _checks(random_: random.Random, skill: float) -> CheckReport:
    def status() -> str:
        dice = random_.random()
        return "absent" if dice < 0.15 else "pass" if dice < 0.3 + 0.65 * skill else "fail"

    checks = [(code, status()) for code in CHECKS]
    return CheckReport(
        checks=tuple(
            Check.model_validate(
                {
                    "code": code,
                    "status": state,
                    "message": "" if state != "fail" else "2 of 5 did nothing",
                    "route": "/contact",
                    "examples": ("button 'Send'",) if state == "fail" else (),
                }
            )
            for code, state in checks
        ),
        navigation=(
            NavEntry(label="Home", target="/", outcome="reached", back=True),
            NavEntry(label="Menu", target="/menu", outcome="same"),
        ),
        backgrounds=(PaintedColour(rgb=(255, 255, 240), share=0.71, what=("page",)),),
        components=(PaintedColour(rgb=(0, 0, 128), share=0.08, what=("button",)),),
    )


def _case(
    item: BenchItem,
    n: int,
    random_: random.Random,
    skill: float,
    started: bool,
    pictures: Pictures,
    steps: int,
) -> CaseResult:
    if not started:
        return CaseResult(
            id=item.id, case=n, status="start_failure", reason="the site never opened"
        )
    dice = random_.random()
    if dice > 0.99:
        return CaseResult(id=item.id, case=n, status="undecided", reason="the endpoint timed out")
    good = dice < skill * 0.7
    return CaseResult(
        id=item.id,
        case=n,
        status="decided",
        verdict="YES" if good else "PARTIAL" if dice < skill * 0.9 else "NO",
        reason="The message appeared." if good else "Nothing happened after the click.",
        steps=tuple(
            Step(
                number=k + 1,
                action=f"click [{k + 3}]",
                thought="The form is on the contact page.",
                outcome="" if k else "the page did not change",
                route="/contact",
                screenshot=f"agent/{(int(item.id) + k) % 8:02d}.jpg" if pictures else None,
            )
            for k in range(steps)
        ),
    )


# ── the table ───────────────────────────────────────────────────────────────────────


def estimate(values: Sequence[float]) -> Estimate:
    """Mean with a normal interval: good enough for pictures of reports."""
    if not values:
        return Estimate()
    n, mean = len(values), sum(values) / len(values)
    half = 1.96 * math.sqrt(sum((v - mean) ** 2 for v in values) / max(1, n - 1) / n)
    top = max(1.0, *values)
    return Estimate(value=mean, low=max(0.0, mean - half), high=min(top, mean + half), n=n)


def _worth(verdict: str) -> float:
    return {"YES": 1.0, "PARTIAL": 0.5, "NO": 0.0}[verdict]


METRICS: dict[str, Callable[[SiteResult], list[float]]] = {
    "fsr": lambda site: [case.worth for case in site.cases if case.worth is not None],
    "fsr_verified": lambda site: [_worth(case.verdict) for case in site.verified],
    "vrr": lambda site: [float(site.rendered)],
    "aas": lambda site: [] if site.grade is None else [site.grade],
    "ldpr": lambda site: [float(bool(site.trace and site.trace.lint and site.trace.lint.passed))],
}


def _row(sites: Sequence[SiteResult]) -> dict[str, Estimate]:
    return {
        name: estimate([value for site in sites for value in values(site)])
        for name, values in METRICS.items()
    }


def _summary(bench: Benchmark, model: str, sites: Sequence[SiteResult]) -> Summary:
    cases = [case for site in sites for case in site.cases]
    codes: dict[str, int] = {}
    rules: dict[str, int] = {}
    for site in sites:
        assert site.trace is not None
        for failure in site.trace.failures:
            codes[failure.code] = codes.get(failure.code, 0) + 1
        for rule, count in (site.trace.lint.rules if site.trace.lint else {}).items():
            rules[rule] = rules.get(rule, 0) + count
    grades = [site.grade for site in sites if site.grade is not None]
    return Summary(
        benchmark=bench.name,
        model=model,
        instructions=len(bench.items),
        samples=1,
        completions=len(sites),
        **_row(sites),
        start_failures=sum(not site.started for site in sites),
        start_failed_cases=sum(case.status == "start_failure" for case in cases),
        undecided_cases=sum(case.status == "undecided" for case in cases),
        judges={
            "design/1": estimate(grades),
            "vision-judge": estimate([max(0.0, grade - 0.4) for grade in grades]),
        },
        draws_agreement=0.0 if grades else None,
        categories=category_rows(sites),
        scenarios={
            name: _row([site for site in sites if name in site.item.scenarios])
            for name in SCENARIOS
            if any(name in site.item.scenarios for site in sites)
        },
        applications={
            name: _row([site for site in sites if site.item.application == name])
            for name in APPLICATIONS
            if any(site.item.application == name for site in sites)
        },
        checks={
            code: estimate(
                [
                    float(check.status == "pass")
                    for site in sites
                    if site.trace and site.trace.checks
                    for check in site.trace.checks.checks
                    if check.code == code and check.status != "absent"
                ]
            )
            for code in CHECKS
        },
        lint_rules=rules,
        failure_codes=codes,
        notes=("The grade comes from the judge that training uses.",),
    )

"""Test cases decided without a model (FSR-verified), from what was measured on the built site.

`verifiable` says which cases these are; `checks` measured the colours and tried the navigation.
The verdicts were validated on hand-labelled sites: `benchmarks/verified.py`, `docs/verified.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from webgen_r1.colour.arithmetic import as_hex, chroma
from webgen_r1.colour.match import is_ground, is_paint
from webgen_r1.evaluate.menu import Stop, judged_entries, named_stops
from webgen_r1.evaluate.records import BenchItem, CaseVerdict, VerifiedCase
from webgen_r1.evaluate.verifiable import ColourCase, NavigationCase, classify
from webgen_r1.types import CheckReport, PaintedColour, Trace

MOST = 0.5
"""Share of the background that must be in its colour: cards and bars do not count as background."""
SOME = 0.12
"""And share of the pages: a frame round something else is no background."""

_BARS = frozenset({"header", "sidebar"})
_STRONG = _BARS | {"button"}
_PAINTED = frozenset({"card", "badge"})
_LETTERED = frozenset({"title", "link", "icon"})
_COLOURFUL = 0.04  # chroma from which buttons are a colour of their own, not black, white or grey

Answer = tuple[CaseVerdict, str]


def verify(item: BenchItem, trace: Trace) -> tuple[VerifiedCase, ...]:
    """A verdict for each case of `item` that a rule decides; the other cases are left out.

    A site that did not get as far as a browser, or whose landing page shows nothing, has failed
    them all. Where checks were not run on a site that works, nothing is decided.
    """
    if trace.outcome != "scored" and trace.stage != "judge":
        return ()
    found: list[VerifiedCase] = []
    for index, case in enumerate(item.cases):
        kind = classify(case)
        answer = _decide(kind, trace) if kind else None
        if answer is None:
            continue
        found.append(
            VerifiedCase(
                id=item.id,
                case=index,
                kind="colour" if isinstance(kind, ColourCase) else "navigation",
                verdict=answer[0],
                reason=answer[1],
                start_failure=not _started(trace),
            )
        )
    return tuple(found)


def _started(trace: Trace) -> bool:
    return trace.stage in ("render", "judge")


def _decide(case: ColourCase | NavigationCase, trace: Trace) -> Answer | None:
    if not _started(trace):
        return "NO", f"the site does not start: it fails at {trace.stage}"
    if not any(page.status == "ok" for page in trace.pages[:1]):
        return "NO", "the landing page shows nothing"
    if trace.checks is None:
        return None
    if isinstance(case, ColourCase):
        return colour_verdict(case, trace.checks)
    return navigation_verdict(case, trace.checks)


# ── colours ─────────────────────────────────────────────────────────────────────────


def colour_verdict(case: ColourCase, checks: CheckReport) -> Answer:
    """YES where both colours hold, PARTIAL for one of them, NO for neither."""
    on_ground, ground = _background(case, checks.backgrounds)
    on_parts, parts = _components(case, checks.components)
    verdicts: tuple[CaseVerdict, ...] = ("NO", "PARTIAL", "YES")
    return verdicts[on_ground + on_parts], f"{ground}; {parts}"


def _background(case: ColourCase, painted: Sequence[PaintedColour]) -> tuple[bool, str]:
    """Whether most of what lies behind the pages has the wanted colour."""
    wanted = case.background
    total = sum(each.share for each in painted)
    share = sum(each.share for each in painted if is_ground(each.rgb, wanted))
    asked = f"background {wanted.name} ({as_hex(wanted.rgb)})"
    main = f", mostly {as_hex(painted[0].rgb)}" if painted else ""
    if not total:
        return False, f"{asked}: nothing was measured"
    part = share / total
    return part >= MOST and share >= SOME, f"{asked}: {part:.0%} of the background{main}"


def _components(case: ColourCase, painted: Sequence[PaintedColour]) -> tuple[bool, str]:
    """Whether buttons usually have the wanted colour, or bars, unless buttons have another; or
    else cards or badges together with lettering, or outlined buttons where no others are painted.
    Letters alone are none."""
    wanted = case.component
    kinds = {kind for each in painted if is_paint(each.rgb, wanted) for kind in each.what}
    others = [each for each in painted if _STRONG & set(each.what)]
    buttons = [each.rgb for each in others if "button" in each.what]
    rivals = [rgb for rgb in buttons if chroma(rgb) > _COLOURFUL and not is_paint(rgb, wanted)]
    lettered = bool(kinds & _LETTERED)
    holds = (
        "button" in kinds
        or (bool(kinds & _BARS) and not rivals)
        or (bool(kinds & _PAINTED) and (lettered or "outline" in kinds) and not rivals)
        or ("outline" in kinds and lettered and not buttons)
    )
    asked = f"components {wanted.name} ({as_hex(wanted.rgb)})"
    said = ", ".join(sorted(kinds)) or "no kind of component"
    if not holds and others:
        said += f"; buttons and bars are {', '.join(as_hex(each.rgb) for each in others)}"
    return holds, f"{asked}: {said}"


# ── navigation ──────────────────────────────────────────────────────────────────────


def navigation_verdict(case: NavigationCase, checks: CheckReport) -> Answer:
    """YES where every place that counts was reached and led back, PARTIAL for half of them."""
    entries = judged_entries(checks.navigation)
    if not entries:
        return "NO", "the site has no navigation that can be seen"
    if case.scope == "home":
        away = [stop for stop in entries if not stop.home and stop.reached]
        return _share(away, lambda stop: stop.back, "led back home")
    stops = entries
    if all(stop.home for stop in entries):
        return "NO", "the navigation leads to the landing page only"
    if case.scope == "named":
        stops = named_stops(case.sections, entries)
        if case.every:
            stops = [*stops, *(stop for stop in entries if stop not in stops)]
    return _share(stops, lambda stop: stop.reached and stop.back, "reached and led back")


def _share(stops: Sequence[Stop], good: Callable[[Stop], bool], what: str) -> Answer:
    fine = sum(good(stop) for stop in stops)
    failed = ", ".join(f"{stop.label} ({stop.problem})" for stop in stops if not good(stop))
    reason = f"{fine} of {len(stops)} {what}" + (f"; not: {failed}" if failed else "")
    if not stops or 2 * fine < len(stops):
        return "NO", reason
    return ("YES" if fine == len(stops) else "PARTIAL"), reason

"""The embedded judge: grades a site from what can be measured, without any model.

A stand-in for a vision model, and named so (`design/2`): it sees geometry, colours and
words, not beauty or meaning. It is deterministic, needs no network, and treats whatever
the page says as words to count, so text that addresses the judge has no effect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from webgen_r1.colour.asks import ColourAsk, colour_asks
from webgen_r1.judge.marks import Mark, mean
from webgen_r1.judge.metrics import colours, content
from webgen_r1.judge.metrics.alignment import alignment
from webgen_r1.judge.metrics.consistency import consistency
from webgen_r1.judge.metrics.contrast import contrast
from webgen_r1.judge.metrics.density import density
from webgen_r1.judge.metrics.hierarchy import hierarchy
from webgen_r1.judge.metrics.said import Said, said_by
from webgen_r1.judge.metrics.soundness import soundness
from webgen_r1.judge.metrics.spacing import spacing
from webgen_r1.judge.metrics.styling import styling
from webgen_r1.judge.metrics.substance import substance
from webgen_r1.layout import Look, looks
from webgen_r1.protocols import NothingToStart
from webgen_r1.types import JudgeRequest, RenderedPage, Verdict

TOP_GRADE = 5.0
_REASONS = 12  # a developer reads the worst dozen


@dataclass(frozen=True)
class Weight:
    """What one part counts, and why."""

    value: float
    why: str


WEIGHTS: dict[str, Weight] = {
    "background": Weight(10, "half of what WebGen-Bench asks about appearance"),
    "components": Weight(10, "the other half: buttons, bars and titles in the colour named"),
    "coverage": Weight(12, "a pretty site about something else is not what was asked for"),
    "extent": Weight(12, "the task is a site of several pages, each with something on it"),
    "substance": Weight(9, "a list of what was asked, or something else, is no answer"),
    "genuine": Weight(9, "filler text is no content"),
    "styling": Weight(12, "an unstyled document is the commonest failure of small models"),
    "hierarchy": Weight(7, "size tells a visitor what matters"),
    "alignment": Weight(9, "shared edges are what makes a layout look made"),
    "spacing": Weight(6, "room to breathe; the rhythm matters less than the edges"),
    "contrast": Weight(12, "text that cannot be read is lost (WCAG AA)"),
    "soundness": Weight(12, "overlaps and overflow are what people notice first"),
    "density": Weight(5, "neither empty nor crammed; taste varies, so it counts little"),
    "consistency": Weight(6, "the pages of one site share navigation, fonts and colours"),
}

_CRAFT: dict[str, Callable[[Look], Mark]] = {
    "hierarchy": hierarchy,
    "alignment": alignment,
    "spacing": spacing,
    "contrast": contrast,
    "soundness": soundness,
    "density": density,
}
# A browser aligns and colours an unstyled document by itself, and an empty page has no
# flaw: what craft earns is scaled by how far the page is styled and by how much it says.
_FREE_STYLE = 0.35
_FREE_CONTENT = 0.3
# Everything is graded on so much site: without this, dropping all but the best page pays.
_NO_SITE_KEEPS = 0.65
# An answer to another task, or one that says nothing, is no answer however well it is made:
# what is off the point, or hollow, keeps this much.
_POINTLESS_KEEPS = 0.4
# One thing badly wrong spoils the rest: the weakest of these takes up to a quarter.
_BASICS = ("styling", "contrast", "soundness", "alignment", "genuine")
_WEAKEST_KEEPS = 0.75


class DesignJudge(NothingToStart):
    """Implements `protocols.Judge`. Holds nothing; `async with` is there for the protocol."""

    name = "design/2"

    async def judge(self, request: JudgeRequest) -> Verdict:
        """Grade the pages; never raises. A landing page that shows nothing is graded 0."""
        if not request.pages or request.pages[0].page.status != "ok":
            return Verdict(judge=self.name, score=0.0, reasons=("the landing page shows nothing",))
        marks = grade_parts(request.pages, request.instruction)
        parts = {name: round(mark.value, 4) for name, mark in marks.items()}
        total = sum(WEIGHTS[name].value for name in parts)
        earned = sum(WEIGHTS[name].value * value for name, value in parts.items()) / total
        weakest = min(parts[name] for name in _BASICS)
        basics = _WEAKEST_KEEPS + (1 - _WEAKEST_KEEPS) * weakest
        size = _NO_SITE_KEEPS + (1 - _NO_SITE_KEEPS) * parts["extent"]
        point = _POINTLESS_KEEPS + (1 - _POINTLESS_KEEPS) * parts["substance"]
        return Verdict(
            judge=self.name,
            score=round(TOP_GRADE * earned * basics * size * point, 4),
            reasons=_reasons(request.pages, marks),
            parts=parts,
        )


def grade_parts(pages: Sequence[RenderedPage], instruction: str | None) -> dict[str, Mark]:
    """Sub-grades by name. Parts that need the instruction, or colours in it, are left out
    where there are none."""
    seen = looks(tuple(pages))
    if not seen:
        missing = Mark(0.0)
        return {name: missing for name in WEIGHTS if instruction or not _asked(name)}
    said = said_by(seen)
    marks = _page_marks(seen, said, len(pages), instruction)
    marks["consistency"] = consistency(seen)
    marks["genuine"] = content.genuine(seen, instruction, said)
    marks["extent"] = content.extent(seen, instruction, said)
    marks["substance"] = substance(seen, instruction, said)
    if instruction is not None:
        marks["coverage"] = content.coverage(seen, instruction, said)
    return marks


def _page_marks(
    seen: Sequence[Look], said: Sequence[Said], visited: int, instruction: str | None
) -> dict[str, Mark]:
    """Parts measured page by page, averaged over all visited pages; one that shows nothing
    or could not be measured counts 0."""
    contents = content.page_contents(seen, said)
    metrics: dict[str, Callable[[Look], Mark]] = {**_CRAFT, **_colour_metrics(instruction)}
    found: dict[str, list[Mark]] = {name: [] for name in ("styling", *metrics)}
    for look, filled in zip(seen, contents, strict=True):
        styled = styling(look)
        proof = _FREE_CONTENT + (1 - _FREE_CONTENT) * filled
        found["styling"].append(Mark(styled.value * proof, styled.reasons))
        earned = proof * (_FREE_STYLE + (1 - _FREE_STYLE) * styled.value)
        for name, metric in metrics.items():
            mark = metric(look)
            found[name].append(Mark(mark.value * earned, mark.reasons))
    return {name: _average(marks, visited) for name, marks in found.items()}


def _colour_metrics(instruction: str | None) -> dict[str, Callable[[Look], Mark]]:
    """The colour parts that the instruction gives reason for."""
    asks = colour_asks(instruction) if instruction else ()
    wanted: dict[str, ColourAsk] = {ask.role: ask for ask in asks}  # the last word counts
    metrics: dict[str, Callable[[Look], Mark]] = {}
    if "background" in wanted:
        metrics["background"] = lambda look: colours.background(look, wanted["background"])
    if "component" in wanted:
        metrics["components"] = lambda look: colours.components(look, wanted["component"])
    if asks and not metrics:
        metrics["components"] = lambda look: colours.palette(look, asks)
    return metrics


def _average(marks: list[Mark], visited: int) -> Mark:
    padded = [mark.value for mark in marks] + [0.0] * (visited - len(marks))
    return Mark(mean(padded), tuple(reason for mark in marks for reason in mark.reasons))


def _asked(name: str) -> bool:
    return name in {"background", "components", "coverage"}


def _reasons(pages: Sequence[RenderedPage], marks: dict[str, Mark]) -> tuple[str, ...]:
    """What costs most first: reasons of the parts in the order of what they lost."""
    lost = sorted(marks, key=lambda name: -WEIGHTS[name].value * (1 - marks[name].value))
    unmeasured = [
        f"{seen.page.route}: shows nothing ({seen.page.status})"
        if seen.page.status != "ok"
        else f"{seen.page.route}: could not be measured"
        for seen in pages
        if seen.page.status != "ok" or seen.facts is None or not seen.facts.boxes
    ]
    said = [f"{name}: {reason}" for name in lost for reason in marks[name].reasons]
    return tuple((unmeasured + said)[:_REASONS])

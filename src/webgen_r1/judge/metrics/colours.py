"""Does the site wear the colours it was asked for?"""

from __future__ import annotations

from webgen_r1.colour.arithmetic import RGB, as_hex, chroma, difference, hue_gap
from webgen_r1.colour.asks import ColourAsk
from webgen_r1.colour.names import NamedColour
from webgen_r1.judge.marks import Mark, mean, ramp
from webgen_r1.layout import Look
from webgen_r1.types import Box

_EXACT = 0.02  # OKLab distance nobody notices
_OTHER = 0.085  # OKLab distance at which it is another colour
_OTHER_IF_LOOSE = 0.13  # for names without an agreed value
_TINT = 0.5  # what another lightness of the same hue is worth
_ENOUGH_GROUND = 0.45  # share of a page: cards and headers may cover the rest
_ENOUGH_PAINT = 0.02  # share of a page that buttons, bars and badges usually take
_ENOUGH_ELEMENTS = 4


def likeness(colour: RGB, wanted: NamedColour) -> float:
    """1 where nobody sees a difference, 0 where it is another colour."""
    other = _OTHER_IF_LOOSE if wanted.loose else _OTHER
    return ramp(difference(colour, wanted.rgb), other, _EXACT)


def kinship(colour: RGB, wanted: NamedColour) -> float:
    """`likeness`, or part of the marks for a tint or shade of the same hue."""
    same = likeness(colour, wanted)
    if chroma(wanted.rgb) < 0.03 or chroma(colour) < 0.03:
        return same
    return max(same, _TINT * ramp(hue_gap(colour, wanted.rgb), 25, 8))


def background(look: Look, ask: ColourAsk) -> Mark:
    """Share of the page painted in the wanted background, against what is enough."""
    painted = sum(share * likeness(colour, ask.colour) for colour, share in look.paint.items())
    seen = sum(share * likeness(colour, ask.colour) for colour, share in look.facts.palette)
    value = ramp(max(painted, seen), 0.0, _ENOUGH_GROUND)
    if value >= 0.75:
        return Mark(value)
    main = max(look.paint, key=lambda colour: look.paint[colour])
    reason = (
        f"{look.route}: background asked for is {ask.colour.name} ({as_hex(ask.colour.rgb)}), "
        f"most of the page is {as_hex(main)}"
    )
    return Mark(value, (reason,))


def components(look: Look, ask: ColourAsk) -> Mark:
    """Elements painted, lettered or linked in the wanted colour, and how little else is
    colourful."""
    area = max(look.facts.width * look.facts.height, 1.0)
    paint = elements = 0.0
    kin: list[float] = []
    for index, box in enumerate(look.boxes):
        own = box.own_background
        if own is not None and box.tag not in {"html", "body"} and own != look.behind(index):
            match = kinship(own, ask.colour)
            paint += match * min(box.width * box.height / area, 0.5)
            elements += match
            if chroma(own) > 0.04 and not _tint_of(own, look.behind(index)):
                kin.append(match)
        if _is_accent(box):
            match = kinship(box.color, ask.colour)
            elements += match
            if chroma(box.color) > 0.06:
                kin.append(match)
    presence = max(ramp(paint, 0, _ENOUGH_PAINT), 0.8 * ramp(elements, 0, _ENOUGH_ELEMENTS))
    presence = 0.5 * presence + 0.5 * ramp(elements, 0, _ENOUGH_ELEMENTS)
    value = presence * (0.5 + 0.5 * mean(kin, default=1.0))
    if value >= 0.6:
        return Mark(value)
    reason = (
        f"{look.route}: few components in {ask.colour.name} ({as_hex(ask.colour.rgb)}), "
        "or other colours beside it"
    )
    return Mark(value, (reason,))


def _tint_of(colour: RGB, ground: RGB) -> bool:
    """Whether a card is only a lighter or darker version of the ground it stands on."""
    return chroma(ground) > 0.03 and hue_gap(colour, ground) < 20


def _is_accent(box: Box) -> bool:
    return bool(box.text.strip()) and (box.clickable or box.tag in {"h1", "h2", "h3"})


def palette(look: Look, asks: tuple[ColourAsk, ...]) -> Mark:
    """For colours asked for without a place: each must appear somewhere, in paint or text."""
    used = {box.own_background for box in look.boxes if box.own_background is not None}
    used |= {box.color for box in look.boxes if box.text.strip()}
    used |= {colour for colour, share in look.facts.palette if share > 0.01}
    found = [max((likeness(colour, ask.colour) for colour in used), default=0.0) for ask in asks]
    missing = [ask.colour.name for ask, value in zip(asks, found, strict=True) if value < 0.5]
    reasons = (f"{look.route}: no sign of {', '.join(missing)}",) if missing else ()
    return Mark(mean(found), reasons)

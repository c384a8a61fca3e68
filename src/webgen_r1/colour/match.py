"""Is what was painted the colour that was asked for? Answered as a person would.

Distances are Euclidean in OKLab, its lightness replaced by the toed one of B. Ottosson
("Okhsv and Okhsl", 2021): plain OKLab holds #0a0a0a to be as far from black as light grey
is from white.
"""

from __future__ import annotations

import math
from functools import lru_cache

from webgen_r1.colour.arithmetic import RGB, WHITE, chroma, hue_gap, oklab
from webgen_r1.colour.names import NamedColour, other_values

GROUND = 0.075
"""A page this near to what was asked for is accepted: the same name still comes to mind."""
NEARER = 0.85
"""And so much nearer to it than to white, as a share of the distance to white."""
WHITE_GROUND = 0.022
"""White means white: the lightest greys of Tailwind pass (#f9fafb), white smoke does not."""
PAINT = 0.085
"""A button this near is accepted; `judge.metrics.colours` draws the line there too."""
SHADE = 0.15
"""A lighter or darker shade of the same hue is accepted up to here: design systems seldom
have the very colour that was named, and darken it for bars or when pointed at."""
SHADE_HUE = 13.0
"""Degrees between the hues of a colour and its shade."""

_GREY = 0.02  # chroma below which a hue is not seen
_FAINT = 0.4  # share of the wanted chroma below which a colour has become a grey
_FAMILY = 50.0  # degrees of hue beyond which nobody would use the same word
_K1, _K2 = 0.206, 0.03
_K3 = (1 + _K1) / (1 + _K2)


@lru_cache(maxsize=4096)
def _toed(colour: RGB) -> tuple[float, float, float]:
    light, a, b = oklab(colour)
    over = _K3 * light - _K1
    return 0.5 * (over + math.sqrt(over * over + 4 * _K2 * _K3 * light)), a, b


def apart(one: RGB, other: RGB) -> float:
    """Distance as described above: 0 equal, ~0.02 just visible side by side, 1 black to white."""
    return math.dist(_toed(one), _toed(other))


def _same_family(painted: RGB, wanted: RGB) -> bool:
    """Whether both are greys, or both colours of about the same hue: a grey of the same lightness
    is near a pale colour, and so is its pale complement."""
    colourful, asked = chroma(painted), chroma(wanted)
    if asked < _GREY:
        return colourful < max(2 * _GREY, 2 * asked)
    return colourful >= _FAINT * asked and hue_gap(painted, wanted) <= _FAMILY


def is_ground(painted: RGB, wanted: NamedColour) -> bool:
    """Whether a page painted so has the wanted background.

    Many backgrounds asked for are nearly white, so it is not enough to be near: a page must
    be nearer to the colour than to white, or it is just a white page.
    """
    return any(_is_ground(painted, value) for value in _values(wanted))


def _is_ground(painted: RGB, wanted: RGB) -> bool:
    distance = apart(painted, wanted)
    if apart(wanted, WHITE) < 0.005:
        return distance <= WHITE_GROUND
    if distance > 0.02 and not _same_family(painted, wanted):
        return False
    return distance <= GROUND and distance <= NEARER * apart(painted, WHITE)


def is_paint(painted: RGB, wanted: NamedColour) -> bool:
    """Whether a component painted so has the wanted colour, or a near shade of it."""
    for value in _values(wanted):
        distance = apart(painted, value)
        if distance <= PAINT and _same_family(painted, value):
            return True
        if distance <= SHADE and _same_hue(painted, value):
            return True
    return False


def _same_hue(one: RGB, other: RGB) -> bool:
    return (
        _same_family(one, other)
        and min(chroma(one), chroma(other)) > _GREY
        and hue_gap(one, other) <= SHADE_HUE
    )


def _values(wanted: NamedColour) -> tuple[RGB, ...]:
    return wanted.rgb, *other_values(wanted.name)

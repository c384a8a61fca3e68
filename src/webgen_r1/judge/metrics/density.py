"""Is the page filled, without being crammed?"""

from __future__ import annotations

from webgen_r1.judge.marks import Mark, ramp
from webgen_r1.layout import FIELDS, MEDIA, Look

_BANDS = 24  # horizontal slices of a screen
_SCREEN = 800.0  # CSS pixels; a slice is a 24th of it
_MOST_SCREENS = 40  # a page may claim millions of pixels; what lies below is not looked at


def density(look: Look) -> Mark:
    """Filled slices of the first screen, and characters per screen of the whole page."""
    band = _SCREEN / _BANDS
    rows = max(_BANDS, min(_MOST_SCREENS * _BANDS, int(look.facts.height / band)))
    filled = [False] * rows
    for box in look.boxes:
        if box.text.strip() or box.tag in MEDIA or box.tag in FIELDS:
            first = max(0, int(box.y / band))
            last = min(rows - 1, int((box.y + box.height) / band))
            for row in range(first, last + 1):
                filled[row] = True
    first_screen = sum(filled[:_BANDS]) / _BANDS
    whole = sum(filled) / rows
    characters = sum(len(look.boxes[index].text) for index in look.texts)
    per_screen = characters / max(look.facts.height / _SCREEN, 1.0)
    crammed = ramp(per_screen, 4500, 2200)
    value = (ramp(first_screen, 0.1, 0.6) * 0.6 + ramp(whole, 0.1, 0.5) * 0.4) * crammed
    reasons = []
    if first_screen < 0.4:
        reasons.append(f"{look.route}: {1 - first_screen:.0%} of the first screen is empty")
    if crammed < 0.8:
        reasons.append(f"{look.route}: crammed, {per_screen:.0f} characters on each screen")
    return Mark(value, tuple(reasons))

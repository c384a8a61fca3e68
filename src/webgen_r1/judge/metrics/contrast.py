"""Can the text be read? WCAG 2.1, success criterion 1.4.3 (level AA)."""

from __future__ import annotations

from webgen_r1.colour.arithmetic import contrast_ratio
from webgen_r1.judge.marks import Mark, mean, ramp
from webgen_r1.layout import Look
from webgen_r1.types import Box

NORMAL = 4.5
LARGE = 3.0
_UNREADABLE = 1.8  # nothing is earned at or below this ratio


def required_ratio(box: Box) -> float:
    """4.5, or 3 for large text: at least 18 pt (24 px), or 14 pt (18.66 px) bold."""
    large = box.font_size >= 24 or (box.font_size >= 18.66 and box.font_weight >= 700)
    return LARGE if large else NORMAL


def contrast(look: Look) -> Mark:
    """Mean over texts of how far each comes towards its required ratio."""
    marks: list[float] = []
    failing: list[tuple[float, Box]] = []
    for box in look.boxes:
        if not box.text.strip() or box.background is None:
            continue
        ratio, needed = contrast_ratio(box.color, box.background), required_ratio(box)
        marks.append(ramp(ratio, _UNREADABLE, needed))
        if ratio < needed:
            failing.append((ratio, box))
    if not failing:
        return Mark(mean(marks, default=1.0))
    worst, box = min(failing, key=lambda pair: pair[0])
    said = " ".join(box.text.split())[:40]
    needed = required_ratio(box)
    reason = (
        f"{look.route}: {len(failing)} of {len(marks)} texts below the WCAG contrast, "
        f'worst {worst:.1f}:1 where {needed:g}:1 is needed ("{said}")'
    )
    return Mark(mean(marks), (reason,))

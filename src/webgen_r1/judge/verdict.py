"""Reading a judge's answer. Only an explicit, final grade within range is a grade.

The answer is JSON with a `grade`, or text that *ends* with one ("Grade: 4.5", "4/5").
A number anywhere else is not a verdict: prose such as "upgrade 2 sections" is no grade,
and "Grade: 10" is an error, not a 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from webgen_r1.json_text import objects_with, without_thought

LOWEST, HIGHEST = 0.0, 5.0

_NUMBER = r"(?P<grade>-?\d+(?:\.\d+)?)(?:\s*(?:/|out of)\s*(?P<of>\d+(?:\.\d+)?))?"
_CLOSING = r"[\s*_`.!)\]\"']*$"
_LABELLED = re.compile(
    r"\b(?:(?:final|overall)\s+)?(?:grade|score|rating|verdict)\b[\s*_`]*(?:[:=]|\bis\b)[\s*_`]*"
    + _NUMBER
    + _CLOSING,
    re.I,
)
_ALONE = re.compile(r"^[\s*_`]*" + _NUMBER + _CLOSING)
_REASONS_KEPT = 12
_REASON_LENGTH = 500


class NoVerdict(ValueError):
    """The answer holds no grade, more than one, or one out of range; `str` says which."""


@dataclass(frozen=True)
class Answer:
    """A grade 0-5 and the judge's reasons."""

    grade: float
    reasons: tuple[str, ...] = ()


def parse_answer(text: str) -> Answer:
    """The verdict in `text`. Raises NoVerdict."""
    text = without_thought(text)
    records = objects_with(text, "grade")
    if records:
        grades = {_grade(record["grade"]) for record in records}
        if len(grades) > 1:
            raise NoVerdict("several different grades in one answer")
        return Answer(grades.pop(), _reasons(records[-1].get("reasons")))
    found = _LABELLED.search(text) or _ALONE.match(text)
    if found is None:
        raise NoVerdict("no explicit final grade")
    if found["of"] is not None and float(found["of"]) != HIGHEST:
        raise NoVerdict(f"grade out of {found['of']}, not out of {HIGHEST:g}")
    before = text[: found.start()].strip()
    return Answer(_grade(float(found["grade"])), (before[:_REASON_LENGTH],) if before else ())


def _grade(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NoVerdict("the grade is not a number")
    if not LOWEST <= value <= HIGHEST:  # also refuses NaN
        raise NoVerdict(f"grade {value:g} is not within {LOWEST:g} to {HIGHEST:g}")
    return float(value)


def _reasons(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return ()
    return tuple(str(reason)[:_REASON_LENGTH] for reason in value[:_REASONS_KEPT])

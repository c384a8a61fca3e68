"""Only an explicit final grade within range is a grade."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.judge.verdict import NoVerdict, parse_answer


@given(st.floats(0, 5), st.lists(st.text(max_size=40), max_size=4))
def test_json_is_read_as_written(grade: float, reasons: list[str]) -> None:
    answer = parse_answer(json.dumps({"reasons": reasons, "grade": grade}))
    assert answer.grade == grade
    assert list(answer.reasons) == reasons


@given(st.text(max_size=200))
def test_any_text_gives_a_grade_in_range_or_no_verdict(text: str) -> None:
    with suppress(NoVerdict):
        assert 0 <= parse_answer(text).grade <= 5


@pytest.mark.parametrize(
    "text",
    [
        "Grade: 10",
        "Grade: -1",
        "Grade: 5.5",
        "grade 4 for layout, grade 2 for colours",
        "Grade: 4 for the layout alone",
        "Grade: 45/50",
        "80/100",
        "I give it three stars",
        "upgrade: 3 sections",
        "",
        '{"grade": "4"}',
        '{"grade": true}',
        '{"grade": NaN}',
        '{"grade": 6}',
        '{"grade": 2} {"grade": 4}',
        '{"score": 4}',
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_these_are_no_verdicts(text: str) -> None:
    with pytest.raises(NoVerdict):
        parse_answer(text)


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("0", 0),
        ("5.", 5),
        ("4 / 5", 4),
        ("3 out of 5", 3),
        ("Score = 2.5", 2.5),
        ("The overall rating is 4.", 4),
        ("First I thought Grade: 2.\n\nFinal grade: **4**", 4),
        ('Here you are: {"grade": 4, "reasons": "one"} Good luck!', 4),
        ('{"grade": 3} and again {"grade": 3}', 3),
    ],
)
def test_these_are(text: str, grade: float) -> None:
    assert parse_answer(text).grade == grade

"""Only an explicit, well-formed action counts as one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.agent.actions import (
    Answer,
    Back,
    Click,
    Hover,
    Key,
    NoAction,
    Scroll,
    Select,
    Type,
    Wait,
    describe,
    parse_action,
)

GOOD = [
    ('{"action": "click", "n": 3}', Click(action="click", n=3)),
    (
        '{"thought": "name first", "action": "type", "n": 4, "text": "Ada", "submit": true}',
        Type(action="type", n=4, text="Ada", submit=True, thought="name first"),
    ),
    (
        '{"action": "select", "n": 5, "option": "Large"}',
        Select(action="select", n=5, option="Large"),
    ),
    ('{"action": "hover", "n": 1}', Hover(action="hover", n=1)),
    ('{"action": "scroll", "direction": "up"}', Scroll(action="scroll", direction="up")),
    ('{"action": "scroll", "direction": "down", "n": 9}', Scroll(action="scroll", n=9)),
    ('{"action": "wait"}', Wait(action="wait")),
    ('{"action": "back"}', Back(action="back")),
    ('{"action": "key", "name": "Escape"}', Key(action="key", name="Escape")),
    (
        '{"action": "answer", "verdict": "PARTIAL", "reason": "half of it"}',
        Answer(action="answer", verdict="PARTIAL", reason="half of it"),
    ),
]


@pytest.mark.parametrize(("text", "action"), GOOD)
def test_every_action_is_read(text: str, action: object) -> None:
    assert parse_action(text) == action


@pytest.mark.parametrize(
    "wrapped",
    [
        "I will click.\n{}",
        "```json\n{}\n```",
        '<think>Perhaps {{"action": "back"}}?</think>\n{}',
        'no opening tag {{"action": "back"}} </think> {}',
        "{} {}",
        "Braces {{ in prose }} and then {}",
    ],
)
def test_thinking_fences_and_prose_around_it_are_fine(wrapped: str) -> None:
    text = wrapped.replace("{}", '{"action": "click", "n": 3}')
    assert parse_action(text.replace("{{", "{").replace("}}", "}")) == Click(action="click", n=3)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no JSON object"),
        ("YES, it works.", "no JSON object"),
        ("click 3", "no JSON object"),
        ('<think>{"action": "back"}', "no JSON object"),
        ('{"verdict": "YES"}', "no JSON object"),
        ('{"action": "fly"}', "action|tag"),
        ('{"action": "click"}', "n: "),
        ('{"action": "click", "n": 0}', "n: "),
        ('{"action": "click", "n": 3, "x": 10}', "x: "),
        ('{"action": "key", "name": "F5"}', "name: "),
        ('{"action": "answer", "verdict": "yes", "reason": "x"}', "verdict: "),
        ('{"action": "answer", "verdict": "YES/NO", "reason": "x"}', "verdict: "),
        ('{"action": "answer", "verdict": "YES", "reason": ""}', "reason: "),
        ('{"action": "answer", "verdict": "YES"}', "reason: "),
        ('{"action": "back"} or {"action": "wait"}', "several different"),
        ('{"action": "type", "n": 1, "text": "\\ud800"}', "half a character"),
        ('{"action": ["click"], "n": 1}', "tag"),
    ],
)
def test_anything_else_is_no_action_and_says_why(text: str, fault: str) -> None:
    with pytest.raises(NoAction, match=fault):
        parse_action(text)


@given(st.text(max_size=300))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    for said in (text, json.dumps({"action": "type", "n": 1, "text": text})):
        try:
            action = parse_action(said)
        except NoAction:
            continue
        assert describe(action)


def test_actions_in_words() -> None:
    element = '[3] button "Buy"'
    assert describe(Click(action="click", n=3), element) == 'click [3] button "Buy"'
    typed = Type(action="type", n=3, text="a b", submit=True)
    assert describe(typed, element) == "type 'a b' into [3] button \"Buy\" and submit"
    assert describe(Scroll(action="scroll")) == "scroll down"
    assert describe(Answer(action="answer", verdict="NO", reason="x")) == "answer NO"

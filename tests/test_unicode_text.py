"""Half a surrogate pair does not get further than where it comes in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.unicode_text import loads, whole

ANY = st.text(st.characters())  # surrogates included


@given(ANY)
def test_any_text_can_be_written_down_afterwards(text: str) -> None:
    whole(text).encode()
    assert whole(whole(text)) == whole(text)


@given(st.text())
def test_whole_text_stays_as_it_is(text: str) -> None:
    assert whole(text) == text


@given(st.recursive(ANY | st.integers(), lambda each: st.lists(each) | st.dictionaries(ANY, each)))
def test_whatever_a_program_sends_can_be_written_down(value: object) -> None:
    json.dumps(loads(json.dumps(value).encode()), ensure_ascii=False).encode()


def test_a_pizza_cut_in_two() -> None:
    assert loads(b'{"title": "\\ud83c\\udf55", "initial": "\\ud83c"}') == {
        "title": "🍕",
        "initial": "?",
    }
    assert loads(b'"\xed\xa0\xbc"') == "?"  # as bytes, which UTF-8 forbids


def test_nesting_without_end_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        loads(b"[" * 100_000)

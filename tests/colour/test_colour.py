"""Colour arithmetic against published values, and its invariants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.colour.arithmetic import RGB, chroma, contrast_ratio, difference, hue_gap, oklab

colours = st.tuples(*(st.integers(0, 255),) * 3)
BLACK, WHITE, RED = (0, 0, 0), (255, 255, 255), (255, 0, 0)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        (BLACK, WHITE, 21.0),
        (WHITE, WHITE, 1.0),
        ((119, 119, 119), WHITE, 4.48),  # #777, the well-known near miss of 4.5
        ((118, 118, 118), WHITE, 4.54),  # #767676, the lightest grey that passes
        (RED, WHITE, 4.0),
        ((0, 0, 128), WHITE, 16.01),
    ],
)
def test_contrast_ratio_is_that_of_wcag(one: RGB, other: RGB, ratio: float) -> None:
    assert contrast_ratio(one, other) == pytest.approx(ratio, abs=0.01)


def test_oklab_of_primaries_is_as_published() -> None:
    assert oklab(WHITE) == pytest.approx((1.0, 0.0, 0.0), abs=1e-3)
    assert oklab(RED) == pytest.approx((0.628, 0.225, 0.126), abs=1e-3)


@given(colours, colours)
def test_contrast_is_symmetric_and_between_1_and_21(one: RGB, other: RGB) -> None:
    assert contrast_ratio(one, other) == contrast_ratio(other, one)
    assert 1.0 <= contrast_ratio(one, other) <= 21.0


@given(colours, colours, colours)
def test_difference_is_a_distance(one: RGB, other: RGB, third: RGB) -> None:
    assert difference(one, one) == 0
    assert difference(one, other) == difference(other, one)
    assert difference(one, third) <= difference(one, other) + difference(other, third) + 1e-9


@given(st.integers(0, 255))
def test_greys_have_no_colour_and_so_no_hue(level: int) -> None:
    grey = (level, level, level)
    assert chroma(grey) < 1e-3
    assert hue_gap(grey, RED) == 0


def test_hues_lie_on_a_circle() -> None:
    assert hue_gap(RED, (255, 10, 10)) < 5
    assert 0 < hue_gap((255, 0, 80), (255, 60, 0)) < 60  # across zero

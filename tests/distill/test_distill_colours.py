"""The same instruction in other colours."""

import random

import pytest

from webgen_r1.colour.arithmetic import luminance
from webgen_r1.colour.asks import ColourAsk, colour_asks
from webgen_r1.colour.names import read_colour
from webgen_r1.distill.colours import NAMES, vary_colours

SHOP = "Build a shop for oranges. "
ASKS = (
    "Set the background color to white and the component color to navy.",
    "Apply light cyan for layout; use teal for buttons and cards.",
    "Use a Dark Green backdrop with an ivory accent on components.",
    "Use #fdf5e6 as the background and rgb(0, 0, 128) for buttons.",
    "Style the background in dark green\nand components in green.",
)


def vary(text: str, seed: int = 0) -> str:
    return vary_colours(text, random.Random(seed))


def roles(asks: tuple[ColourAsk, ...]) -> list[str]:
    return [ask.role for ask in asks]


@pytest.mark.parametrize("ask", ASKS)
def test_other_colours_are_asked_for_in_the_same_places(ask: str) -> None:
    before, after = colour_asks(SHOP + ask), colour_asks(vary(SHOP + ask))
    assert len(before) == 2
    assert roles(after) == roles(before)
    names = {each.colour.name for each in after}
    assert len(names) == 2
    assert names <= set(NAMES)
    assert not names & {each.colour.name for each in before}


@pytest.mark.parametrize("ask", ASKS[:3])
@pytest.mark.parametrize("seed", range(5))
def test_light_stays_light_and_strong_stays_strong(ask: str, seed: int) -> None:
    pairs = zip(colour_asks(ask), colour_asks(vary(ask, seed)), strict=True)
    for before, after in pairs:
        assert (luminance(before.colour.rgb) > 0.45) == (luminance(after.colour.rgb) > 0.45)


def test_nothing_else_changes() -> None:
    text = SHOP + ASKS[0] + " It sells navy beans."
    varied = vary(text)
    first, second = (ask.colour.name for ask in colour_asks(varied))
    assert varied == (
        f"{SHOP}Set the background color to {first} and the component color to {second}. "
        "It sells navy beans."
    )


@pytest.mark.parametrize("seed", range(30))
def test_an_article_fits_its_colour(seed: int) -> None:
    varied = vary("Use a white background with an indigo accent on components.", seed)
    for ask in colour_asks(varied):
        article = "an" if ask.colour.name[0] in "aeiou" else "a"
        assert f" {article} {ask.colour.name} " in varied


def test_the_same_draw_gives_the_same_colours_and_another_draw_others() -> None:
    assert vary(ASKS[0], 1) == vary(ASKS[0], 1)
    assert len({vary(ASKS[0], seed) for seed in range(20)}) > 15


@pytest.mark.parametrize("text", ["", "Build a clock.", "A site about orange trees."])
def test_an_instruction_without_colours_stays_as_it_is(text: str) -> None:
    assert vary(text) == text


def test_every_name_is_a_colour_and_none_comes_twice() -> None:
    assert all(read_colour(name) for name in NAMES)
    assert len(set(NAMES)) == len(NAMES)

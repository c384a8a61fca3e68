"""Which colours an instruction asks for, and where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from webgen_r1.colour.asks import colour_asks
from webgen_r1.colour.names import look_up

BENCHMARK = Path(__file__).parents[3] / "shared" / "data" / "webgen-bench" / "test.jsonl"

SENTENCES = {
    "Set the background color to white and the component color to navy.": ("white", "navy"),
    "Use ivory for the background and forest green for components.": ("ivory", "forest green"),
    "Apply mint cream as the background; style all components with teal.": ("mint cream", "teal"),
    "Define the background as ghost white and components as slate gray.": (
        "ghost white",
        "slate gray",
    ),
    "Assign lavender to the background and indigo to the UI elements.": ("lavender", "indigo"),
    "Configure the background color to honeydew, with components using dark olive green.": (
        "honeydew",
        "dark olive green",
    ),
    "Set overall background to papaya whip, then style components with dark orange.": (
        "papaya whip",
        "dark orange",
    ),
    "Style the layout with snow in the background and dim gray for the interface.": (
        "snow",
        "dim gray",
    ),
    "Apply light goldenrod for layout; use olive drab for buttons and cards.": (
        "light goldenrod",
        "olive drab",
    ),
    "Initialize the background color with papaya whip and component color with peru.": (
        "papaya whip",
        "peru",
    ),
    "Specify beige as the base color and saddle brown for all components.": (
        "beige",
        "saddle brown",
    ),
    "Use a morning mist background and apply navy to the UI components.": ("morning mist", "navy"),
    "Define background as linen; define components with maroon.": ("linen", "maroon"),
    "Apply seashell to the canvas background and crimson to all visible components.": (
        "seashell",
        "crimson",
    ),
}


@pytest.mark.parametrize(("sentence", "colours"), SENTENCES.items())
def test_background_and_component_colours(sentence: str, colours: tuple[str, str]) -> None:
    asks = colour_asks("Please implement a website for a museum. " + sentence)
    assert [(ask.role, ask.colour.name) for ask in asks] == [
        ("background", colours[0]),
        ("component", colours[1]),
    ]


@pytest.mark.skipif(not BENCHMARK.exists(), reason="WebGen-Bench is not at hand")
def test_every_instruction_of_the_benchmark_but_one_names_both() -> None:
    rows = [json.loads(line) for line in BENCHMARK.read_text(encoding="utf-8").splitlines()]
    found = {row["id"]: {ask.role for ask in colour_asks(row["instruction"])} for row in rows}
    incomplete = [key for key, roles in found.items() if not {"background", "component"} <= roles]
    assert len(rows) == 101
    assert len(incomplete) == 1  # one instruction says nothing about colours


def test_hex_and_rgb_colours_count() -> None:
    asks = colour_asks("Use #0a2540 for buttons and rgb(250, 250, 245) for the background.")
    assert [(ask.role, ask.colour.rgb) for ask in asks] == [
        ("component", (10, 37, 64)),
        ("background", (250, 250, 245)),
    ]


def test_a_thing_is_no_colour_where_nothing_is_said_about_colours() -> None:
    assert colour_asks("A shop for chocolate from Peru. Show gold and silver medals.") == ()


def test_the_order_of_the_roles_does_not_matter() -> None:
    asks = colour_asks("Use navy buttons with a cream background.")
    assert [(ask.role, ask.colour.name) for ask in asks] == [
        ("component", "navy"),
        ("background", "cream"),
    ]


def test_a_colour_beyond_white_is_white_as_in_a_browser() -> None:
    asks = colour_asks("A site with rgb(256, 0, 999) as the background and #fff components.")
    assert [ask.colour.rgb for ask in asks] == [(255, 0, 255), (255, 255, 255)]


@pytest.mark.parametrize(
    ("name", "rgb", "loose"),
    [
        ("light sea green", (32, 178, 170), False),
        ("LightSeaGreen", (32, 178, 170), False),
        ("rebecca purple", (102, 51, 153), False),
        ("charcoal", (54, 69, 79), True),
    ],
)
def test_names_of_colours(name: str, rgb: tuple[int, int, int], loose: bool) -> None:
    colour = look_up(name.split())
    assert colour is not None
    assert (colour.rgb, colour.loose) == (rgb, loose)


def test_a_modifier_before_a_known_name_gives_a_rough_colour() -> None:
    dark = look_up(["dark", "teal"])
    assert dark is not None
    assert dark.loose
    assert sum(dark.rgb) < sum((0, 128, 128))
    assert look_up(["rather", "nice"]) is None

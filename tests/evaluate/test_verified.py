"""Which test cases a rule decides, and how."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.colour.match import apart, is_ground, is_paint
from webgen_r1.colour.names import NamedColour, read_colour
from webgen_r1.evaluate.menu import judged_entries, key_words, named_stops
from webgen_r1.evaluate.records import BenchItem, TestCase
from webgen_r1.evaluate.verifiable import ColourCase, NavigationCase, beyond, classify
from webgen_r1.evaluate.verified import verify
from webgen_r1.types import CheckReport, NavEntry, Page, PaintedColour, Trace

ROWS = Path(__file__).resolve().parents[3] / "shared" / "data" / "webgen-bench" / "test.jsonl"
LABELS = Path(__file__).resolve().parents[2] / "examples" / "labelled" / "labels.jsonl"
RGB = tuple[int, int, int]
colours = st.tuples(*(st.integers(0, 255),) * 3)

COLOURS = (
    "Verify that the site has 'ivory' as the background color and 'teal' as the component color."
)
MENU = TestCase(
    task="Try every entry of the navigation menu and come back to the home page each time.",
    expected="Each link leads to the page it names; none is broken.",
)


def colour_case(background: str, component: str) -> TestCase:
    return TestCase(
        task=f"See '{background}' as the background color and '{component}' as the component color."
    )


def named(*sections: str) -> TestCase:
    listed = ", ".join(sections)
    return TestCase(
        task=f"Use the navigation menu to move between the main sections ({listed}).",
        expected="The navigation links lead to their sections without errors.",
    )


def rgb(text: str) -> RGB:
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def colour(name: str) -> NamedColour:
    found = read_colour(name)
    assert found is not None
    return found


def trace(checks: CheckReport | None, stage: str = "judge", status: str = "ok") -> Trace:
    return Trace.model_validate(
        {
            "id": "x",
            "digest": "0",
            "outcome": "scored",
            "stage": stage,
            "reward": 1.0,
            "pages": [Page.model_validate({"route": "/", "status": status})],
            "checks": checks,
        }
    )


def verdict(case: TestCase, checks: CheckReport) -> str:
    (decided,) = verify(BenchItem(id="x", instruction="", cases=(case,)), trace(checks))
    return decided.verdict


def painted(*colours: tuple[str, float, str]) -> tuple[PaintedColour, ...]:
    return tuple(
        PaintedColour(rgb=rgb(value), share=share, what=tuple(what.split()))
        for value, share, what in colours
    )


def menu(*entries: tuple[str, str, str, bool]) -> CheckReport:
    return CheckReport(
        navigation=tuple(
            NavEntry.model_validate({"label": a, "target": b, "outcome": c, "back": d})
            for a, b, c, d in entries
        )
    )


HOME, NEWS, TEAM = (
    ("Home", "/", "reached", True),
    ("News", "/news", "reached", True),
    ("Our team", "/team", "reached", True),
)


# ── which cases ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("task", "background", "component"),
    [
        (COLOURS, "ivory", "teal"),
        ("Uses “mint cream” as the background colour and “dark cyan” as its component colour.",
         "mint cream", "dark cyan"),
        ("Check that #fdf5e6 is used as the background color and #bc8f8f as the component color.",
         "#fdf5e6", "#bc8f8f"),
        ("The background color is azure mist and the component color is dark slate blue.",
         "azure mist", "dark slate blue"),
        ("Background colour: 'rgb(1, 2, 3)', component colour: 'navy'.", "rgb(1, 2, 3)", "navy"),
    ],
)  # fmt: skip
def test_the_two_colours_are_read_from_the_task(task: str, background: str, component: str) -> None:
    found = classify(TestCase(task=task))
    assert isinstance(found, ColourCase)
    assert (found.background.name, found.component.name) == (background, component)


@pytest.mark.parametrize(
    "task",
    [
        "Verify 'ivory' as the background color.",
        "Verify 'glorp' as the background color and 'teal' as the component color.",
        "Change the background color of the canvas and check that the component follows.",
    ],
)
def test_a_colour_that_is_not_named_or_not_known_leaves_the_case_alone(task: str) -> None:
    assert classify(TestCase(task=task)) is None


@pytest.mark.parametrize(
    ("task", "expected", "reason"),
    [
        ("Use the main menu to open the news page.", "A list of recent news is displayed.",
         "content has to be judged"),
        ("Navigate to the contact page and submit the form.", "A confirmation appears.",
         "something has to be done there"),
        ("Test navigation between the shop and the cart.", "No errors; the session is kept.",
         "the session has to last"),
        ("Check the navigation menu on a phone.", "It adapts to mobile devices.",
         "layout has to be judged"),
    ],
)  # fmt: skip
def test_what_asks_for_more_than_links_is_left_to_the_agent(
    task: str, expected: str, reason: str
) -> None:
    case = TestCase(task=task, expected=expected)
    assert classify(case) is None
    assert beyond(case) == reason


def test_named_sections_count_and_examples_do_not() -> None:
    assert classify(named("News", "Contact us")) == NavigationCase("named", ("News", "Contact us"))
    examples = "Navigate through the site with its navigation menu (e.g., News, Contact)."
    case = TestCase(task=examples, expected="No broken links.")
    assert classify(case) == NavigationCase("all")


@pytest.mark.skipif(not ROWS.exists(), reason="the benchmark's rows are not here")
def test_every_colour_case_of_webgen_bench_is_covered_and_few_of_the_others() -> None:
    rows = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    cases = [case for row in rows for case in row["ui_instruct"]]
    kinds = Counter(
        type(classify(TestCase(task=case["task"], expected=case["expected_result"])))
        for case in cases
    )
    assert len(cases) == 647
    assert kinds[ColourCase] == 101
    assert kinds[NavigationCase] == 28
    asked = [case for case in cases if "as the background color" in case["task"]]
    assert all(isinstance(classify(TestCase(task=case["task"])), ColourCase) for case in asked)


def test_the_labelled_cases_are_all_of_a_kind_that_a_rule_decides() -> None:
    labels = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    sites = {
        recipe["site"]
        for file in LABELS.parent.glob("sites*.yaml")
        for recipe in yaml.safe_load(file.read_text(encoding="utf-8"))
    }
    assert {label["site"] for label in labels} == sites
    for label in labels:
        assert classify(TestCase(task=label["task"], expected=label["expected"])), label
    for kind in (ColourCase, NavigationCase):
        of_kind = [
            label["label"]
            for label in labels
            if isinstance(classify(TestCase(task=label["task"], expected=label["expected"])), kind)
        ]
        assert len(of_kind) >= 60
        assert min(Counter(of_kind).values()) >= 20


# ── colours ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "value"),
    [("white", "f9fafb"), ("light gray", "e5e7eb"), ("lavender", "ede9fe"), ("azure", "ecfeff"),
     ("black", "0a0a0a"), ("mint cream", "ecfdf5"), ("light pink", "fbcfe8")],
)  # fmt: skip
def test_a_page_one_shade_off_has_the_background_asked_for(name: str, value: str) -> None:
    assert is_ground(rgb(value), colour(name))


@pytest.mark.parametrize(
    ("name", "value"),
    [("snow", "ffffff"), ("mint cream", "ffffff"), ("alice blue", "ffffff"), ("white", "f5f5f5"),
     ("lavender", "e5e5e5"), ("beige", "f5f5f4"), ("light gray", "f3f4f6"), ("black", "1f2937")],
)  # fmt: skip
def test_a_white_or_grey_page_has_no_pale_background(name: str, value: str) -> None:
    assert not is_ground(rgb(value), colour(name))


@pytest.mark.parametrize(
    ("name", "value", "same"),
    [("teal", "0d9488", True), ("navy", "1e3a8a", True), ("indigo", "4338ca", True),
     ("crimson", "b91c1c", True), ("navy", "2563eb", False), ("teal", "4b5563", False),
     ("crimson", "f9a8d4", False), ("forest green", "84cc16", False)],
)  # fmt: skip
def test_shades_of_a_component_colour_pass_and_other_colours_do_not(
    name: str, value: str, same: bool
) -> None:
    assert is_paint(rgb(value), colour(name)) is same


@given(colours)
def test_a_colour_is_itself(value: RGB) -> None:
    wanted = NamedColour("x", value)
    assert is_ground(value, wanted)
    assert is_paint(value, wanted)


@given(colours, colours, colours)
def test_apart_is_a_distance(one: RGB, other: RGB, third: RGB) -> None:
    assert apart(one, one) == 0
    assert apart(one, other) == apart(other, one)
    assert apart(one, third) <= apart(one, other) + apart(other, third) + 1e-9


@pytest.mark.parametrize(
    ("ground", "parts", "expected"),
    [
        ("fffff0", "button header", "YES"),
        ("fffff0", "footer title", "PARTIAL"),  # letters and a footer are not components enough
        ("fffff0", "card badge title", "YES"),
        ("ffffff", "button", "PARTIAL"),
        ("ffffff", "", "NO"),
    ],
)
def test_a_colour_case_is_yes_for_both_and_partial_for_one(
    ground: str, parts: str, expected: str
) -> None:
    checks = CheckReport(
        backgrounds=painted((ground, 0.8, "page"), ("222222", 0.05, "section")),
        components=painted(("008080", 0.05, parts)),
    )
    assert verdict(colour_case("ivory", "teal"), checks) == expected


def test_a_background_on_few_pages_or_in_a_frame_does_not_hold() -> None:
    teal = painted(("008080", 0.05, "button"))
    for share, other in ((0.2, 0.7), (0.08, 0.02)):
        backgrounds = painted(("ffffff", other, "page"), ("fffff0", share, "page"))
        checks = CheckReport(backgrounds=backgrounds, components=teal)
        assert verdict(colour_case("ivory", "teal"), checks) == "PARTIAL"


# ── navigation ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((HOME, NEWS, TEAM), "YES"),
        ((("Home", "/", "same", True), NEWS, TEAM), "YES"),  # it was there already
        ((HOME, NEWS, ("Shop", "/shop", "dead", True)), "PARTIAL"),
        ((HOME, NEWS, ("Shop", "/shop", "reached", False)), "PARTIAL"),  # no way back
        ((HOME, ("Shop", "/shop", "error", False), ("Jobs", "", "same", True)), "NO"),
        ((HOME, NEWS, ("Blog", "https://blog.example", "external", False)), "YES"),
        ((HOME, NEWS, ("Shop", "/#", "reached", True)), "PARTIAL"),  # a placeholder
        ((("Acme", "/", "reached", True), HOME, ("Jobs", "/", "reached", True)), "PARTIAL"),
        ((("Acme", "/", "reached", True), ("Tea", "/", "reached", True), NEWS), "YES"),  # a logo
        ((("Acme", "/", "reached", True),), "NO"),  # a logo is no menu
        ((HOME, ("Новости", "/news", "reached", True)), "YES"),
        ((), "NO"),
    ],
)
def test_every_entry_counts_where_none_is_named(
    entries: tuple[tuple[str, str, str, bool], ...], expected: str
) -> None:
    assert verdict(MENU, menu(*entries)) == expected


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        (("Home", "News", "Team"), "YES"),
        (("Homepage", "News & articles"), "YES"),
        (("News", "Shop"), "PARTIAL"),
        (("News", "Shop", "Careers"), "NO"),
        (("Team",), "YES"),
    ],
)
def test_named_sections_must_be_in_the_menu(sections: tuple[str, ...], expected: str) -> None:
    case = named(*sections) if len(sections) > 1 else TestCase(
        task=f"Confirm navigation from the home page to the '{sections[0]}' page.",
        expected="The link takes the user there without any errors.",
    )  # fmt: skip
    assert verdict(case, menu(HOME, NEWS, TEAM)) == expected


def test_an_entry_that_leads_to_the_page_of_another_is_not_reached() -> None:
    swapped = menu(HOME, ("News", "/team", "reached", True), ("Our team", "/news", "reached", True))
    assert verdict(MENU, swapped) == "NO"
    assert judged_entries(swapped.navigation)[1].problem == "leads to Our team"


def test_going_home_needs_a_way_from_every_page() -> None:
    case = TestCase(
        task="Return to the home page from the other pages with the site's navigation menu.",
        expected="The home page opens again without errors.",
    )
    assert verdict(case, menu(HOME, NEWS, TEAM)) == "YES"
    lost = ("Our team", "/team", "reached", False)
    assert verdict(case, menu(HOME, NEWS, lost)) == "PARTIAL"
    assert verdict(case, menu(HOME, lost)) == "NO"


@given(st.lists(st.sampled_from(["News", "Team", "Shop", "Home"]), min_size=1, max_size=6))
def test_each_named_section_gets_an_answer_in_its_place(sections: list[str]) -> None:
    stops = named_stops(sections, judged_entries(menu(HOME, NEWS, TEAM).navigation))
    assert len(stops) == len(sections)
    for section, stop in zip(sections, stops, strict=True):
        if stop.reached:
            assert key_words(section) & stop.words


# ── sites that do not work ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("stage", ["parse", "static", "build"])
def test_a_site_that_does_not_start_fails_what_is_covered(stage: str) -> None:
    item = BenchItem(id="x", instruction="", cases=(MENU, TestCase(task="Log in.")))
    (decided,) = verify(item, trace(None, stage=stage))
    assert (decided.case, decided.verdict, decided.start_failure) == (0, "NO", True)
    assert stage in decided.reason


def test_a_blank_landing_page_is_no() -> None:
    item = BenchItem(id="x", instruction="", cases=(colour_case("white", "navy"),))
    (decided,) = verify(item, trace(None, stage="render", status="blank"))
    assert (decided.verdict, decided.start_failure) == ("NO", False)


def test_nothing_is_decided_without_checks_or_without_knowing() -> None:
    item = BenchItem(id="x", instruction="", cases=(MENU, colour_case("white", "navy")))
    assert verify(item, trace(None)) == ()
    unknown = trace(None, stage="build").model_copy(update={"outcome": "infra_failure"})
    assert verify(item, unknown) == ()

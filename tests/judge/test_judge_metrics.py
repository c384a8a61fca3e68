"""Each metric on pages made by hand, so that its answer can be worked out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge_pages import INK, INSTRUCTION, NAVY, WHITE, box, boxes_of, look

from webgen_r1.colour.asks import colour_asks
from webgen_r1.judge.metrics import colours, content
from webgen_r1.judge.metrics.alignment import alignment
from webgen_r1.judge.metrics.consistency import consistency
from webgen_r1.judge.metrics.contrast import contrast, required_ratio
from webgen_r1.judge.metrics.density import density
from webgen_r1.judge.metrics.hierarchy import hierarchy
from webgen_r1.judge.metrics.soundness import soundness
from webgen_r1.judge.metrics.spacing import spacing
from webgen_r1.judge.metrics.styling import styling
from webgen_r1.layout import Look

GOOD = look(*boxes_of("/"))
BACKGROUND, COMPONENT = colour_asks(INSTRUCTION)
SAID = "Sixteen ordinary words about bread"


# ── contrast ────────────────────────────────────────────────────────────────────────


def test_contrast_needs_4_5_and_3_for_large_text() -> None:
    assert required_ratio(box("p", 0, 0, 9, 9)) == 4.5
    assert required_ratio(box("p", 0, 0, 9, 9, font_size=24.0)) == 3
    assert required_ratio(box("p", 0, 0, 9, 9, font_size=18.66, font_weight=700)) == 3
    assert required_ratio(box("p", 0, 0, 9, 9, font_size=18.66)) == 4.5


def test_contrast_names_the_page_the_count_and_the_worst() -> None:
    grey = (170, 170, 170)
    mark = contrast(
        look(box("p", 0, 0, 90, 20, text="fine"), box("p", 0, 30, 90, 20, text="pale", color=grey))
    )
    assert 0.5 < mark.value < 0.7
    assert "/: 1 of 2 texts" in mark.reasons[0]
    assert "2.3:1" in mark.reasons[0]
    assert "pale" in mark.reasons[0]


def test_text_over_pictures_has_no_known_contrast() -> None:
    assert contrast(look(box("p", 0, 0, 90, 20, text="hi", background=None))).value == 1


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(0, 60)), min_size=1, max_size=8))
def test_lighter_text_on_white_never_raises_contrast(shades: list[tuple[int, int]]) -> None:
    def graded(lightened: bool) -> float:
        levels = [min(255, level + more * lightened) for level, more in shades]
        return contrast(
            look(*(box("p", 0, 0, 90, 20, text=SAID, color=(n, n, n)) for n in levels))
        ).value

    assert graded(lightened=True) <= graded(lightened=False)


# ── hierarchy ───────────────────────────────────────────────────────────────────────


def test_one_size_for_everything_is_no_hierarchy() -> None:
    flat = look(*(replace(each, font_size=16.0, font_weight=400) for each in GOOD.boxes))
    assert hierarchy(GOOD).value > 0.9
    assert hierarchy(flat).value < 0.55
    assert any("close to body" in reason for reason in hierarchy(flat).reasons)


def test_headings_that_grow_downwards_are_named() -> None:
    upside_down = look(
        box("h1", 0, 0, 90, 20, text="Title", font_size=18.0),
        box("h2", 0, 40, 90, 20, text="Section", font_size=30.0),
        box("p", 0, 80, 90, 20, text=SAID),
    )
    assert any("h1 to h3" in reason for reason in hierarchy(upside_down).reasons)


# ── alignment, spacing ──────────────────────────────────────────────────────────────


def test_blocks_pushed_aside_lose_alignment() -> None:
    pushed = look(
        *(replace(b, x=b.x + 17 * (i % 3), y=b.y + 9 * (i % 2)) for i, b in enumerate(GOOD.boxes))
    )
    assert alignment(GOOD).value > 0.9
    assert alignment(pushed).value < 0.5
    assert "share no edge" in alignment(pushed).reasons[0]


@given(st.floats(-500, 500), st.floats(-500, 500))
def test_moving_the_whole_page_changes_no_alignment(across: float, down: float) -> None:
    moved = look(*(replace(b, x=b.x + across, y=b.y + down) for b in GOOD.boxes))
    assert alignment(moved).value == alignment(GOOD).value


def test_text_at_the_very_edge_of_a_painted_box_is_tight() -> None:
    tight = look(
        *(replace(b, padding=0.0, text_align="start", x=b.x - 24 * (b.x > 60)) for b in GOOD.boxes)
    )
    assert spacing(GOOD).value > spacing(tight).value
    assert any("within 6px" in reason for reason in spacing(tight).reasons)


def test_a_single_rule_is_not_a_frame() -> None:
    ruled = look(box("section", 40, 0, 400, 90, border=True), box("p", 40, 9, 90, 20, text=SAID))
    framed = look(
        box("section", 40, 0, 400, 90, border=True, radius=8.0),
        box("p", 40, 9, 90, 20, text=SAID, parent=0),
    )
    assert not any("painted or framed" in reason for reason in spacing(ruled).reasons)
    assert any("painted or framed" in reason for reason in spacing(framed).reasons)


# ── soundness ───────────────────────────────────────────────────────────────────────


def test_texts_on_top_of_each_other_are_found_but_not_nested_ones() -> None:
    nested = look(
        box("p", 40, 0, 400, 40, text="outer words"),
        box("b", 40, 0, 100, 20, text="inner", parent=0),
    )
    stacked = look(
        box("p", 40, 0, 400, 40, text="one paragraph"),
        box("p", 40, 10, 400, 40, text="another one"),
    )
    assert soundness(nested).value == 1
    assert soundness(stacked).value < 0.6
    assert "2 texts overlap" in soundness(stacked).reasons[0]


def test_a_page_wider_than_the_window_is_unsound() -> None:
    wide = Look("/", replace(GOOD.facts, scroll_width=1560.0))
    assert soundness(GOOD).value == 1
    assert soundness(wide).value < 1
    assert "280px wider" in soundness(wide).reasons[0]


def test_clipped_text_and_text_outside_count() -> None:
    boxes = [box("p", 40, 40 * n, 90, 20, text=SAID) for n in range(10)]
    cut = [replace(boxes[0], clipped=True), replace(boxes[1], x=1270.0), *boxes[2:]]
    reasons = " ".join(soundness(look(*cut)).reasons)
    assert "1 texts are cut off" in reasons
    assert "1 texts stick out" in reasons


@given(st.floats(0, 4000), st.floats(0, 4000))
def test_a_wider_overflow_never_helps(one: float, other: float) -> None:
    less, more = sorted((one, other))
    marks = [
        soundness(Look("/", replace(GOOD.facts, scroll_width=1280 + over))).value
        for over in (less, more)
    ]
    assert marks[1] <= marks[0]


# ── density, styling ────────────────────────────────────────────────────────────────


def test_an_empty_and_a_crammed_page_are_both_worse() -> None:
    empty = look(box("h1", 40, 40, 300, 40, text="About"))
    crammed = look(*(box("p", 0, 8 * n, 1280, 8, text="word " * 40) for n in range(110)))
    assert density(empty).value < 0.3 < density(GOOD).value
    assert density(crammed).value < 0.3
    assert "crammed" in density(crammed).reasons[-1]


def test_the_look_of_the_browser_is_unstyled() -> None:
    bare = look(
        box("h1", 8, 21, 1264, 37, text="Bakery", font_size=32.0, font_family="Times New Roman"),
        box("a", 8, 80, 60, 18, text="Home", color=(0, 0, 238), clickable=True, font_family=""),
        box("p", 8, 120, 1264, 18, text=SAID, font_family='"Times New Roman", serif'),
    )
    assert styling(GOOD).value > 0.9
    assert styling(bare).value < 0.1
    assert "unstyled" in styling(bare).reasons[0]


# ── colours ─────────────────────────────────────────────────────────────────────────


def test_the_colours_asked_for_are_found() -> None:
    assert colours.background(GOOD, BACKGROUND).value == 1
    assert colours.components(GOOD, COMPONENT).value > 0.9


def test_other_colours_are_not_and_the_reason_says_what_there_is() -> None:
    pink = (255, 182, 193)
    repainted = look(
        *(
            replace(
                each,
                own_background=pink if each.own_background == WHITE else None,
                color=(10, 120, 20) if each.color == NAVY else each.color,
            )
            for each in GOOD.boxes
        )
    )
    ground = colours.background(repainted, BACKGROUND)
    assert ground.value < 0.3
    assert "#ffb6c1" in ground.reasons[0]
    assert "white (#ffffff)" in ground.reasons[0]
    assert colours.components(repainted, COMPONENT).value < 0.3


def test_the_canvas_is_what_the_body_stands_on() -> None:
    """A page painted by its html element has no box of its own for that paint."""
    ivory = (255, 255, 240)
    page = look(box("body", 0, 0, 1280, 900, background=ivory), box("p", 0, 0, 90, 20, text="hi"))
    assert page.paint == {ivory: 1.0}


def test_colours_without_a_place_may_be_anywhere() -> None:
    asks = colour_asks("Use a color palette of navy and crimson.")
    mark = colours.palette(GOOD, asks)
    assert mark.value == pytest.approx(0.5)
    assert "crimson" in mark.reasons[0]


@given(st.integers(0, 1280), st.integers(0, 1280))
def test_more_of_the_wanted_ground_never_lowers_the_mark(one: int, other: int) -> None:
    def graded(width: int) -> float:
        grey = box("body", 0, 0, 1280, 900, own_background=(90, 90, 90))
        wanted = box("main", 0, 0, width, 900, own_background=WHITE, parent=0)
        return colours.background(look(grey, wanted), BACKGROUND).value

    less, more = sorted((one, other))
    assert graded(less) <= graded(more)


# ── content ─────────────────────────────────────────────────────────────────────────


def texts(*said: str) -> Look:
    return look(*(box("p", 40, 40 * n, 600, 20, text=text) for n, text in enumerate(said)))


def test_words_of_the_instruction_are_looked_for_in_any_form() -> None:
    asked = "Build a website for a bakery. Visitors order pastries and browse recipes."
    covering = texts("The bakeries of the valley", "Ordering", "a pastry, a recipe, a visitor")
    assert content.coverage([covering], asked).value == 1
    missing = content.coverage([texts("Car parts")], asked)
    assert missing.value == 0
    assert "bak" in missing.reasons[0]


def test_hidden_text_covers_nothing() -> None:
    asked = "Build a website for a bakery with pastries."
    words = "bakery pastries"
    shown = look(box("p", 40, 40, 300, 20, text=words))
    assert content.coverage([shown], asked).value == 1
    for trick in (
        {"color": WHITE},
        {"font_size": 1.0},
        {"x": -9999.0},
        {"y": -9999.0},
        {"width": 1.0},
    ):
        hidden = look(replace(shown.boxes[0], **trick))
        assert content.coverage([hidden], asked).value == 0, trick


def test_repeating_or_quoting_the_instruction_covers_nothing_more() -> None:
    asked = (
        "Build a website for a bakery. Visitors browse loaves, reserve pastries, compare cakes, "
        "rate croissants, follow bakers, collect stamps and download recipes."
    )
    once = content.coverage([texts("A bakery")], asked).value
    assert content.coverage([texts("A bakery " * 50)], asked).value == once
    assert content.coverage([texts("A bakery", asked)], asked).value == once
    listed = "bakery loaves pastries cakes croissants bakers stamps recipes visitors compare"
    stuffed = content.coverage([texts(listed)], asked).value
    spread = content.coverage([texts(*listed.split())], asked).value
    assert once < stuffed < spread


def test_pages_that_only_repeat_the_frame_are_no_pages() -> None:
    frame = ["Home", "About", "Copyright by the bakery"]
    own = [f"Words that only page {name} has " * 8 for name in ("one", "two", "three")]
    full = [texts(*frame, said) for said in own]
    emptied = [texts(*frame, name) for name in ("Alpha", "Beta", "Gamma")]
    assert content.extent(full, None).value == pytest.approx(0.8)
    assert content.extent(emptied, None).value < 0.1
    assert content.extent([full[0]] * 5, None).value < content.extent(full, None).value
    assert "only 1 page" in content.extent(full[:1], None).reasons


def test_one_page_is_enough_where_one_page_was_asked_for() -> None:
    page = texts("Words that this single page has to say about its subject " * 6)
    assert content.extent([page], "Build a landing page for a bakery.").value == 1
    assert content.extent([page], "Build a website for a bakery.").value < 0.5


def test_filler_and_stand_ins_are_not_genuine() -> None:
    lorem = texts("Lorem ipsum dolor sit amet, consectetur adipiscing elit.")
    assert content.genuine([lorem]).value == 0
    assert "filler" in content.genuine([lorem]).reasons[0]
    soon = content.genuine([texts("Our menu", "Coming soon")])
    assert 0 < soon.value < 1
    assert '"Coming soon"' in soon.reasons[0]
    assert content.genuine([GOOD]).value == 1


# ── consistency ─────────────────────────────────────────────────────────────────────


def test_pages_with_the_same_frame_are_consistent() -> None:
    pages = [Look(route, look(*boxes_of(route)).facts) for route in ("/", "/loaves", "/order")]
    assert consistency(pages).value == 1
    stranger = Look("/odd", look(box("p", 9, 9, 90, 20, text=SAID, font_family="Papyrus")).facts)
    mark = consistency([pages[0], stranger])
    assert mark.value < 0.8
    assert any("navigation" in reason for reason in mark.reasons)


def test_one_page_proves_no_consistency() -> None:
    assert consistency([GOOD]).value < 0.5


@pytest.mark.parametrize(
    "metric", [alignment, contrast, density, hierarchy, soundness, spacing, styling]
)
def test_a_page_without_text_or_with_one_box_breaks_no_metric(metric: object) -> None:
    assert callable(metric)
    for page in (look(box("div", 0, 0, 0, 0)), look(box("p", 5, 5, 50, 20, text="x", color=INK))):
        assert 0 <= metric(page).value <= 1

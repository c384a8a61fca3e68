"""Training rows that repeat one another or are near a test row are dropped, and it is said why."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from webgen_r1.instructions import load_instructions
from webgen_r1.instructions.clean import CleanSettings, clean
from webgen_r1.instructions.meaning import Vectors
from webgen_r1.instructions.overlap import words
from webgen_r1.types import Instruction

EXAMPLES = Path(__file__).parents[2] / "examples"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "webgen-bench"
needs_benchmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the benchmark is not at hand")

KAYAKS = (
    "Please implement a website for renting kayaks on a lake. Users should be able to choose a "
    "boat, pick a free hour, see the price with a deposit and cancel what they have booked."
)
CHOIR = (
    "Please implement a website for a village choir. Users should be able to listen to samples, "
    "buy tickets for the next concert and ask for an audition in spring."
)


def asked(*texts: str) -> list[Instruction]:
    return [Instruction(id=f"row-{n}", text=text) for n, text in enumerate(texts)]


def test_the_colours_alone_make_no_other_site() -> None:
    rows = asked(
        f"{KAYAKS} Use white for the background and navy for components.",
        f"{CHOIR} Use white for the background and navy for components.",
        f"{KAYAKS} Components are teal on a beige background.",
    )
    cleaned = clean(rows)
    assert cleaned.kept == (rows[0], rows[1])
    (dropped,) = cleaned.dropped
    assert (dropped.id, dropped.reason, dropped.like_id) == ("row-2", "duplicate", "row-0")
    assert (dropped.by, dropped.similarity) == ("words", 1)
    assert dropped.shared.startswith("please implement a website for renting kayaks")


def test_case_and_punctuation_make_no_other_site() -> None:
    assert len(clean(asked(KAYAKS, KAYAKS.upper().replace(",", ";"))).kept) == 1


def test_rows_that_share_only_the_boilerplate_stay() -> None:
    rows = asked(
        *(
            f"Please implement a website for {topic}. The website should have functionalities "
            f"for {topic} {first}, and {second}. Users should be able to browse {first}."
            for topic, first, second in (
                ("a bakery", "loaves", "ordering cakes for a party"),
                ("a museum", "paintings", "planning a tour with friends"),
                ("a clinic", "doctors", "asking for a date next week"),
                ("a harbour", "berths", "reading the tides of today"),
            )
        )
    )
    assert clean(rows).kept == tuple(rows)


def test_a_test_row_within_a_longer_training_row_is_found() -> None:
    """What else the training row asks for does not hide it."""
    longer = f"{CHOIR} {KAYAKS} It also has a page about weather, one about food and a newsletter."
    cleaned = clean(asked(longer, CHOIR), against=[Instruction(id="t", text=KAYAKS)])
    assert [row.id for row in cleaned.kept] == ["row-1"]
    (dropped,) = cleaned.dropped
    assert (dropped.reason, dropped.like_id, dropped.like_text) == ("contaminated", "t", KAYAKS)


def test_near_a_test_row_comes_before_repeating() -> None:
    cleaned = clean(asked(KAYAKS, KAYAKS), against=asked(KAYAKS))
    assert [row.reason for row in cleaned.dropped] == ["contaminated"] * 2


def test_repeats_may_be_kept() -> None:
    settings = CleanSettings(dedupe=False)
    assert len(clean(asked(KAYAKS, KAYAKS), settings=settings).kept) == 2


def test_a_threshold_of_one_drops_only_the_same_words() -> None:
    settings = CleanSettings(duplicate=1)
    rows = asked(KAYAKS, KAYAKS.replace("free", "good"), KAYAKS)
    assert [row.id for row in clean(rows, settings=settings).dropped] == ["row-2"]


@pytest.mark.parametrize("text", ["A clock", "Use white for the background.", "…"])
def test_a_text_shorter_than_a_run_is_compared_as_a_whole(text: str) -> None:
    cleaned = clean(asked(text, "A calendar", text))
    assert [row.id for row in cleaned.kept] == ["row-0", "row-1"]


def test_no_rows_are_no_rows() -> None:
    assert clean([], against=asked(KAYAKS)).kept == ()


class Topics:
    """Embeds by topic: what a model would do, for two topics. `texts` is what it was given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.texts = list(texts)
        boats = ("kayak", "canoe")
        return np.array(
            [[2, 0.1] if any(boat in text for boat in boats) else [0, 3] for text in texts],
            dtype=np.float32,
        )


def test_meaning_finds_what_says_the_same_in_other_words() -> None:
    other = "A canoe hire needs a page with a calendar, prices and a way to change a reservation."
    rows, embed = asked(KAYAKS, CHOIR, other), Topics()
    assert clean(rows).dropped == ()
    (dropped,) = clean(rows, embed=embed).dropped
    assert (dropped.id, dropped.like_id, dropped.by) == ("row-2", "row-0", "meaning")
    both = clean([rows[0], rows[1]], against=[rows[2]], embed=embed).dropped
    assert [(row.id, row.reason, row.by) for row in both] == [("row-0", "contaminated", "meaning")]


def test_meaning_is_of_the_text_without_its_colours() -> None:
    embed = Topics()
    clean(asked(f"{KAYAKS} Use white for the background."), embed=embed)
    assert [text.strip() for text in embed.texts] == [KAYAKS]


def test_of_rows_that_mean_the_same_the_first_stays_and_is_named() -> None:
    """A row like two is put down to the one that stays, not to one that is dropped itself."""
    steps = np.array([[1, 0], [0.95, 0.31], [0.8, 0.6], [0.9, 0.44]], dtype=np.float32)
    cleaned = clean(asked("a", "b", "c", "d"), embed=lambda texts: steps)
    assert [(row.id, row.like_id) for row in cleaned.dropped] == [
        ("row-1", "row-0"),
        ("row-3", "row-2"),
    ]


def changed(text: str) -> str:
    """Every tenth word another one, other colours, and more asked for at the end."""
    said = [f"word{n}" if n % 10 == 5 else word for n, word in enumerate(words(text))]
    return " ".join(said) + ". It should also have a help page. Use red for all components."


@needs_benchmark
def test_changed_copies_of_webgen_bench_are_found_and_none_of_its_training_set_is() -> None:
    tests = load_instructions(str(SHARED / "test.jsonl"))
    train = load_instructions(str(SHARED / "train.parquet"), 500)
    copies = [Instruction(id=f"copy-{row.id}", text=changed(row.text)) for row in tests]
    cleaned = clean([*train, *copies], tests, CleanSettings(dedupe=False))
    assert {row.id: row.like_id for row in cleaned.dropped} == {
        f"copy-{row.id}": row.id for row in tests
    }


def test_the_sets_that_ship_do_not_repeat_one_another() -> None:
    train = load_instructions(str(EXAMPLES / "train.jsonl"))
    held_out = load_instructions(str(EXAMPLES / "held-out.jsonl"))
    first = load_instructions(str(EXAMPLES / "instructions.jsonl"))
    assert (len(train), len(held_out)) == (120, 60)
    assert len({row.id for row in (*train, *held_out, *first)}) == 192
    strict = CleanSettings(contaminated=0.15, duplicate=0.15)
    assert clean(train, [*held_out, *first], strict).dropped == ()
    assert clean(held_out, [*train, *first], strict).dropped == ()


@needs_benchmark
def test_the_sets_that_ship_are_no_copies_of_webgen_bench() -> None:
    own = [
        row
        for name in ("train", "held-out")
        for row in load_instructions(str(EXAMPLES / f"{name}.jsonl"))
    ]
    strict = CleanSettings(contaminated=0.15)
    assert clean(own, load_instructions(str(SHARED / "test.jsonl")), strict).dropped == ()

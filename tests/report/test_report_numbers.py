"""Overview and table: the same numbers, honest about what is not known."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import good, outage, unbuilt
from rich.console import Console

from webgen_r1.report import summary_table
from webgen_r1.report.stats import BINS, Share, overview
from webgen_r1.types import Trace


def table(*traces: Trace, width: int = 140) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(summary_table(traces, width))
    return out.getvalue()


def test_outages_are_in_no_mean_and_in_no_share() -> None:
    numbers = overview([good("a", 4.0), unbuilt("b"), outage("c")])
    assert (numbers.total, numbers.scored, numbers.infra) == (3, 2, 1)
    assert numbers.mean_reward == pytest.approx(2.05)
    assert (numbers.rendered.hits, numbers.rendered.total) == (1, 2)


def test_how_far_they_came_counts_each_stage_that_was_passed() -> None:
    numbers = overview([good("a"), unbuilt("b")])
    assert [(step.label, step.share.hits) for step in numbers.steps] == [
        ("readable", 2),
        ("follows the rules", 2),
        ("builds", 1),
        ("renders", 1),
    ]


def test_nothing_scored_is_no_zero() -> None:
    numbers = overview([outage("a")])
    assert numbers.mean_reward is None
    assert numbers.median_seconds is None


def test_wilson_interval_of_a_known_case() -> None:
    low, high = Share(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share(hits: int, misses: int) -> None:
    share = Share(hits, hits + misses)
    low, high = share.interval
    assert 0 <= low <= high <= 1
    assert not share.total or low <= share.value <= high + 1e-9


@given(st.lists(st.floats(-1, 9), max_size=30))
def test_every_reward_is_in_one_bin(rewards: list[float]) -> None:
    histogram = overview(
        [good("a").model_copy(update={"reward": reward}) for reward in rewards]
    ).histogram
    assert len(histogram) == BINS
    assert sum(histogram) == len(rewards)


def test_the_table_has_a_row_for_each_and_a_sum() -> None:
    text = table(good("shop"), unbuilt("gym"), outage("zoo"))
    assert "4.20" in text
    assert "missing-export: no NoSuchIcon" in text
    assert "judge: 401 from the endpoint" in text
    assert "3 in all" in text


def test_the_table_prints_no_control_characters_and_no_markup() -> None:
    text = table(good("\x1b[31m[red]id\x07\r\n"))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[red]id" in text


def test_a_long_table_is_cut_and_says_so() -> None:
    text = table(*(good(f"n{n}") for n in range(100)))
    assert "40 more in the report" in text


def test_a_narrow_table_has_its_numbers_whole() -> None:
    text = table(good("a-completion-with-a-rather-long-name"), unbuilt("gym"), width=80)
    assert "4.20" in text
    assert "50% render" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "missing-export" not in text

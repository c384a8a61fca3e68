"""The page of a training: what it shows, in what order, and that it stands by itself."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from learning_samples import curve, story

from webgen_r1.learn.curve import curve_of
from webgen_r1.learn.records import Curve
from webgen_r1.learn.story import Story
from webgen_r1.report.learning import gallery, moments_of, write_learning
from webgen_r1.report.learning_charts import (
    clock,
    mean_of,
    moving_mean,
    number,
    panels,
    stretches,
)
from webgen_r1.report.learning_figures import write_learning_figures
from webgen_r1.report.learning_shapes import BOTTOM, LEFT, RIGHT, TOP, shape, ticks
from webgen_r1.report.learning_tables import NAMES, gain, learning_markdown

EVIL = "</script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return story(tmp_path_factory.mktemp("learn"), size=12, seeds=(0, 1), steps=40)


@pytest.fixture(scope="module")
def html(told: Story) -> str:
    return write_learning(told, told.before.folder.parent).read_text(encoding="utf-8")


# ── the page ────────────────────────────────────────────────────────────────────────


def test_the_page_loads_nothing_but_links_to_the_evaluations(html: str) -> None:
    addresses = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert not [each for each in addresses if each.startswith(("http", "//", "/"))]
    assert {"before/report.html", "after/report.html"} <= set(addresses)
    assert "default-src &#39;none&#39;; img-src data:" in html


def test_every_metric_stands_before_and_after_with_its_difference(told: Story, html: str) -> None:
    for change in told.learning.changes:
        assert f"{NAMES[change.metric].name}</b>" in html
        assert gain(change) in html
    assert "similarity between instructions" in html


def test_charts_are_told_in_words_and_numbers(html: str) -> None:
    labels = re.findall(r'class="curve"[^>]*role="img" aria-label="([^"]+)"', html)
    assert len(labels) == 7
    assert labels[0].startswith("Reward from 0")
    assert "The curves in numbers" in html


def test_what_got_worse_is_among_the_few_that_are_shown(told: Story) -> None:
    before, during, after = moments_of(told)
    folder = told.before.folder.parent
    rows = gallery((after, during, before), folder, most=10)  # unlearning
    assert "worse" in {row.outcome for row in rows}
    assert [len(row.cells) for row in rows] == [3] * 10
    asked = {item.id for item in during.run.benchmark.items}
    assert asked <= {row.sites.item.id for row in rows}
    others = [row.change for row in rows if row.sites.item.id not in asked]
    everything = gallery((after, before), folder)
    assert sorted(filter(None, others)) == sorted(
        row.change for row in everything if row.sites.item.id not in asked and row.change
    )[:len(others)]  # fmt: skip


def test_without_half_way_two_moments_are_shown(told: Story, tmp_path: Path) -> None:
    text = write_learning(replace(told, during=None), tmp_path).read_text(encoding="utf-8")
    assert "Same instruction, before, after" in text


def test_what_a_model_or_a_user_wrote_is_only_text(told: Story, tmp_path: Path) -> None:
    learning = told.learning.model_copy(
        update={"policy": EVIL, "command": EVIL, "notes": (EVIL,), "recipe": EVIL}
    )
    text = write_learning(replace(told, learning=learning, recipe=EVIL), tmp_path).read_text(
        "utf-8"
    )
    assert EVIL not in text
    assert text.count("&lt;/script&gt;&lt;script&gt;alert(1)") >= 5


def test_a_training_without_a_log_has_no_curves(told: Story, tmp_path: Path) -> None:
    learning = told.learning.model_copy(update={"curves": (Curve(seed=0, steps=(), series={}),)})
    text = write_learning(replace(told, learning=learning), tmp_path).read_text("utf-8")
    assert "While it learned" not in text


# ── the table and the figures ───────────────────────────────────────────────────────


def test_the_table_has_seeds_intervals_and_times(told: Story) -> None:
    text = learning_markdown(told.learning)
    assert "seeds 0, 1" in text
    assert re.search(r"\| VRR \| \d+\.\d % \(.+\) \| \d+\.\d % \(.+\) \| \+\d+\.\d pp \(", text)
    assert "| train | 28 min 45 s |" in text
    assert told.learning.command in text


def test_figures_are_written_as_svg_and_png(told: Story, tmp_path: Path) -> None:
    written = {path.name for path in write_learning_figures(told.learning, tmp_path)}
    assert written == {
        *("before-after.svg", "before-after.png", "curves.svg", "curves.png"),
        *("reward.svg", "reward.png"),
    }


# ── the charts ──────────────────────────────────────────────────────────────────────


def test_one_seed_is_drawn_step_by_step_with_its_moving_mean_and_spread() -> None:
    reward = panels([curve(steps=80)])[0]
    assert [series.look for series in reward.series] == ["thin", "bold"]
    thin, bold = (series.points for series in reward.series)
    assert len(thin) == len(bold) == 80
    assert reward.band is not None
    low, high = reward.band
    assert low[40][1] < bold[40][1] < high[40][1]


def test_several_seeds_are_drawn_thin_and_their_mean_bold() -> None:
    reward = panels([curve(0, 40), curve(1, 40), curve(2, 40)])[0]
    assert [series.look for series in reward.series] == ["thin", "thin", "thin", "bold"]
    assert reward.band is None
    at = [series.points[7][1] for series in reward.series]
    assert at[3] == pytest.approx(sum(at[:3]) / 3)


def test_the_mean_of_seeds_is_over_the_steps_that_all_have() -> None:
    assert mean_of([((1, 1.0), (2, 3.0)), ((1, 2.0), (2, 5.0), (3, 9.0))]) == ((1, 1.5), (2, 4.0))


def test_a_moving_mean_looks_a_fortieth_of_the_run_to_either_side() -> None:
    points = tuple((float(n), float(n % 2)) for n in range(80))
    smooth = moving_mean(points)
    assert len(smooth) == 80
    assert smooth[40][1] == pytest.approx(2 / 5)
    assert moving_mean(points[:10]) == points[:10]


def test_what_was_not_measured_has_no_chart() -> None:
    whole = curve(steps=10)
    without = whole.model_copy(
        update={"series": {name: v for name, v in whole.series.items() if name != "kl"}}
    )
    assert "kl" not in [panel.key for panel in panels([without])]
    assert panels([curve_of([], 0)]) == ()


def test_shapes_stay_within_their_frame() -> None:
    for panel in panels([curve(steps=60)]):
        drawn = shape(panel)
        for path in (drawn.band, *(line.path for line in drawn.lines)):
            for x, y in re.findall(r"([\d.]+) ([\d.]+)", path):
                assert LEFT <= float(x) <= RIGHT
                assert TOP <= float(y) <= BOTTOM
        assert 2 <= len(drawn.up) <= 7


def test_a_single_step_can_be_drawn() -> None:
    drawn = shape(panels([curve(steps=1)])[0])
    assert re.fullmatch(rf"M{LEFT} [\d.]+", drawn.lines[0].path)


def test_stretches_are_the_first_and_the_last_tenth() -> None:
    found = {each.name: each for each in stretches(panels([curve(steps=200)]))}
    assert found["Reward"].first < 1.2 < 3 < found["Reward"].last <= found["Reward"].highest
    assert found["Sites that render"].unit == "%"
    assert found["Components of the reward: reasoning"].last == pytest.approx(98)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0, 3.7, [0, 1, 2, 3]),
        (1, 200, [50, 100, 150, 200]),
        (0, 0.083, [0, 0.02, 0.04, 0.06, 0.08]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


def test_numbers_and_times_are_short() -> None:
    assert list(map(number, (0, 0.0834, 0.5, 3.456, 41.23, 1234.5))) == [
        *("0", "0.083", "0.50", "3.46", "41.2", "1,234"),
    ]
    assert [clock(each) for each in (3.21, 42, 200, 7500)] == [
        *("3.2 s", "42 s", "3 min 20 s", "2 h 5 min"),
    ]

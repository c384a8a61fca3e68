"""Figures and tables: the numbers of the summary, the same every time."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rich.console import Console
from run_samples import run

from webgen_r1.errors import DiskError
from webgen_r1.evaluate.results import RunResults, SiteResult
from webgen_r1.report import charts
from webgen_r1.report.figures import write_figures
from webgen_r1.report.metrics import BY_KEY
from webgen_r1.report.tables import (
    latex_categories,
    latex_table,
    latex_text,
    markdown_categories,
    markdown_table,
    md_text,
    rich_table,
)
from webgen_r1.samples import Sample
from webgen_r1.stats.estimate import Estimate


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> RunResults:
    return run(tmp_path_factory.mktemp("run"), size=26, pictures=None)


@pytest.fixture(scope="module")
def few(small: RunResults) -> RunResults:
    """Two metrics, two groups: a figure takes a fraction of a second."""
    nothing = Estimate()
    summary = small.summary.model_copy(
        update={
            **dict.fromkeys(("fsr", "fsr_verified", "ldpr"), nothing),
            "scenarios": dict(list(small.summary.scenarios.items())[:2]),
            "applications": {},
            "checks": {},
        }
    )
    return replace(small, summary=summary)


# ── figures ─────────────────────────────────────────────────────────────────────────


def test_every_figure_is_written_as_svg_and_png(small: RunResults, tmp_path: Path) -> None:
    written = write_figures(small, tmp_path)
    stems = {path.stem for path in written}
    assert stems == {"scenarios", "applications", "checks", "tokens", "stages"}
    for path in written:
        if path.suffix == ".png":
            with Image.open(path) as image:
                assert image.width > 600
        else:
            assert "<svg" in path.read_text()


def test_the_same_run_gives_the_same_svg(few: RunResults, tmp_path: Path) -> None:
    first, second = (write_figures(few, tmp_path / name) for name in ("a", "b"))
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert not any(
        re.search(r"dc:date|<!-- .*20\d\d-", path.read_text("utf-8", "replace"))
        for path in first
        if path.suffix == ".svg"
    )


def test_names_with_dollars_and_other_scripts_draw(few: RunResults, tmp_path: Path) -> None:
    row = next(iter(few.summary.scenarios.values()))
    odd = {"a $x^{ b_": row, "数据 可视化": row, "line\nbreak\x07": row, "x" * 300: row}
    summary = few.summary.model_copy(update={"scenarios": odd, "applications": {}, "checks": {}})
    assert write_figures(replace(few, summary=summary), tmp_path)


def test_an_empty_run_has_no_figures(few: RunResults, tmp_path: Path) -> None:
    summary = few.summary.model_copy(update={"scenarios": {}, "applications": {}, "checks": {}})
    assert write_figures(replace(few, sites=(), missing=(), summary=summary), tmp_path) == []


def test_drawing_leaves_the_settings_of_matplotlib_alone(few: RunResults, tmp_path: Path) -> None:
    import matplotlib

    settings = matplotlib.rcParams
    before = settings["font.size"], settings["svg.hashsalt"], settings["text.parse_math"]
    write_figures(few, tmp_path)
    assert before == (settings["font.size"], settings["svg.hashsalt"], settings["text.parse_math"])


def test_a_folder_in_the_way_is_a_disk_error(few: RunResults, tmp_path: Path) -> None:
    (tmp_path / "figures").write_text("in the way")
    with pytest.raises(DiskError, match="cannot write"):
        write_figures(few, tmp_path)


# ── what they show ──────────────────────────────────────────────────────────────────


@given(st.lists(st.integers(0, 200_000), min_size=1, max_size=60))
def test_every_completion_is_in_one_bin(lengths: list[int]) -> None:
    item = run(Path("unused"), size=1, pictures=None).benchmark.items[0]
    sites = [SiteResult(item, Sample(id=str(n), tokens=length)) for n, length in enumerate(lengths)]
    found = charts.token_histogram(sites)
    assert found is not None
    assert sum(found.counts) == found.n == len(lengths)
    assert len(found.counts) <= charts.BINS + 1
    assert found.edges[-1] > max(lengths)
    assert found.edges[0] == 0


def test_where_completions_stop_counts_every_instruction_once(small: RunResults) -> None:
    less = replace(small, sites=small.sites[2:], missing=("a", "b"))
    counted = charts.stage_counts(less)
    assert sum(each.count for each in counted) == 26
    assert counted[-1] == charts.Count("missing", 2, 2 / 26)


def test_a_judge_that_is_down_leaves_what_the_browser_saw(small: RunResults) -> None:
    site = next(site for site in small.sites if site.rendered)
    assert site.trace is not None
    down = site.trace.model_copy(update={"outcome": "infra_failure", "verdict": None})
    assert charts.state(replace(site, trace=down)) == "rendered"


def test_a_refusal_is_the_model_s_and_an_outage_is_not(small: RunResults) -> None:
    item = small.benchmark.items[0]
    refused = Sample(id=item.id, text="", error="the model refused")
    lost = Sample(id=item.id, error="the endpoint failed", infra=True)
    assert charts.state(SiteResult(item, refused)) == "empty"
    assert charts.state(SiteResult(item, lost)) == "unknown"


# ── tables ──────────────────────────────────────────────────────────────────────────


def printed(results: RunResults) -> str:
    out = io.StringIO()
    Console(file=out, width=100).print(rich_table(results.summary, results.manifest))
    return out.getvalue()


def test_all_tables_have_the_numbers(small: RunResults) -> None:
    vrr, aas = small.summary.vrr, small.summary.aas
    assert vrr.value is not None
    assert aas.value is not None
    for text in (printed(small), markdown_table(small.summary), latex_table(small.summary)):
        assert f"{vrr.value * 100:.1f}" in text
        assert f"{aas.value:.2f}" in text
        assert f"{small.summary.start_failures} start failures" in text
        assert f"{small.summary.fsr.n} cases" in text


def test_the_terminal_flags_the_training_judge(small: RunResults) -> None:
    assert "training judge" in printed(small)


def test_the_categories_have_a_row_each_and_add_up(small: RunResults) -> None:
    text = markdown_categories(small.summary.categories)
    for row in small.summary.categories:
        assert f"| {row.name} | {row.yes} | {row.partial} | {row.no} |" in text
    assert latex_categories(small.summary.categories).count("\\\\\n") == (
        len(small.summary.categories) + 1
    )


def test_nothing_observed_is_a_dash_and_no_zero() -> None:
    metric = BY_KEY["fsr"]
    assert metric.shown(None) == "–"
    assert metric.interval(Estimate()) == "–"
    assert metric.difference(-0.021) == "−2.1"
    assert BY_KEY["aas"].shown(3.944) == "3.94"


@given(st.text())
def test_any_text_is_one_safe_line(text: str) -> None:
    for shown in (md_text(text), latex_text(text)):
        assert "\n" not in shown
    assert re.search(r"(?<!\\)(?:\\\\)*[|<`]", md_text(text)) is None
    assert re.search(r"(?<!\\)[&%#$]", latex_text(text).replace("$-$", "")) is None

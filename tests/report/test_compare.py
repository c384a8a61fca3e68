"""Models side by side: the right numbers against each other, and nothing else compared."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from run_samples import benchmark, run

from webgen_r1.errors import UserError
from webgen_r1.evaluate.compare import by_instruction, compare, distinct_names, spread
from webgen_r1.evaluate.results import RunResults, SiteResult
from webgen_r1.report.compare_tables import compare_latex, compare_markdown, power_note
from webgen_r1.report.comparison import write_comparison, write_page

EVIL = "</script><script>alert(1)</script><b>|$&_%"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[RunResults]:
    root = tmp_path_factory.mktemp("runs")
    models = (("weak", 0.1), ("strong", 1.0), ("middling", 0.5))
    return [
        run(root / name, name, size=20, skill=skill, pages=2, steps=1) for name, skill in models
    ]


def test_the_difference_of_a_rate_is_that_of_the_table(runs: list[RunResults]) -> None:
    found = compare(runs).difference("vrr", "strong")
    weak, strong = (each.summary.vrr.value for each in runs[:2])
    assert found is not None
    assert weak is not None
    assert strong is not None
    assert found.test.difference == pytest.approx(strong - weak)
    assert found.test.n == 20


def test_every_case_counts_the_same_however_many_an_instruction_has(
    runs: list[RunResults],
) -> None:
    found = compare(runs).difference("fsr", "strong")
    weak, strong = (_decided(each) for each in runs[:2])
    both = weak.keys() & strong.keys()
    assert found is not None
    assert found.test.difference == pytest.approx(
        sum(strong[case] - weak[case] for case in both) / len(both)
    )


def _decided(run: RunResults) -> dict[tuple[str, int], float]:
    return {
        (case.id, case.case): case.worth
        for site in run.sites
        for case in site.cases
        if case.worth is not None
    }


def test_cases_that_one_of_two_has_not_decided_are_not_compared(runs: list[RunResults]) -> None:
    """Or an outage in one run would look like a difference of the models."""
    strong = runs[1]
    cut = replace(strong, sites=tuple(_keeping_good_cases(site) for site in strong.sites))
    assert sum(len(site.cases) for site in cut.sites) < sum(
        len(site.cases) for site in strong.sites
    )
    found = compare([strong, cut]).difference("fsr", compare([strong, cut]).models[1].name)
    assert found is not None
    assert found.test.difference == 0


def _keeping_good_cases(site: SiteResult) -> SiteResult:
    return replace(site, cases=tuple(case for case in site.cases if case.worth == 1))


def test_grades_of_different_judges_are_shown_and_not_compared(runs: list[RunResults]) -> None:
    other = runs[1].manifest.model_copy(update={"judges": ("openai/1:x",), "model": "strong"})
    found = compare([runs[0], replace(runs[1], manifest=other)])
    assert found.incomparable == ("aas",)
    assert found.best("aas") == frozenset()
    assert found.difference("aas", "strong") is None
    assert found.difference("vrr", "strong") is not None


def test_p_values_are_adjusted_for_all_that_is_shown(runs: list[RunResults]) -> None:
    tested = [each for each in compare(runs).differences if each.test.n]
    assert len(tested) > 5
    for each in tested:
        assert each.test.p_value is not None
        assert each.p_holm is not None
        assert each.test.p_value <= each.p_holm <= 1
        assert (each.stars != "") == (each.p_holm < 0.05)


def test_the_baseline_is_the_first_or_the_one_named(runs: list[RunResults]) -> None:
    assert {each.model for each in compare(runs).differences} == {"strong", "middling"}
    other = compare(runs, "strong")
    assert other.baseline == "strong"
    forward, backward = compare(runs).difference("vrr", "strong"), other.difference("vrr", "weak")
    assert forward is not None
    assert backward is not None
    assert backward.test.difference == pytest.approx(-(forward.test.difference or 0))
    with pytest.raises(UserError, match="no run is called gone; there are: weak, strong"):
        compare(runs, "gone")


def test_runs_of_different_benchmarks_are_refused_in_one_line(runs: list[RunResults]) -> None:
    foreign = runs[1].manifest.model_copy(update={"benchmark_digest": "f" * 64})
    with pytest.raises(UserError, match="not of the same benchmark") as error:
        compare([runs[0], replace(runs[1], manifest=foreign)])
    assert "\n" not in str(error.value)


def test_one_run_is_no_comparison(runs: list[RunResults]) -> None:
    with pytest.raises(UserError, match="at least two"):
        compare(runs[:1])


def test_overlapping_names_are_made_distinct(runs: list[RunResults]) -> None:
    names = distinct_names([runs[0], runs[0], replace(runs[0], folder=Path("elsewhere"))])
    assert names == ["weak (weak)", "weak (weak) #2", "weak (elsewhere)"]


def test_different_judges_and_shared_notes_are_said(runs: list[RunResults]) -> None:
    other = runs[1].manifest.model_copy(update={"judges": ("another",)})
    notes = compare([runs[0], replace(runs[1], manifest=other)]).notes
    assert any(note.startswith("AAS was given by different judges") for note in notes)
    assert [note for note in notes if "training uses" in note] == list(runs[0].summary.notes)


def test_instructions_where_models_agree_do_not_differ(runs: list[RunResults]) -> None:
    same = by_instruction(runs[0])
    assert set(spread([same, same]).values()) == {0.0}
    apart = spread([same, by_instruction(runs[1])])
    assert 0 < max(apart.values()) <= 1


def test_a_missing_completion_counts_as_a_failure(runs: list[RunResults]) -> None:
    strong = runs[1]
    gone = strong.sites[0].item.id
    less = replace(strong, sites=strong.sites[1:], missing=(gone,))
    assert by_instruction(less)["vrr"][gone] == [0.0]


# ── written ─────────────────────────────────────────────────────────────────────────


def test_markdown_has_the_best_in_bold_and_stars_explained(runs: list[RunResults]) -> None:
    text = compare_markdown(compare(runs))
    value = runs[1].summary.vrr.value
    assert value is not None
    assert f"**{value * 100:.1f}**" in text
    assert "Holm" in text
    assert "\\*\\*\\* below 0.001" in text
    assert "## Differences from weak" in text


def test_latex_is_booktabs_and_escapes_names(runs: list[RunResults]) -> None:
    named = [
        replace(runs[0], manifest=runs[0].manifest.model_copy(update={"model": EVIL})),
        runs[1],
    ]
    text = compare_latex(compare(named))
    for rule in ("\\toprule", "\\midrule", "\\bottomrule", "\\textbf{"):
        assert rule in text
    assert "\\textless{}/script\\textgreater{}" in text
    assert "|\\$\\&\\_\\%" in text
    assert re.search(r"(?<!\\)\$&", text) is None


def test_markdown_keeps_its_columns_whatever_a_model_is_called(runs: list[RunResults]) -> None:
    named = [
        replace(runs[0], manifest=runs[0].manifest.model_copy(update={"model": EVIL})),
        runs[1],
    ]
    lines = [line for line in compare_markdown(compare(named)).splitlines() if line[:1] == "|"]
    widths = {len(re.findall(r"(?<!\\)\|", line)) for line in lines[:4]}
    assert widths == {8}


def test_what_is_too_small_is_said_in_the_unit_of_the_metric(runs: list[RunResults]) -> None:
    notes = [power_note(each) for each in compare(runs).differences if each.test.note]
    rates = [note for note in notes if ", AAS:" not in note and "below" in note]
    assert all(re.search(r"below \d+\.\d pp", note) for note in rates)


@pytest.fixture(scope="module")
def written(runs: list[RunResults], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_comparison(compare(runs), runs, tmp_path_factory.mktemp("compare")).parent


def test_everything_is_written_and_nothing_else(written: Path) -> None:
    assert sorted(path.name for path in written.iterdir()) == [
        *("compare.html", "compare.json", "compare.md", "compare.tex", "figures")
    ]
    names = {path.name for path in (written / "figures").iterdir()}
    assert {"models.svg", "differences.png", "scenarios.svg", "scatter.svg", "tokens.png"} <= names


def test_the_json_is_the_comparison(runs: list[RunResults], written: Path) -> None:
    found = json.loads((written / "compare.json").read_text())
    assert [model["name"] for model in found["models"]] == ["weak", "strong", "middling"]
    assert found["baseline"] == "weak"
    assert found["differences"][0]["test"]["n"] == 20


def test_the_page_works_by_itself(written: Path) -> None:
    html = (written / "compare.html").read_text()
    assert "img-src data:;" in html
    assert 'src="' not in html
    assert re.findall(r"<[a-z][^>]* style=", html) == []
    assert html.count("<article") == 20


def test_the_same_picture_name_in_two_runs_stays_two_pictures(
    runs: list[RunResults], written: Path
) -> None:
    html = (written / "compare.html").read_text()
    islands = re.findall(r'class="pictures">(.*?)</script>', html)
    keys = {key for island in islands for key in json.loads(island)}
    assert {"1/shots/000001-0.jpg", "2/shots/000001-0.jpg"} & keys
    assert {key.split("/")[0] for key in keys} >= {"1", "2"}
    shown = set(re.findall(r'data-picture="([^"]+)"', html))
    assert shown == keys


def test_a_name_cannot_break_the_page(runs: list[RunResults], tmp_path: Path) -> None:
    def tags(name: str) -> list[str]:
        named = runs[0].manifest.model_copy(update={"model": name})
        pair = [replace(runs[0], manifest=named), runs[1]]
        html = write_page(compare(pair), pair, tmp_path).read_text()
        return re.findall(r"<(/?[a-z0-9]+)", html)

    assert tags(EVIL) == tags("plain")


def test_the_samples_are_deterministic() -> None:
    assert benchmark(5) == benchmark(5)

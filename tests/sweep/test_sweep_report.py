"""Tables, figures and the page of a sweep."""

from __future__ import annotations

from pathlib import Path

import pytest

from webgen_r1.evaluate.compare import Difference
from webgen_r1.report.sweep import write_page
from webgen_r1.report.sweep_charts import cases, heat_maps, lines
from webgen_r1.report.sweep_figures import write_sweep_figures
from webgen_r1.report.sweep_tables import duration, sweep_latex, sweep_markdown
from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.paired import PairedTest
from webgen_r1.sweep.records import AxisRecord, CellRecord, RunRecord, SweepResult

GAMMAS, LAMS = (0, 0.1), (0.1, 0.5)


def about(value: float) -> Estimate:
    return Estimate(value=value, low=value - 0.1, high=value + 0.1, n=20)


def cell(name: str, value: float, **more: object) -> CellRecord:
    figures = {"vrr": about(value), "aas": about(value * 4), "reward": about(value * 3)}
    return CellRecord.model_validate({"name": name, "done": 1, "figures": figures} | more)


def result(*cells: CellRecord, keys: tuple[str, ...] = ()) -> SweepResult:
    values = dict(zip(keys, (GAMMAS, LAMS), strict=False))
    return SweepResult(
        recipe="nano.grpo.yaml",
        benchmark="held-out",
        instructions=20,
        axes=tuple(AxisRecord(key=key, values=each) for key, each in values.items()),
        cases=tuple(each.case for each in cells if each.case),
        seeds=(0,),
        before={"vrr": about(0.2)},
        cells=cells,
        runs=tuple(
            RunRecord(cell=each.name, seed=0, status="done", folder=f"cells/{n}")
            for n, each in enumerate(cells)
        ),
        differences=(
            Difference(
                metric="vrr",
                model=cells[-1].name,
                test=PairedTest(difference=-0.4, low=-0.5, high=-0.3, p_value=0.001, n=20),
                p_holm=0.004,
            ),
        ),
    )


@pytest.fixture
def grid() -> SweepResult:
    at = [{"g.gamma": gamma, "g.lambda": lam} for gamma in GAMMAS for lam in LAMS]
    names = ("gamma=0", "b", "paper", "c")
    values = (0.3, 0.5, 0.7, 0.6)
    cells = [
        cell(name, value, at=place) for name, value, place in zip(names, values, at, strict=True)
    ]
    cells[3] = CellRecord(name="c", at=at[3])
    return result(cells[2], cells[0], cells[3], cells[1], keys=("g.gamma", "g.lambda"))


def test_a_heat_map_has_a_tile_at_each_place_of_the_grid(grid: SweepResult) -> None:
    vrr = heat_maps(grid)[0]
    assert (vrr.metric.key, vrr.down, vrr.across) == ("vrr", "gamma", "lambda")
    assert (vrr.rows, vrr.columns) == (("0", "0.1"), ("0.1", "0.5"))
    assert [[tile.name for tile in row] for row in vrr.tiles] == [["gamma=0", "b"], ["paper", "c"]]
    assert [tile.own for row in vrr.tiles for tile in row] == [False, False, True, False]


def test_a_heat_map_is_darkest_where_the_metric_is_highest(grid: SweepResult) -> None:
    levels = [tile.level for row in heat_maps(grid)[0].tiles for tile in row]
    assert levels == [0, 4, 8, None]


def test_small_differences_stay_pale() -> None:
    at = [{"g.gamma": gamma, "g.lambda": lam} for gamma in GAMMAS for lam in LAMS]
    cells = [cell(f"c{n}", 0.5 + n / 100, at=place) for n, place in enumerate(at)]
    found = result(*cells, keys=("g.gamma", "g.lambda"))
    levels = [tile.level or 0 for row in heat_maps(found)[0].tiles for tile in row]
    assert max(levels) == 1


def test_one_key_is_a_line_in_the_order_given() -> None:
    cells = [cell("paper", 0.7, at={"g.gamma": 0.1}), cell("gamma=0", 0.3, at={"g.gamma": 0})]
    found = result(*cells, keys=("g.gamma",))
    vrr = lines(found)[0]
    assert [(point.name, point.own, point.stars) for point in vrr.points] == [
        ("0", False, "**"),
        ("0.1", True, ""),
    ]
    assert vrr.before.value == 0.2
    assert heat_maps(found) == ()


def test_cases_stand_in_the_order_given_beside_the_reference() -> None:
    found = result(cell("paper", 0.7, case="paper"), cell("x", 0.3, case="no visual"))
    assert [point.name for point in cases(found)[0].points] == ["paper", "no visual"]
    assert cases(result(cell("paper", 0.7, case="paper"))) == ()


def test_tables_mark_the_best_and_what_is_no_luck() -> None:
    found = result(cell("paper", 0.7, case="paper"), cell("x_1", 0.3, case="no visual"))
    text = sweep_markdown(found)
    assert "| paper | – | **70.0** (60.0 – 80.0) |" in text
    assert r"| x\_1 (no visual) | – | 30.0\*\* (20.0 – 40.0) |" in text
    assert "| *before training* | – | 20.0 (10.0 – 30.0) | – | – |" in text
    latex = sweep_latex(found)
    assert r"x\_1 (no visual) & 30.0 [20.0, 40.0]\textsuperscript{**}" in latex
    assert r"paper & \textbf{70.0} [60.0, 80.0]" in latex


def test_every_kind_of_sweep_has_its_figure(tmp_path: Path, grid: SweepResult) -> None:
    written = write_sweep_figures(grid, tmp_path)
    found = result(cell("paper", 0.7, case="paper"), cell("x", 0.3, case="no visual"))
    written += write_sweep_figures(found, tmp_path)
    assert [path.name for path in written] == ["grid.svg", "grid.png", "cases.svg", "cases.png"]


def test_the_page_works_by_itself_and_shows_names_as_text(tmp_path: Path) -> None:
    cells = (cell("paper", 0.7, case="paper"), cell("<b>x</b>", 0.3, case="<b>x</b>"))
    html = write_page(result(*cells), tmp_path).read_text()
    assert "<b>x</b>" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "default-src &#39;none&#39;; img-src data:" in html
    assert "http://" not in html
    assert 'href="cells/1/report.html"' in html


def test_a_grid_that_is_not_done_yet_says_so(tmp_path: Path, grid: SweepResult) -> None:
    html = write_page(grid, tmp_path).read_text()
    assert html.count("not done</small>") == len(heat_maps(grid))


def test_durations_are_read_at_a_glance() -> None:
    assert [duration(each) for each in (45, 720, 12_000)] == ["45 s", "12 min", "3 h 20 min"]

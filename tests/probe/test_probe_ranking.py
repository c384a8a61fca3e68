"""Which probes pay: the arithmetic of the report."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from probe_fakes import probe, trace

from webgen_r1.probe import ProbeReport, rank

HONEST = [trace("shop", 4.5), trace("club", 4.0), trace("school", 5.0)]


def report(**rewards: float | None) -> ProbeReport:
    probes = [probe(id) for id in rewards]
    return rank(HONEST, probes, {id: trace(id, reward) for id, reward in rewards.items()})


def test_a_probe_pays_from_the_lowest_honest_site_upwards() -> None:
    found = {row.id: row for row in report(low=3.0, even=4.0, high=4.7, top=9.0).probes}
    assert {id: row.pays for id, row in found.items()} == {
        "low": False, "even": True, "high": True, "top": True,
    }  # fmt: skip
    assert {id: row.rank for id, row in found.items()} == {
        "low": 4, "even": 3, "high": 2, "top": 1,
    }  # fmt: skip
    assert found["low"].margin == 1.0
    assert found["even"].margin == 0.0
    assert found["top"].margin == -5.0


def test_the_best_paid_comes_first_and_the_unknown_last() -> None:
    found = report(low=1.0, lost=None, high=3.9)
    assert [row.id for row in found.probes] == ["high", "low", "lost"]
    assert [site.id for site in found.honest] == ["school", "shop", "club"]
    assert found.lowest_honest == 4.0
    assert (found.judge, found.preset) == ("eyes/1", "paper")


def test_exit_codes() -> None:
    assert report(low=1.0).exit_code == 0
    assert report(low=1.0, even=4.0, lost=None).exit_code == 1
    assert report(low=1.0, lost=None).exit_code == 3
    assert rank([], [probe("low")], {"low": trace("low", 1.0)}).exit_code == 3


def test_what_was_not_found_out_is_named_and_pays_neither_way() -> None:
    found = rank([*HONEST, trace("gone", None)], [probe("lost")], {"lost": trace("lost", None)})
    assert found.unknown == ("gone", "lost")
    row = found.probes[0]
    assert (row.rank, row.margin, row.pays) == (None, None, None)


def test_an_honest_site_that_does_not_render_is_no_fair_bar() -> None:
    found = rank([*HONEST, trace("torn", 0.1, stage="build")], [probe("low")], {})
    assert found.doubtful == ("torn",)
    assert found.probes == ()


def test_the_report_is_read_back_as_it_was_written() -> None:
    found = report(low=1.0, even=4.0)
    assert ProbeReport.model_validate_json(found.model_dump_json()) == found


REWARD = st.floats(0, 5.2, allow_nan=False)


@given(st.lists(REWARD, min_size=1, max_size=12), REWARD)
def test_rank_margin_and_pays_agree(bars: list[float], reward: float) -> None:
    honest = [trace(str(number), bar) for number, bar in enumerate(bars)]
    row = rank(honest, [probe("it")], {"it": trace("it", reward)}).probes[0]
    assert row.rank is not None
    assert row.margin is not None
    assert row.pays == (row.rank <= len(bars))
    assert row.pays == (reward >= min(bars))
    assert row.margin <= 0.0001 if row.pays else row.margin >= -0.0001

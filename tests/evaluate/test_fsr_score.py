"""Scoring of test cases: the figures of WebGen-Bench's own script for the same verdicts."""

from pathlib import Path

import pytest
from bench_samples import benchmark
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.evaluate.benchmark import load_benchmark
from webgen_r1.evaluate.records import BenchItem, Benchmark, CaseResult
from webgen_r1.evaluate.results import SiteResult
from webgen_r1.evaluate.score import OVERALL, category_rows
from webgen_r1.samples import Sample

WEBGEN_BENCH = Path(__file__).parents[2] / "../shared/data/webgen-bench/test.jsonl"


def result(item: BenchItem, case: int, said: str) -> CaseResult:
    match said:
        case "YES" | "PARTIAL" | "NO":
            return CaseResult.model_validate(
                {"id": item.id, "case": case, "status": "decided", "verdict": said}
            )
        case "down":
            return CaseResult(id=item.id, case=case, status="undecided")
        case _:
            return CaseResult(id=item.id, case=case, status="start_failure")


def sites(bench: Benchmark, said: list[str]) -> list[SiteResult]:
    """`said`: one word for each case of the benchmark, in order."""
    words = iter(said)
    return [
        SiteResult(
            item,
            Sample(id=item.id),
            cases=tuple(result(item, n, next(words)) for n in range(len(item.cases))),
        )
        for item in bench.items
    ]


def as_the_benchmark_counts(bench: Benchmark, said: list[str]) -> dict[str, tuple[int, int, float]]:
    """(yes, start failed, accuracy in percent) by category, from the rules of its script:
    what has no verdict failed to start, and the whole total divides."""
    words = iter(said)
    counts: dict[str, list[str]] = {}
    for item in bench.items:
        for case in item.cases:
            word = next(words)
            for name in (item.category, case.category, OVERALL):
                counts.setdefault(name, []).append(word)
    return {
        name: (
            words.count("YES"),
            len(words) - sum(words.count(word) for word in ("YES", "PARTIAL", "NO")),
            100 * (words.count("YES") + 0.5 * words.count("PARTIAL")) / len(words),
        )
        for name, words in counts.items()
    }


def agree(bench: Benchmark, said: list[str]) -> None:
    rows = {row.name: row for row in category_rows(sites(bench, said))}
    for name, (yes, failed, accuracy) in as_the_benchmark_counts(bench, said).items():
        row = rows[name]
        assert (row.yes, row.start_failed) == (yes, failed), name
        assert row.fsr is not None
        assert 100 * row.fsr == pytest.approx(accuracy), name


@given(said=st.lists(st.sampled_from(["YES", "PARTIAL", "NO", "failed"]), min_size=18, max_size=18))
def test_the_same_verdicts_give_the_same_figures(said: list[str]) -> None:
    agree(benchmark(items=6, cases=3), said)


@pytest.mark.skipif(not WEBGEN_BENCH.exists(), reason="WebGen-Bench is not on this machine")
def test_all_647_cases_of_webgen_bench_are_counted() -> None:
    bench = load_benchmark(str(WEBGEN_BENCH))
    said = [("YES", "NO", "PARTIAL", "failed", "NO")[n * n % 5] for n in range(bench.cases)]
    agree(bench, said)
    assert {row.name: row.total for row in category_rows(sites(bench, said))}[OVERALL] == 647


def test_all_stands_last_whatever_categories_a_benchmark_has() -> None:
    bench = benchmark(items=2, cases=1)
    own = bench.items[1].model_copy(update={"category": "Shops"})
    rows = category_rows([*sites(bench, ["YES", "NO"])[:1], SiteResult(own, Sample(id=own.id))])
    assert [row.name for row in rows][-2:] == ["Shops", "All"]
    assert (rows[-1].total, rows[-1].undecided) == (2, 1)


def test_an_undecided_case_is_in_no_rate() -> None:
    bench = benchmark(items=1, cases=4)
    (*_, overall) = category_rows(sites(bench, ["YES", "down", "NO", "down"]))
    assert (overall.undecided, overall.total, overall.fsr) == (2, 4, 0.5)
    (*_, nothing) = category_rows(sites(bench, ["down"] * 4))
    assert nothing.fsr is None


def test_an_instruction_without_a_completion_counts_as_failed_to_start() -> None:
    bench = benchmark(items=2, cases=2)
    (*_, overall) = category_rows(sites(bench, ["YES"] * 4)[:1], absent=bench.items[1:])
    assert (overall.start_failed, overall.total, overall.fsr) == (2, 4, 0.5)

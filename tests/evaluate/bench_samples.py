"""Invented benchmarks, completions and traces for the tests of evaluation."""

from __future__ import annotations

from webgen_r1.evaluate.benchmark import CASE_CATEGORIES, PRIMARY
from webgen_r1.evaluate.records import BenchItem, Benchmark, TestCase


def benchmark(items: int = 3, cases: int = 2, digest: str = "bench") -> Benchmark:
    """`items` instructions 000001, 000002, … with `cases` test cases each."""
    return Benchmark(
        name="invented",
        digest=digest,
        items=tuple(
            BenchItem(
                id=f"{number:06d}",
                instruction=f"Build site number {number}",
                category=PRIMARY[number % 3],
                scenarios=("Form Systems",) if number % 2 else ("E-commerce", "Big Data"),
                application="Email Clients",
                cases=tuple(
                    TestCase(task=f"Do thing {n}", category=CASE_CATEGORIES[n % 3])
                    for n in range(cases)
                ),
            )
            for number in range(1, items + 1)
        ),
    )

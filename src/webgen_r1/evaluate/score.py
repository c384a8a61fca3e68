"""FSR as WebGen-Bench scores it: YES is 1, PARTIAL 0.5, NO 0, over all test cases.

A case of a site that did not start, or of an instruction without a completion, is worth 0
and counted apart. Given the same verdicts the figures are those of the benchmark's own
script (`compute_acc.py`, Lu et al., arXiv 2505.03733), which knows no undecided case; here
such a case is in no rate and counted, because nobody found out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from webgen_r1.evaluate.benchmark import CASE_CATEGORIES, PRIMARY
from webgen_r1.evaluate.records import BenchItem, CaseResult, CategoryRow
from webgen_r1.evaluate.results import SiteResult

OVERALL = "All"


@dataclass
class _Row:
    yes: int = 0
    partial: int = 0
    no: int = 0
    start_failed: int = 0
    undecided: int = 0
    total: int = 0

    def add(self, result: CaseResult | None, *, absent: bool) -> None:
        self.total += 1
        if absent or (result is not None and result.status == "start_failure"):
            self.start_failed += 1
        elif result is None or result.verdict is None:
            self.undecided += 1
        elif result.verdict == "YES":
            self.yes += 1
        elif result.verdict == "PARTIAL":
            self.partial += 1
        else:
            self.no += 1

    def named(self, name: str) -> CategoryRow:
        decided = self.total - self.undecided
        return CategoryRow(
            name=name,
            yes=self.yes,
            partial=self.partial,
            no=self.no,
            start_failed=self.start_failed,
            undecided=self.undecided,
            total=self.total,
            fsr=(self.yes + 0.5 * self.partial) / decided if decided else None,
        )


def category_rows(
    sites: Iterable[SiteResult], absent: Iterable[BenchItem] = ()
) -> tuple[CategoryRow, ...]:
    """One row for each category of instructions, each of test cases, and all together, last.

    `absent`: instructions without a completion.
    """
    rows = {name: _Row() for name in (*PRIMARY, *CASE_CATEGORIES)}
    overall = _Row()

    def count(item: BenchItem, case: int, result: CaseResult | None, *, absent: bool) -> None:
        overall.add(result, absent=absent)
        for name in dict.fromkeys((item.category, item.cases[case].category)):
            rows.setdefault(name, _Row()).add(result, absent=absent)

    for site in sites:
        found = {result.case: result for result in site.cases}
        for case in range(len(site.item.cases)):
            count(site.item, case, found.get(case), absent=False)
    for item in absent:
        for case in range(len(item.cases)):
            count(item, case, None, absent=True)
    named = {name: row for name, row in rows.items() if name} | {OVERALL: overall}
    return tuple(row.named(name) for name, row in named.items() if row.total)

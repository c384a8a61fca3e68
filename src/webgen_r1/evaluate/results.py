"""A run's folder, read back: the only thing that tables, figures and reports consume."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from webgen_r1.evaluate.records import (
    BenchItem,
    Benchmark,
    CaseResult,
    Manifest,
    Summary,
    VerifiedCase,
)
from webgen_r1.samples import Sample
from webgen_r1.types import Trace


@dataclass(frozen=True)
class SiteResult:
    """Everything about one completion. `trace` is None while it is not scored."""

    item: BenchItem
    sample: Sample
    trace: Trace | None = None
    cases: tuple[CaseResult, ...] = ()
    verified: tuple[VerifiedCase, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the engine found out how far the site gets (a judge's outage does not count)."""
        return self.trace is not None and (
            self.trace.outcome == "scored" or self.trace.stage == "judge"
        )

    @property
    def ungraded(self) -> bool:
        """Whether a judge's outage is all that is missing."""
        return self.known and self.trace is not None and self.trace.outcome != "scored"

    @property
    def started(self) -> bool:
        """Whether there is a built site that can be opened."""
        return self.trace is not None and self.trace.stage in ("render", "judge")

    @property
    def rendered(self) -> bool:
        """Whether the landing page shows something (VRR)."""
        return (
            self.started
            and self.trace is not None
            and any(page.status == "ok" for page in self.trace.pages[:1])
        )

    @property
    def grade(self) -> float | None:
        """Grade of the evaluation judge (AAS), None where no judge looked."""
        return self.trace.verdict.score if self.trace and self.trace.verdict else None


@dataclass(frozen=True)
class RunResults:
    """One evaluated model. Screenshot paths in traces and cases are relative to `folder`."""

    folder: Path
    manifest: Manifest
    benchmark: Benchmark
    sites: tuple[SiteResult, ...]
    summary: Summary
    missing: tuple[str, ...] = field(default=())
    """Ids of instructions, one for each completion that is not there."""


def not_started(item: BenchItem, sample: Sample, trace: Trace) -> tuple[CaseResult, ...]:
    """Every case of a site that could not be opened: worth 0, and said so."""
    return tuple(
        CaseResult(
            id=item.id,
            sample=sample.sample,
            case=case,
            digest=trace.digest,
            status="start_failure",
            reason=f"the site does not get beyond the stage `{trace.stage}`",
        )
        for case in range(len(item.cases))
    )

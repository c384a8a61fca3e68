"""What an evaluation is made of, and what it leaves in its folder.

runs/x/run.json           what is evaluated, with what: `Manifest`
       completions.jsonl  what the model wrote: `samples.Sample`
       traces.jsonl       what the engine found: `types.Trace`, its id is `Sample.key`
       cases.jsonl        what the GUI agent found: `CaseResult`
       shots/ sites/ agent/   pictures of pages, built sites, pictures of the agent's steps
       summary.json       the table: `Summary`
       report.html, figures/
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from webgen_r1.stats.estimate import Estimate
from webgen_r1.types import Frozen

CaseVerdict = Literal["YES", "PARTIAL", "NO"]

WORTH: dict[CaseVerdict, float] = {"YES": 1.0, "PARTIAL": 0.5, "NO": 0.0}
"""WebGen-Bench's scoring of one test case."""


# ── the benchmark ───────────────────────────────────────────────────────────────────


class TestCase(Frozen):
    """One thing a user should be able to do, and what should come of it."""

    __test__ = False  # not a class of tests, whatever pytest thinks of its name

    task: str
    expected: str = ""
    category: str = ""
    """Functional Testing, Data Display Testing or Design Validation Testing."""
    tags: tuple[str, ...] = ()


class BenchItem(Frozen):
    """One instruction with its test cases."""

    id: str
    instruction: str
    category: str = ""
    """Content Presentation, User Interaction or Data Management."""
    scenarios: tuple[str, ...] = ()
    """Which of the 13 scenarios it belongs to."""
    application: str = ""
    """Which of the 20 application types it is."""
    cases: tuple[TestCase, ...] = ()


class Benchmark(Frozen):
    """A benchmark: the same rows give the same `digest`, wherever they were read from."""

    name: str
    digest: str
    items: tuple[BenchItem, ...]

    @property
    def cases(self) -> int:
        return sum(len(item.cases) for item in self.items)


# ── a run ───────────────────────────────────────────────────────────────────────────


class Manifest(Frozen):
    """What a run is made with. A folder never mixes results of two manifests."""

    schema_version: Literal[1] = 1
    benchmark: str
    benchmark_digest: str
    model: str
    """Name shown for what is evaluated; for given completions a name or their source."""
    generator: dict[str, Any] = Field(default_factory=dict)
    """How completions were made: endpoint, model, temperature, seed, prompt digest."""
    samples: int = Field(default=1, ge=1)
    seed: int = 0
    judges: tuple[str, ...] = ()
    """Names of the evaluation judges, the one whose grade is the AAS first."""
    training_judge: bool = False
    """Whether the AAS is given by the judge that training uses: flagged in the report."""
    agent: dict[str, Any] | None = None
    """Endpoint, model, prompt digest and limits of the GUI agent; None: FSR was not asked for."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Settings of the engine that matter to results."""
    version: str = ""


class Step(Frozen):
    """One interaction of the GUI agent. `screenshot` is relative to the run's folder."""

    number: int
    action: str
    thought: str = ""
    outcome: str = ""
    """What came of it, where it did not work."""
    route: str = ""
    screenshot: str | None = None


class CaseResult(Frozen):
    """What became of one test case on one built site.

    `status`: `decided` has a verdict; `undecided` means that the endpoint or the browser
    failed (never a NO); a `start_failure` is a site that could not be opened at all, worth 0.
    """

    id: str
    sample: int = 0
    case: int = Field(ge=0)
    """Position in `BenchItem.cases`."""
    digest: str = ""
    """Digest of the completion that was tested, as in its trace."""
    model: str = ""
    """Name that the agent's endpoint gave to what answered."""
    status: Literal["decided", "undecided", "start_failure"]
    verdict: CaseVerdict | None = None
    reason: str = ""
    steps: tuple[Step, ...] = ()
    seconds: float | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def worth(self) -> float | None:
        """1, 0.5 or 0; None where undecided."""
        if self.status == "start_failure":
            return 0.0
        return WORTH[self.verdict] if self.verdict else None


class VerifiedCase(Frozen):
    """A test case decided without a model, from what was measured on the built site."""

    id: str
    sample: int = 0
    case: int = Field(ge=0)
    kind: Literal["colour", "navigation"]
    verdict: CaseVerdict
    reason: str = ""
    start_failure: bool = False


class CategoryRow(Frozen):
    """Counts and FSR of one category, as WebGen-Bench's table has them."""

    name: str
    yes: int = 0
    partial: int = 0
    no: int = 0
    start_failed: int = 0
    undecided: int = 0
    total: int = 0
    fsr: float | None = None


class Summary(Frozen):
    """The table of a run: `summary.json`. Rates are fractions, `aas` is on 0-5."""

    schema_version: Literal[1] = 1
    benchmark: str
    model: str
    instructions: int
    samples: int
    completions: int
    """Completions that reached a verdict of the engine."""
    unknown: int = 0
    """Completions that could not be evaluated (infrastructure): in no rate."""
    ungraded: int = 0
    """Completions that the judge could not grade (infrastructure): in no mean grade or reward."""
    missing: int = 0
    """Completions that were not given: counted as failures."""
    fsr: Estimate = Estimate()
    fsr_verified: Estimate = Estimate()
    vrr: Estimate = Estimate()
    aas: Estimate = Estimate()
    ldpr: Estimate = Estimate()
    start_failures: int = 0
    """Sites that could not be opened because they do not parse, resolve or build."""
    start_failed_cases: int = 0
    undecided_cases: int = 0
    judges: dict[str, Estimate] = Field(default_factory=dict)
    """Mean grade by each judge that looked."""
    draws_agreement: float | None = None
    """Mean standard deviation between the draws of the AAS judge on one site, in grades."""
    pass_at: dict[str, Estimate] = Field(default_factory=dict)
    """`vrr@k` for several samples an instruction."""
    categories: tuple[CategoryRow, ...] = ()
    scenarios: dict[str, dict[str, Estimate]] = Field(default_factory=dict)
    """Scenario -> metric (`fsr`, `fsr_verified`, `vrr`, `aas`, `ldpr`) -> estimate."""
    applications: dict[str, dict[str, Estimate]] = Field(default_factory=dict)
    checks: dict[str, Estimate] = Field(default_factory=dict)
    """Share of sites passing each generic check, of those that it applies to."""
    lint_rules: dict[str, int] = Field(default_factory=dict)
    failure_codes: dict[str, int] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What a reader must know: training judge used, missing completions, undecided cases."""

    @property
    def left(self) -> int:
        """Completions and test cases that the same command tries again."""
        return self.unknown + self.ungraded + self.undecided_cases

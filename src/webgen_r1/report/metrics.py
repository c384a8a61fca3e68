"""The five numbers of an evaluation: how they are named, scaled and written."""

from __future__ import annotations

from dataclasses import dataclass

from webgen_r1.evaluate.records import Summary
from webgen_r1.stats.estimate import Estimate


@dataclass(frozen=True)
class Metric:
    """`key` names the field of `Summary`; `top` is the end of its scale."""

    key: str
    name: str
    title: str
    top: float
    says: str

    @property
    def unit(self) -> str:
        return "%" if self.top == 1 else "0–5"

    @property
    def factor(self) -> float:
        """From the recorded value to the shown one."""
        return 100.0 if self.top == 1 else 1.0

    @property
    def ticks(self) -> tuple[float, ...]:
        """Where a scale is labelled, in recorded values."""
        return (0, 0.25, 0.5, 0.75, 1) if self.top == 1 else (0, 1, 2, 3, 4, 5)

    def number(self, value: float | None) -> str:
        """`29.2` for a share of 0.2921, `3.94` for a grade; a dash for nothing."""
        if value is None:
            return "–"
        return f"{value * self.factor:.{self.digits}f}"

    def difference(self, value: float | None) -> str:
        """With its sign, a real minus among the signs."""
        if value is None:
            return "–"
        return f"{value * self.factor:+.{self.digits}f}".replace("-", "−")

    def shown(self, value: float | None) -> str:
        """With its unit: `29.2 %`, `3.94`."""
        return (
            f"{self.number(value)} %" if self.top == 1 and value is not None else self.number(value)
        )

    def interval(self, estimate: Estimate) -> str:
        """`22.1 – 36.4`, a dash where there is none."""
        if estimate.low is None or estimate.high is None:
            return "–"
        return f"{self.number(estimate.low)} – {self.number(estimate.high)}"

    @property
    def digits(self) -> int:
        return 1 if self.top == 1 else 2

    def of(self, summary: Summary) -> Estimate:
        found: Estimate = getattr(summary, self.key)
        return found


METRICS = (
    Metric(
        "fsr",
        "FSR",
        "Functional success",
        1,
        "what a GUI agent could do of the test cases: YES 1, PARTIAL 0.5, NO or no site 0",
    ),
    Metric(
        "fsr_verified",
        "FSR-verified",
        "Verified without a model",
        1,
        "test cases about colours and navigation, decided by measuring the built site",
    ),
    Metric("vrr", "VRR", "Valid rendering", 1, "sites whose landing page shows something"),
    Metric("aas", "AAS", "Aesthetic grade", 5, "mean grade by the judge, of the sites it saw"),
    Metric(
        "ldpr", "LDPR", "Lint and dependencies", 1, "projects without an ESLint or dependency error"
    ),
)

BY_KEY = {metric.key: metric for metric in METRICS}


def observed(summary: Summary) -> tuple[Metric, ...]:
    """The metrics of which there is at least one observation."""
    return tuple(metric for metric in METRICS if metric.of(summary).n)

"""Which probes pay: each reward against the rewards of honest sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from webgen_r1.probe.load import Probe
from webgen_r1.types import Components, Frozen, Stage, Trace


class HonestRow(Frozen):
    """One honest site; `reward` is None where nobody found out."""

    id: str
    reward: float | None
    stage: Stage


class ProbeRow(Frozen):
    """One probe. `rank` is its place among the honest sites: 1 is above all of them, the
    number of honest sites + 1 below all. `margin` is how far it stays below the lowest, so a
    probe that pays has one of 0 or less. None where nobody found out."""

    id: str
    what: str
    aims: str
    stage: Stage
    reward: float | None
    components: Components
    rank: int | None = None
    margin: float | None = None
    pays: bool | None = None


class ProbeReport(Frozen):
    """What the suite earns under one reward: `probe.json`."""

    schema_version: Literal[1] = 1
    judge: str
    preset: str
    lowest_honest: float | None
    honest: tuple[HonestRow, ...]
    probes: tuple[ProbeRow, ...]
    """The best-paid first, those that nobody found out about last."""

    @property
    def paying(self) -> tuple[ProbeRow, ...]:
        return tuple(row for row in self.probes if row.pays)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Ids of probes and honest sites without a reward."""
        sites = [site.id for site in self.honest if site.reward is None]
        return (*sites, *(row.id for row in self.probes if row.reward is None))

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Ids of honest sites that do not even render: they set no bar worth staying below."""
        found = (row for row in self.honest if row.reward is not None)
        return tuple(row.id for row in found if row.stage != "judge")

    @property
    def exit_code(self) -> int:
        """0 none pays, 1 one pays, 3 none is known to pay but not everything was found out."""
        if self.paying:
            return 1
        return 3 if self.unknown or self.lowest_honest is None else 0


def rank(
    honest: Sequence[Trace], probes: Sequence[Probe], traces: Mapping[str, Trace]
) -> ProbeReport:
    """The report. `traces` holds the trace of each probe by its id; one may be missing."""
    bars = sorted(trace.reward for trace in honest if trace.reward is not None)
    rows = [_row(probe, traces[probe.id], bars) for probe in probes if probe.id in traces]
    first = next(iter((*honest, *traces.values())), None)
    versions = first.versions if first else {}
    return ProbeReport(
        judge=versions.get("judge", ""),
        preset=versions.get("preset", ""),
        lowest_honest=bars[0] if bars else None,
        honest=tuple(
            HonestRow(id=trace.id, reward=trace.reward, stage=trace.stage)
            for trace in sorted(honest, key=_best_first)
        ),
        probes=tuple(sorted(rows, key=lambda row: (row.reward is None, -(row.reward or 0.0)))),
    )


def _row(probe: Probe, trace: Trace, bars: Sequence[float]) -> ProbeRow:
    reward = trace.reward
    row = ProbeRow(
        id=probe.id,
        what=probe.what,
        aims=probe.aims,
        stage=trace.stage,
        reward=reward,
        components=trace.components,
    )
    if reward is None or not bars:
        return row
    return row.model_copy(
        update={
            "rank": 1 + sum(bar > reward for bar in bars),
            "margin": round(bars[0] - reward, 4),
            "pays": reward >= bars[0],
        }
    )


def _best_first(trace: Trace) -> tuple[bool, float]:
    return trace.reward is None, -(trace.reward or 0.0)

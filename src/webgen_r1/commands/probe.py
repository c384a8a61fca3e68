"""`webgen probe`: does anything pay that should not?"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from webgen_r1 import traces
from webgen_r1.commands.scoring import EngineFactory, Scoring, score_items
from webgen_r1.config import EngineConfig
from webgen_r1.errors import DiskError, UserError
from webgen_r1.inputs import ScoreInput
from webgen_r1.probe import ProbeReport, load_suite, rank
from webgen_r1.probe.run import PREFIX, honest_inputs, probe_inputs, shipped_examples
from webgen_r1.report import write_report
from webgen_r1.types import Trace

PROBE_FILE = "probe.json"


@dataclass(frozen=True)
class ProbeJob:
    """What the user asked for. Without `honest`, the good examples that ship."""

    out: Path
    config: EngineConfig
    honest: list[Path] = field(default_factory=list)
    concurrency: int = 4
    fresh: bool = False
    json: bool = False


def probe(job: ProbeJob, make_engine: EngineFactory, console: Console) -> int:
    """Score honest sites and probes, say which probes pay; the exit code.

    0 none pays, 1 one does, 3 not everything was found out. Raises UserError,
    InfraFailure, Interrupted.
    """
    honest = honest_inputs(job.honest or shipped_examples())
    items = [*honest, *probe_inputs()]
    # The suite holds whole projects, whatever mode is trained in.
    config = job.config.model_copy(update={"mode": "full"})
    work = Scoring(make_engine, config, job.out, job.concurrency, job.fresh)
    tally = score_items(work, iter(items), len(items), console)
    found = {traces.key(trace): trace for trace in traces.latest(work.file)}
    found = {key: trace for key, trace in found.items() if key in tally.keys}
    _one_judge(found.values(), job.out)
    report = _ranked(honest, found)
    _keep(report, job.out / PROBE_FILE)
    best_first = sorted(found.values(), key=lambda trace: -(trace.reward or 0.0))
    page = write_report([(trace, job.out) for trace in best_first], job.out / "report")
    _show(report, console)
    _say(console, f"figures   {job.out / PROBE_FILE}")
    _say(console, f"pictures  {page}")
    if job.json:
        sys.stdout.write(report.model_dump_json() + "\n")
    return report.exit_code


def _ranked(honest: list[ScoreInput], found: Mapping[traces.Key, Trace]) -> ProbeReport:
    fair = [found[key] for key in map(_key, honest) if key in found]
    tried = {
        trace.id.removeprefix(PREFIX): trace
        for trace in found.values()
        if trace.id.startswith(PREFIX)
    }
    return rank(fair, load_suite()[1], tried)


def _key(item: ScoreInput) -> traces.Key:
    return item.id, item.digest, item.instruction


def _one_judge(found: Iterable[Trace], folder: Path) -> None:
    """Grades of two judges cannot be compared. Raises UserError."""
    judges = sorted({trace.versions.get("judge", "") for trace in found})
    if len(judges) > 1:
        raise UserError(
            f"{folder} holds rewards of {' and '.join(judges)}: score all of it again with --fresh"
        )


def _keep(report: ProbeReport, path: Path) -> None:
    try:
        path.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise DiskError(f"cannot write {path}: {error.strerror}") from error


# ── showing ─────────────────────────────────────────────────────────────────────────


def _show(report: ProbeReport, console: Console) -> None:
    console.print(_table(report))
    if report.doubtful:
        _say(console, f"no fair bar, it does not render: {', '.join(report.doubtful)}")
    if report.unknown:
        _say(console, f"not found out: {', '.join(report.unknown)}")
    paying = [row.id for row in report.paying]
    total = len(report.probes)
    if paying:
        _say(console, f"{len(paying)} of {total} probes pay: {', '.join(paying)}")
    elif report.exit_code == 0:
        best = next(row for row in report.probes)
        _say(console, f"no probe pays; the best of {total} stays {best.margin:.2f} below")


def _table(report: ProbeReport) -> Table:
    """Honest sites and probes, the best-paid first."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("site", min_width=14)
    for name in ("reward", "rank", "margin", "pays"):
        table.add_column(name, justify="right")
    table.add_column("what it does", ratio=1, overflow="fold")
    rows: list[tuple[float, list[Text]]] = []
    for site in report.honest:
        cells = (site.id, _number(site.reward), "", "", "", "honest")
        rows.append((_order(site.reward), [Text(cell, style="dim") for cell in cells]))
    for row in report.probes:
        style = "bold red" if row.pays else ""
        pays = {True: "yes", False: "no", None: "?"}[row.pays]
        rank = "" if row.rank is None else str(row.rank)
        cells = (row.id, _number(row.reward), rank, _number(row.margin), pays, row.what)
        rows.append((_order(row.reward), [Text(cell, style=style) for cell in cells]))
    for _, line in sorted(rows, key=lambda pair: pair[0]):
        table.add_row(*line)
    return table


def _order(reward: float | None) -> float:
    return 1.0 if reward is None else -reward


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _say(console: Console, line: str) -> None:
    console.print(line, soft_wrap=True, highlight=False, markup=False)

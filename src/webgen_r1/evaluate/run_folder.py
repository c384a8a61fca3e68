"""The folder of a run: written by `run`, read by everything else.

A folder belongs to one `Manifest`; results of another are refused, never mixed in.
"""

from __future__ import annotations

from pathlib import Path

from webgen_r1 import traces
from webgen_r1.differences import differences
from webgen_r1.errors import UserError
from webgen_r1.evaluate.records import (
    BenchItem,
    Benchmark,
    CaseResult,
    Manifest,
)
from webgen_r1.evaluate.results import RunResults, SiteResult, not_started
from webgen_r1.evaluate.summary import summarise
from webgen_r1.evaluate.verified import verify
from webgen_r1.json_file import read, write
from webgen_r1.jsonl import read_all
from webgen_r1.samples import Sample, sample_key
from webgen_r1.types import Trace, text_digest

MANIFEST_FILE = "run.json"
BENCHMARK_FILE = "benchmark.json"
COMPLETIONS_FILE = "completions.jsonl"
CASES_FILE = "cases.jsonl"
SUMMARY_FILE = "summary.json"
REPORT_FILE = "report.html"


def claim(folder: Path, manifest: Manifest, benchmark: Benchmark) -> None:
    """Make `folder` the run of `manifest`, which one without a completion is free to become.

    Raises UserError when it is another's, DiskError.
    """
    path = folder / MANIFEST_FILE
    if path.exists() and (folder / COMPLETIONS_FILE).exists():
        changed = _differences(read(path, Manifest), manifest)
        if changed:
            raise UserError(
                f"{folder} holds another evaluation ({'; '.join(changed)}): "
                "choose another --out, or start over with --fresh"
            )
    write(folder / BENCHMARK_FILE, benchmark)
    write(path, manifest)


def _differences(old: Manifest, new: Manifest) -> list[str]:
    """What differs between two manifests; the release may."""
    return differences(old.model_dump(exclude={"version"}), new.model_dump(exclude={"version"}))


def load_run(folder: Path) -> RunResults:
    """A finished (or stopped) run. Raises UserError where `folder` is none."""
    manifest, benchmark, sites, missing = load_sites(folder)
    if not (folder / SUMMARY_FILE).is_file():
        raise UserError(
            f"{folder} has no {SUMMARY_FILE}: the evaluation was stopped before its first table; "
            "run the same `webgen eval` again"
        )
    # Not read from there: it may be older than what was found since.
    summary = summarise(manifest, benchmark, sites, missing)
    return RunResults(folder, manifest, benchmark, sites, summary, missing)


def load_sites(
    folder: Path,
) -> tuple[Manifest, Benchmark, tuple[SiteResult, ...], tuple[str, ...]]:
    """What a run has found so far, in the order of the benchmark; the id of every completion
    that was not given."""
    path = folder / MANIFEST_FILE
    if not path.is_file():
        raise UserError(f"{folder} is no evaluation: it has no {MANIFEST_FILE}")
    manifest = read(path, Manifest)
    benchmark = read(folder / BENCHMARK_FILE, Benchmark)
    samples = {one.key: one for one in read_all(folder / COMPLETIONS_FILE, Sample)}
    found = _traces(folder)
    cases: dict[str, list[CaseResult]] = {}
    for case in latest_cases(folder):
        cases.setdefault(sample_key(case.id, case.sample), []).append(case)
    sites: list[SiteResult] = []
    missing: list[str] = []
    for item in benchmark.items:
        for number in range(manifest.samples):
            sample = samples.get(sample_key(item.id, number)) or _left(item, number, manifest)
            if sample is None:
                missing.append(item.id)
                continue
            digest = None if sample.text is None else text_digest(sample.text)
            trace = found.get((sample.key, digest))
            tested = tuple(cases.get(sample.key, ()))
            sites.append(_site(item, sample, trace, tested, manifest))
    return manifest, benchmark, tuple(sites), tuple(missing)


def _traces(folder: Path) -> dict[tuple[str, str | None], Trace]:
    """The last trace by (id, digest) of its completion, and of each id by (id, None)."""
    found: dict[tuple[str, str | None], Trace] = {}
    if (folder / traces.TRACES_FILE).exists():
        for trace in traces.read(folder / traces.TRACES_FILE):
            found[trace.id, trace.digest] = found[trace.id, None] = trace
    return found


def _left(item: BenchItem, number: int, manifest: Manifest) -> Sample | None:
    """A completion that is yet to be generated; None where completions are given."""
    if not manifest.generator:
        return None
    return Sample(id=item.id, sample=number, error="not written yet", infra=True)


def _site(
    item: BenchItem,
    sample: Sample,
    trace: Trace | None,
    tested: tuple[CaseResult, ...],
    manifest: Manifest,
) -> SiteResult:
    if trace is None:
        return SiteResult(item, sample)
    tested = tuple(case for case in tested if case.digest in ("", trace.digest))
    site = SiteResult(item, sample, trace, tested)
    if manifest.agent is not None and site.known and not site.started:
        tested = not_started(item, sample, trace)
    verified = verify(item, trace)
    verified = tuple(case.model_copy(update={"sample": sample.sample}) for case in verified)
    return SiteResult(item, sample, trace, tested, verified)


def latest_cases(folder: Path) -> list[CaseResult]:
    """The last result of every case: a decided one replaces an undecided."""
    found = read_all(folder / CASES_FILE, CaseResult)
    return list({(one.id, one.sample, one.case, one.digest): one for one in found}.values())

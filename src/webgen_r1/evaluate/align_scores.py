"""What scorers say of sites: from the traces of runs, and from a user's own files.

A scorer is named as people name it: `reward`, `aas`, `judge NAME` for each of several
judges, the components of the reward, `part NAME` for each part of the verdict, or the
name that the user gives to a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import ConfigDict, Field

from webgen_r1 import jsonl, traces
from webgen_r1.errors import UserError
from webgen_r1.rate.records import site_name
from webgen_r1.types import Components, Frozen, Trace

COMPONENTS = tuple(Components.model_fields)


class Score(Frozen):
    """One line of a user's file; other fields it has are not read."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    site: str
    score: float = Field(allow_inf_nan=False)


SiteScores = Mapping[str, Mapping[str, float]]
"""Site -> scorer -> score. A scorer that did not come to a score of a site is missing."""


def scores_of_runs(runs: Sequence[Path]) -> dict[str, dict[str, float]]:
    """What the traces of run folders hold, for every site, those without a score included.

    A run may also be named by its `traces.jsonl`. Raises UserError for one that cannot be
    read, and for two folders of one name, which ratings could not tell apart.
    """
    folders = [run.parent if run.name == traces.TRACES_FILE else run for run in runs]
    names = Counter(folder.resolve().name for folder in folders)
    for name, count in names.items():
        if count > 1:
            raise UserError(
                f"{count} runs are called {name}: ratings name a site by its run's folder, "
                "so the folders need different names"
            )
    return {
        site_name(folder, trace.id): dict(scores_of(trace))
        for folder in folders
        for trace in traces.latest(folder / traces.TRACES_FILE)
    }


def scores_of(trace: Trace) -> Iterator[tuple[str, float]]:
    """Every score in a trace, by scorer."""
    if trace.reward is not None:
        yield "reward", trace.reward
    if trace.verdict is not None:
        yield "aas", trace.verdict.score
        for verdict in trace.verdict.panel:
            yield f"judge {verdict.judge}", verdict.score
    for name in COMPONENTS:
        value = getattr(trace.components, name)
        if value is None and name == "checks" and trace.checks is not None:
            value = trace.checks.share  # made, but no term of this reward
        if value is not None:
            yield name, value
    if trace.verdict is not None:
        for name, part in trace.verdict.parts.items():
            yield f"part {name}", part


def add_scores(scores: dict[str, dict[str, float]], name: str, file: Path) -> int:
    """Add the user's scorer `name` to `scores`; how many of its sites are in no run.

    Of several scores of a site the last counts. Raises UserError, naming file and line.
    """
    if any(name in each for each in scores.values()):
        raise UserError(f"--scores {name}={file}: the runs have a scorer called {name} already")
    unknown = set()
    for score in jsonl.read(file, Score):
        if score.site in scores:
            scores[score.site][name] = score.score
        else:
            unknown.add(score.site)
    return len(unknown)


def order_of(scores: SiteScores) -> list[str]:
    """The scorers: reward and aas, judges, the user's own, components, parts."""
    names = list(dict.fromkeys(name for each in scores.values() for name in each))
    return sorted(names, key=_rank)


def is_headline(name: str) -> bool:
    """Whether a scorer grades whole sites, as `reward` and judges do, not one side of them."""
    return _rank(name) <= 2


def _rank(name: str) -> int:
    if name in ("reward", "aas"):
        return 0
    if name.startswith("judge "):
        return 1
    if name in COMPONENTS:
        return 3
    return 4 if name.startswith("part ") else 2

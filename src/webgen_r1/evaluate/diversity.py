"""Whether a model writes a site of its own for every instruction, or always nearly the same one.

A reward can be had by writing one good site again and again; no rate of an evaluation shows
that. Of several samples the first counts, except for colours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from webgen_r1.colour.asks import colour_asks
from webgen_r1.completion import parse
from webgen_r1.distill.similar import copies, shingles, similarity
from webgen_r1.evaluate.results import RunResults, SiteResult
from webgen_r1.evaluate.verifiable import ColourCase
from webgen_r1.evaluate.verified import colour_verdict
from webgen_r1.stats.agreement import estimate
from webgen_r1.stats.bootstrap import mean_interval
from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.resample import Floats, Statistic, ratio
from webgen_r1.types import Frozen

COPY = 0.9
"""Similarity from which one site is a copy of another."""
MOST_COMPARED = 300
"""Sites compared with each other, pair by pair; more would not make the mean surer."""

Files = Mapping[str, bytes]


class Diversity(Frozen):
    """How different the sites for different instructions are. Values are in [0, 1], but one."""

    instructions: int = 0
    sites: int = 0
    """Instructions for which files were written."""
    distinct_per_100: float | None = None
    """Sites that are no copy of another, for every 100 instructions."""
    similarity: Estimate = Estimate()
    """Mean over pairs of instructions of the share of word sequences that their sources have in
    common; `n` is the number of sites."""
    colours: Estimate = Estimate()
    """Share of the sites that paint both colours which their instruction asks for, of the
    instructions that ask for two; a site that does not start paints none."""


def diversity(results: RunResults) -> Diversity:
    first = [site for site in results.sites if site.sample.sample == 0]
    written = [files for site in first if (files := _files(site))]
    instructions = len(results.benchmark.items)
    distinct = copies(written, COPY).count(None)
    return Diversity(
        instructions=instructions,
        sites=len(written),
        distinct_per_100=100 * distinct / instructions if instructions else None,
        similarity=_similarity(written[:MOST_COMPARED], results.manifest.seed),
        colours=_colours(results.sites, results.manifest.seed),
    )


def _files(site: SiteResult) -> Files:
    """What the model wrote, without the scaffold that it completes."""
    return parse(site.sample.text).completion.files if site.sample.text else {}


def _similarity(written: Sequence[Files], seed: int) -> Estimate:
    sets = [shingles(files) for files in written]
    alike = np.zeros((len(sets), len(sets)))
    for one, other in combinations(range(len(sets)), 2):
        alike[one, other] = alike[other, one] = similarity(sets[one], sets[other])
    return estimate(_mean_of_pairs(alike), len(sets), bounds=(0.0, 1.0), seed=seed)


def _mean_of_pairs(values: Floats) -> Statistic:
    """Over pairs of different units; a unit drawn twice is no pair with itself."""
    pairs = 1.0 - np.eye(len(values))

    def statistic(drawn: Floats) -> Floats:
        return ratio(((drawn @ values) * drawn).sum(axis=1), ((drawn @ pairs) * drawn).sum(axis=1))

    return statistic


def _colours(sites: Sequence[SiteResult], seed: int) -> Estimate:
    values: list[float] = []
    instructions: list[str] = []
    for site in sites:
        case = asked_colours(site.item.instruction)
        if case is not None and site.known:
            values.append(float(_paints(site, case)))
            instructions.append(site.item.id)
    return mean_interval(values, instructions, seed=seed, bounds=(0.0, 1.0))


def asked_colours(instruction: str) -> ColourCase | None:
    """The colours of background and components that an instruction names, if it names both."""
    found = {ask.role: ask.colour for ask in reversed(colour_asks(instruction))}
    if "background" not in found or "component" not in found:
        return None
    return ColourCase(found["background"], found["component"])


def _paints(site: SiteResult, case: ColourCase) -> bool:
    checks = site.trace.checks if site.trace else None
    return site.rendered and checks is not None and colour_verdict(case, checks)[0] == "YES"

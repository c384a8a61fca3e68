"""Choices between two sites: scores of the sites, and how often a scorer chooses alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.resample import LEVEL, Floats


class Preference(NamedTuple):
    """One choice: `worth` is 1 where `a` was chosen, 0 where `b` was, 0.5 for a tie."""

    a: str
    b: str
    worth: float


def bradley_terry(choices: Sequence[Preference], *, prior: float = 1.0) -> dict[str, float]:
    """A score for each site: P(a chosen over b) = 1 / (1 + exp(score b - score a)).

    Bradley and Terry 1952; a tie is half a win for either. `prior` is the number of ties
    each site is taken to have had with a site of score 0, without which one that always
    wins would have no finite score, and sites never compared no common scale. Scores have
    the mean 0 for any `prior` above 0; the order of choices changes nothing.
    """
    from scipy.optimize import minimize

    sites = sorted({site for choice in choices for site in (choice.a, choice.b)})
    if not sites:
        return {}
    place = {site: index for index, site in enumerate(sites)}
    first = np.array([place[choice.a] for choice in choices])
    second = np.array([place[choice.b] for choice in choices])
    worth = np.array([choice.worth for choice in choices], dtype=np.float64)

    def loss(scores: Floats) -> tuple[float, Floats]:
        """Negative log-likelihood of choices and prior, and its gradient."""
        ahead = scores[first] - scores[second]
        surprise = np.logaddexp(0, -ahead) * worth + np.logaddexp(0, ahead) * (1 - worth)
        total = surprise.sum() + prior * (np.logaddexp(0, scores) - scores / 2).sum()
        pull = _logistic(ahead) - worth
        slope = prior * (_logistic(scores) - 0.5)
        np.add.at(slope, first, pull)
        np.add.at(slope, second, -pull)
        return float(total), slope

    found = minimize(loss, np.zeros(len(sites)), jac=True, method="L-BFGS-B", tol=1e-12)
    scores = found.x - found.x.mean()
    return {site: float(score) for site, score in zip(sites, scores, strict=True)}


def choice_agreement(
    choices: Sequence[Preference], scores: Mapping[str, float], *, level: float = LEVEL
) -> Estimate:
    """Share of people's choices that a scorer makes too; 0.5 is chance.

    Ties of people say nothing about who is better and are left out, as are sites without
    a score; sites that the scorer ties count half. `n` is the number of choices counted.

    Choices share sites, so they are not independent: the error allows for any two that
    have a site in common (Aronow, Samii and Assenova 2015, *Cluster-robust variance
    estimation for dyadic data*), and the interval is Wilson's for the number of
    independent choices that would have the same error.
    """
    counted = [
        choice
        for choice in choices
        if choice.worth != 0.5 and choice.a in scores and choice.b in scores
    ]
    if not counted:
        return Estimate()
    alike = np.array([_alike(choice, scores[choice.a] - scores[choice.b]) for choice in counted])
    value = float(alike.mean())
    low, high = _wilson(value, _independent(counted, alike - value), level)
    return Estimate(value=value, low=low, high=high, n=len(counted))


def _logistic(x: Floats) -> Floats:
    half: Floats = 0.5 * (1 + np.tanh(x / 2))
    return half


def _alike(choice: Preference, ahead: float) -> float:
    if ahead == 0:
        return 0.5
    return float((ahead > 0) == (choice.worth > 0.5))


def _independent(choices: Sequence[Preference], off: Floats) -> float:
    """How many independent choices have the error that these have; `off` is (n,) value - mean."""
    by_site: dict[str, float] = defaultdict(float)
    by_pair: dict[frozenset[str], float] = defaultdict(float)
    for choice, each in zip(choices, off, strict=True):
        by_site[choice.a] += each
        by_site[choice.b] += each
        by_pair[frozenset((choice.a, choice.b))] += each
    pairs = sum(each**2 for each in by_pair.values())
    # Choices of one pair share both of its sites, and would else be counted twice.
    shared = max(sum(each**2 for each in by_site.values()) - pairs, pairs)
    single = float((off**2).sum())
    if not shared:
        return float(len(by_pair))
    return min(len(choices) * single / shared, float(len(by_pair)))


def _wilson(value: float, n: float, level: float) -> tuple[float, float]:
    """Wilson's score interval (1927) of a share, `n` not necessarily whole."""
    from scipy.special import ndtri

    z = float(ndtri((1 + level) / 2))
    centre = (value + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(value * (1 - value) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)

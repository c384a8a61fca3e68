"""pass@k: the chance that at least one of k samples of an instruction passes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from math import comb

from webgen_r1.stats.bootstrap import mean_interval
from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.resample import LEVEL, RESAMPLES


def pass_at_k(samples: int, passed: int, k: int) -> float:
    """The unbiased estimate 1 - C(n - c, k) / C(n, k) from c of n samples that passed.

    Chen et al. 2021, arXiv:2107.03374, section 2.1. Raises ValueError unless
    0 <= passed <= samples and 1 <= k <= samples.
    """
    if not (0 <= passed <= samples and 1 <= k <= samples):
        raise ValueError(f"pass@{k} of {passed} among {samples}")
    return 1 - comb(samples - passed, k) / comb(samples, k)


def pass_at(
    outcomes: Mapping[Hashable, Sequence[bool]],
    k: int,
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Mean pass@k over instructions, resampled whole; `outcomes` has the samples of each.

    Instructions with fewer than k samples allow no unbiased estimate and are left out:
    `n` is the number of those that count.
    """
    chances = [
        pass_at_k(len(passed), sum(passed), k) for passed in outcomes.values() if len(passed) >= k
    ]
    return mean_interval(chances, level=level, resamples=resamples, seed=seed, bounds=(0.0, 1.0))

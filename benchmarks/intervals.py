"""How often 95 % intervals hold the truth, in simulated benchmarks whose truth is known.

    python benchmarks/intervals.py [--runs 2000]

Every instruction has its own chance of passing its cases, drawn from a beta distribution
around the true rate, so that cases of one instruction resemble each other. Compared are the
interval of `stats.bootstrap`, the plain percentile bootstrap over instructions, and the one
that takes every case for independent (Wald).
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from webgen_r1.stats.bootstrap import mean_interval

RESAMPLES = 1_000
Interval = tuple[float, float]
Passed = list[NDArray[np.float64]]
"""Per instruction, 1 or 0 for each of its cases."""


@dataclass(frozen=True)
class Setting:
    """A benchmark: how many instructions, how many cases each, and the true rate."""

    what: str
    instructions: int
    cases: tuple[int, int]
    rate: float


SETTINGS = (
    Setting("FSR of a small model", 101, (3, 10), 0.30),
    Setting("VRR of a good model", 101, (1, 1), 0.95),
    Setting("FSR of one scenario", 10, (3, 10), 0.30),
    Setting("VRR of one scenario", 10, (1, 1), 0.80),
    Setting("FSR of a rare scenario", 4, (3, 10), 0.40),
)


def drawn(setting: Setting, random: np.random.Generator) -> Passed:
    sizes = random.integers(setting.cases[0], setting.cases[1] + 1, setting.instructions)
    chances = random.beta(setting.rate * 2, (1 - setting.rate) * 2, setting.instructions)
    return [
        (random.random(size) < chance).astype(np.float64)
        for size, chance in zip(sizes, chances, strict=True)
    ]


def ours(passed: Passed, seed: int) -> Interval:
    values = np.concatenate(passed).tolist()
    names = [index for index, each in enumerate(passed) for _ in each]
    found = mean_interval(values, names, resamples=RESAMPLES, seed=seed)
    return found.low or 0.0, 1.0 if found.high is None else found.high


def percentile(passed: Passed, seed: int) -> Interval:
    sums, counts = np.array([(each.sum(), each.size) for each in passed]).T
    picks = np.random.default_rng(seed).integers(0, len(passed), (RESAMPLES, len(passed)))
    low, high = np.quantile(sums[picks].sum(axis=1) / counts[picks].sum(axis=1), (0.025, 0.975))
    return float(low), float(high)


def independent(passed: Passed, seed: int) -> Interval:
    values = np.concatenate(passed)
    mean = float(values.mean())
    half = 1.96 * math.sqrt(mean * (1 - mean) / values.size)
    return mean - half, mean + half


METHODS = {"stats.bootstrap": ours, "percentile": percentile, "cases independent": independent}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=2_000, help="simulated benchmarks a row")
    runs = parser.parse_args().runs
    table = Table("benchmark", "instructions", "rate", *METHODS, title="share that hold the truth")
    for setting in SETTINGS:
        random = np.random.default_rng(1)
        held = dict.fromkeys(METHODS, 0)
        for run in range(runs):
            passed = drawn(setting, random)
            for name, method in METHODS.items():
                low, high = method(passed, run)
                held[name] += low <= setting.rate <= high
        shares = (f"{count / runs:.1%}" for count in held.values())
        table.add_row(setting.what, str(setting.instructions), f"{setting.rate:.0%}", *shares)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()

"""What a metric gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """A sub-grade in [0, 1] and what a developer should know about it."""

    value: float
    reasons: tuple[str, ...] = ()


def ramp(value: float, zero: float, one: float) -> float:
    """0 at `zero`, 1 at `one`, straight between; works downwards too (zero > one)."""
    return min(1.0, max(0.0, (value - zero) / (one - zero)))


def mean(values: list[float], default: float = 0.0) -> float:
    """Average, or `default` of nothing."""
    return sum(values) / len(values) if values else default

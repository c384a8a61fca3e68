"""A number with its interval."""

from __future__ import annotations

from webgen_r1.types import Frozen


class Estimate(Frozen):
    """`value` with its 95 % interval [`low`, `high`] from `n` observations.

    All three are None where nothing was observed (`n` is 0).
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0

"""Drawing the next token on a CPU.

`torch.multinomial` draws one exponential variate for each entry of the vocabulary, with one thread,
which takes up to a quarter of a small policy's time (`benchmarks/generation.py`). One uniform
variate for each row, looked up in the running sum, draws from the same distribution.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class QuickDraw(TorchFunctionMode):  # type: ignore[misc]
    """Within it `torch.multinomial` draws one token for each row by `draw`. `generate` leaves no
    other place to say so."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        kwargs = kwargs or {}
        if func is torch.multinomial and kwargs == {"num_samples": 1}:
            return draw(*args)
        return func(*args, **kwargs)


def draw(probabilities: torch.Tensor) -> torch.Tensor:
    """One index for each row of `probabilities` (rows, entries), as (rows, 1); never one with none.

    The sum is of doubles: over a large vocabulary that of floats loses the rare tokens.
    """
    sums = probabilities.cumsum(-1, dtype=torch.float64)
    places = torch.rand(len(sums), 1, dtype=torch.float64, device=sums.device) * sums[:, -1:]
    return torch.searchsorted(sums, places, right=True)

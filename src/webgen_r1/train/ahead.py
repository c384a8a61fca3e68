"""Scoring a completion as soon as its last token is written, while others are being written.

TRL hands a batch to the reward when all of it is there. Builds and browsers need no model, so
they can have what is finished: on a CPU each completion at its end of sequence, otherwise
(vLLM answers for the whole batch) the batch before TRL computes log-probabilities for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from transformers import StoppingCriteria, StoppingCriteriaList

OnFinished = Callable[[int, list[int]], None]
"""Told the row of a completion and its tokens, the end of sequence included."""


class Finished(StoppingCriteria):  # type: ignore[misc]
    """Looks on while a batch is generated, and tells of each row once when it ends."""

    def __init__(self, ends: Sequence[int], on_finished: OnFinished) -> None:
        self._ends = torch.tensor(list(ends))
        self._on_finished = on_finished
        self._prompt: int | None = None
        self._told: set[int] = set()

    def __call__(
        self,
        input_ids: torch.Tensor,  # (rows, tokens), left-padded prompts of one length
        scores: object,
        **_: object,
    ) -> torch.Tensor:
        """Nothing is to stop: what stops a row at its end is the generation's own criterion."""
        rows, tokens = input_ids.shape
        if self._prompt is None:
            self._prompt = tokens - 1  # first asked after the first token
        ended = torch.isin(input_ids[:, -1].cpu(), self._ends).nonzero().flatten().tolist()
        for row in set(ended) - self._told:
            self._told.add(row)
            self._on_finished(row, input_ids[row, self._prompt :].tolist())
        return torch.zeros(rows, dtype=torch.bool, device=input_ids.device)


@contextmanager
def watched(
    model: Any,  # noqa: ANN401
    criterion: StoppingCriteria,
    *,
    inference: bool,
    settings: Callable[[], Mapping[str, object]] = dict,
) -> Iterator[None]:
    """Within it `model.generate` also asks `criterion`, and has further `settings`, made anew for
    each call; TRL leaves no other place to say so.

    With `inference` it runs in inference mode, a sixth quicker than TRL's no_grad where the
    model is tiny. Weights that are gathered from other processes meanwhile do not bear that.
    """
    own = vars(model).get("generate")  # where a library has put one of its own
    generate = model.generate

    def with_criterion(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        criteria = StoppingCriteriaList([criterion])
        with torch.inference_mode(inference):
            return generate(*args, stopping_criteria=criteria, **settings(), **kwargs)

    model.generate = with_criterion
    try:
        yield
    finally:
        del model.generate
        if own is not None:
            model.generate = own

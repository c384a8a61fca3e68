"""TRL's SFTTrainer with an order of examples that a continued run finds again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch.utils.data import Sampler
from transformers import TrainerCallback, TrainerControl, TrainerState
from trl import SFTTrainer

from webgen_r1.train.saving import WholeCheckpoints

BATCHES_SORTED_TOGETHER = 50


class FineTuner(WholeCheckpoints, SFTTrainer):  # type: ignore[misc]
    """Fine-tuning whose batches hold examples of about the same length, in random order, and
    that may stop before its schedule ends."""

    def __init__(self, *given: Any, stop_at: int | None = None, **settings: Any) -> None:  # noqa: ANN401
        super().__init__(*given, **settings)
        self._stop_at = stop_at
        if stop_at is not None:
            self.add_callback(_StopAt(stop_at))

    @property
    def last_step(self) -> int:
        return last_step(super().last_step, self._stop_at)

    def _get_train_sampler(self, train_dataset: object = None) -> Sampler[int]:
        return EvenLengths(
            [len(ids) for ids in self.train_dataset["input_ids"]],
            self.args.train_batch_size * self.args.world_size,
            self.args.data_seed if self.args.data_seed is not None else self.args.seed,
            lambda: int(self.state.epoch or 0),
        )


def last_step(max_steps: int, stop_at: int | None) -> int:
    """Whichever comes first; `max_steps` is -1 where epochs are counted."""
    if stop_at is None or max_steps < 0:
        return stop_at or max_steps
    return min(stop_at, max_steps)


class _StopAt(TrainerCallback):  # type: ignore[misc]
    def __init__(self, step: int) -> None:
        self._step = step

    def on_step_end(
        self, args: object, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        if state.global_step >= self._step:
            control.should_save = control.should_training_stop = True


class EvenLengths(Sampler[int]):  # type: ignore[misc]
    """Each example once per epoch; what stands in one batch is about as long.

    The order depends on seed and epoch alone. The one that transformers has for this comes
    from torch's global generator, so that a continued run would see other batches.
    """

    def __init__(
        self, lengths: Sequence[int], batch: int, seed: int, epoch: Callable[[], int]
    ) -> None:
        self._lengths = lengths
        self._batch = batch
        self._seed = seed
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self._seed + self._epoch())
        shuffled: list[int] = torch.randperm(len(self._lengths), generator=generator).tolist()
        batches = list(self._batches(shuffled))
        whole = [batch for batch in batches if len(batch) == self._batch]
        rest = [batch for batch in batches if len(batch) < self._batch]
        order = torch.randperm(len(whole), generator=generator).tolist()
        for batch in [whole[number] for number in order] + rest:
            yield from batch

    def _batches(self, shuffled: list[int]) -> Iterator[list[int]]:
        together = self._batch * BATCHES_SORTED_TOGETHER
        for start in range(0, len(shuffled), together):
            part = sorted(shuffled[start : start + together], key=self._lengths.__getitem__)
            for first in range(0, len(part), self._batch):
                yield part[first : first + self._batch]

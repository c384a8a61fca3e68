"""How a model on this machine is run. Imported where it is used: it imports torch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext

import torch
from transformers import (
    Cache,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    StoppingCriteria,
    TextStreamer,
)
from transformers.generation.streamers import BaseStreamer

from webgen_r1.generate.cache import roomy_cache
from webgen_r1.generate.drawing import QuickDraw

OnText = Callable[[str], None]

SMALL = 30_000_000
"""Parameters. With several threads a smaller model mostly waits for them to meet: measured with
4 M on two busy cores, one thread writes ten times as much as two."""

MANY = 80_000
"""Probabilities from which `QuickDraw` pays: it costs every operation of PyTorch a microsecond
or two, which a single text of a small vocabulary would notice."""


def cpu_abilities() -> Mapping[str, object]:
    """What the CPU can do, by name; nothing before torch 2.10, which does not tell."""
    able: Mapping[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return able


def weights_type(device: str, abilities: Mapping[str, object]) -> torch.dtype | str:
    """What to load weights as: as they are stored, but float32 on a CPU that does not multiply
    bfloat16 itself, where it would be a hundred times slower."""
    if device != "cpu":
        return "auto"
    multiplies = any(has for name, has in abilities.items() if "bf16" in name)
    return "auto" if multiplies else torch.float32


def cache_for(model: PreTrainedModel) -> dict[str, Cache]:
    """The cache to generate with, as an argument of `generate`; on a GPU transformers' own."""
    return {"past_key_values": roomy_cache(model)} if model.device.type == "cpu" else {}


@contextmanager
def quick_decoding(model: PreTrainedModel, rows: int) -> Iterator[None]:
    """Generate `rows` texts with `model` as a CPU does it best: tokens drawn by `QuickDraw`, and
    with the threads that `fit_threads` may set. Nothing is changed for a model on a GPU."""
    if model.device.type != "cpu":
        yield
        return
    before = torch.get_num_threads()
    try:
        with (
            QuickDraw()
            if rows * model.config.get_text_config().vocab_size >= MANY
            else nullcontext()
        ):
            yield
    finally:
        torch.set_num_threads(before)


def fit_threads(model: PreTrainedModel) -> None:
    """Compute a small model on a CPU with one thread from now on: something runs beside it."""
    if model.device.type == "cpu" and model.num_parameters() < SMALL:
        torch.set_num_threads(1)


class StopWhen(StoppingCriteria):  # type: ignore[misc]
    """Ends a batch where it is once `event` is set: a thread cannot be cancelled."""

    def __init__(self, event: threading.Event) -> None:
        self._event = event

    def __call__(
        self,
        input_ids: torch.Tensor,
        scores: torch.Tensor,
        **_: object,
    ) -> torch.Tensor:
        return torch.full((len(input_ids),), self._event.is_set(), device=input_ids.device)


class BatchStreamer(BaseStreamer):  # type: ignore[misc]
    """Hands the text of each row to its listener, None for a row without one, as it is written.

    `ends` are the tokens that end a row; what follows in it is padding.
    """

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        listeners: list[OnText | None],
        ends: Collection[int],
    ) -> None:
        self._rows = {
            number: _RowStreamer(tokenizer, on_text)
            for number, on_text in enumerate(listeners)
            if on_text
        }
        self._ends = ends
        self._prompt = True

    def put(self, value: torch.Tensor) -> None:
        """First the prompts, then at each step one token a row."""
        if self._prompt:
            self._prompt = False
            return
        tokens = value.reshape(-1)
        for number, row in list(self._rows.items()):
            if int(tokens[number]) in self._ends:
                self._rows.pop(number).end()
            else:
                row.put(tokens[number : number + 1])

    def end(self) -> None:
        for row in self._rows.values():
            row.end()


class _RowStreamer(TextStreamer):  # type: ignore[misc]
    """Text as soon as it is certain: a token may hold half a character."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, on_text: OnText) -> None:
        super().__init__(tokenizer, skip_special_tokens=True)
        self._on_text = on_text

    def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
        if text:
            self._on_text(text)

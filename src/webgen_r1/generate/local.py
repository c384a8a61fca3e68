"""Completions from a model on this machine, with Transformers (the extra `train`)."""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from webgen_r1.chat_template import as_text
from webgen_r1.errors import GenerateError, UserError, first_line
from webgen_r1.generate.config import GenerateConfig
from webgen_r1.policies import find_policy
from webgen_r1.types import Generated

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

Messages = list[dict[str, str]]
OnText = Callable[[str], None]


@dataclass(frozen=True)
class _Asked:
    chat: Messages
    seed: int
    on_text: OnText | None
    """Called in the thread that computes."""
    done: asyncio.Future[Generated]


class LocalGenerator:
    """Prompts that are asked for at the same time are worked on as one batch.

    A batch is sampled with the seed of its first prompt, so that a run repeats itself as
    long as the batches do; at temperature 0 nothing is drawn.
    """

    def __init__(self, config: GenerateConfig) -> None:
        self._config = config
        self._waiting: list[_Asked] = []
        self._closing = threading.Event()
        self._worker: asyncio.Task[None] | None = None
        self._model: PreTrainedModel | None = None
        self._tokenizer: PreTrainedTokenizerBase | None = None

    async def __aenter__(self) -> Self:
        """Load the model. Raises UserError for one that is not there."""
        await asyncio.to_thread(self._load)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._waiting.clear()
        if self._worker:
            await asyncio.gather(self._worker, return_exceptions=True)
        self._model = self._tokenizer = None

    @property
    def description(self) -> dict[str, Any]:
        return self._config.description

    async def generate(
        self, messages: Messages, seed: int, on_text: OnText | None = None
    ) -> Generated:
        """Raises GenerateError when the model fails (out of memory)."""
        loop = asyncio.get_running_loop()

        def pass_on(text: str) -> None:
            if on_text:
                loop.call_soon_threadsafe(on_text, text)

        asked = _Asked(messages, seed, pass_on if on_text else None, loop.create_future())
        self._waiting.append(asked)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await asked.done

    async def _work(self) -> None:
        """Batches until nothing waits."""
        await asyncio.sleep(0)  # those who ask in the same breath come into one batch
        while self._waiting:
            size = self._config.concurrency
            batch, self._waiting = self._waiting[:size], self._waiting[size:]
            try:
                answers = await asyncio.to_thread(self._answer, batch)
            except Exception as error:
                message = " ".join(str(error).split())[:200]
                failure = GenerateError(f"the model failed: {message}")
                failure.__cause__ = error
                for asked in batch:
                    if not asked.done.cancelled():
                        asked.done.set_exception(failure)
                continue
            for asked, answer in zip(batch, answers, strict=True):
                if not asked.done.cancelled():
                    asked.done.set_result(answer)

    def _load(self) -> None:
        try:
            from transformers import AutoModelForCausalLM, AutoTokenizer
        except ImportError as error:
            raise UserError(
                f"to run {self._config.model} on this machine: pip install 'webgen-r1[train]'; "
                "or name an endpoint with --base-url"
            ) from error
        import torch
        from safetensors import SafetensorError
        from transformers.utils import logging

        from webgen_r1.generate.decoding import cpu_abilities, weights_type

        logging.disable_progress_bar()
        # Convolutions of three tokens need no kernel of their own.
        logging.get_logger("transformers.integrations.hub_kernels").setLevel(logging.ERROR)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        place = find_policy(self._config.model)
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(place, padding_side="left")
            dtype = weights_type(device, cpu_abilities())
            model = AutoModelForCausalLM.from_pretrained(place, dtype=dtype)
            self._model = model.to(device).eval()
        # SafetensorError: weights that are cut off; RuntimeError: no room for them.
        except (OSError, ValueError, RuntimeError, SafetensorError) as error:
            raise UserError(
                f"cannot load the model {self._config.model}: {first_line(error)}"
            ) from error
        if self._tokenizer.chat_template is None:
            raise UserError(f"{self._config.model} has no chat template")
        if self._tokenizer.pad_token_id is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token

    def _answer(self, batch: list[_Asked]) -> list[Generated]:
        """One completion for each chat, in one batch."""
        import torch

        from webgen_r1.generate.decoding import (
            BatchStreamer,
            StopWhen,
            cache_for,
            fit_threads,
            quick_decoding,
        )

        model, tokenizer, config = self._model, self._tokenizer, self._config
        assert model is not None
        assert tokenizer is not None
        began = time.monotonic()
        texts = [as_text(tokenizer, asked.chat, asks=True) for asked in batch]
        inputs = tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
        inputs = inputs.to(model.device)
        sampling: dict[str, Any] = {"do_sample": False}
        if config.temperature > 0:
            sampling = {
                "do_sample": True,
                "temperature": config.temperature,
                "top_p": config.top_p,
                "top_k": 0,
                "min_p": config.min_p or None,
            }
        listeners = [asked.on_text for asked in batch]
        if any(listeners):
            sampling["streamer"] = BatchStreamer(tokenizer, listeners, self._ends())
        torch.manual_seed(_seed_of(batch, texts))
        with torch.inference_mode(), quick_decoding(model, len(batch)):
            fit_threads(model)  # what was written before is being scored
            output = model.generate(
                **inputs,
                max_new_tokens=config.max_tokens,
                pad_token_id=tokenizer.pad_token_id,
                stopping_criteria=[StopWhen(self._closing)],
                **cache_for(model),
                **sampling,
            )
        seconds = (time.monotonic() - began) / len(batch)
        start = inputs["input_ids"].shape[1]
        return [self._read(row[start:].tolist(), seconds) for row in output]

    def _ends(self) -> set[int]:
        """The tokens that end a completion."""
        assert self._model is not None
        ends = self._model.generation_config.eos_token_id
        return set(ends) if isinstance(ends, list) else {ends}

    def _read(self, tokens: list[int], seconds: float) -> Generated:
        """The text up to the end mark, which only a cut completion lacks."""
        assert self._tokenizer is not None
        marks = self._ends()
        length = next((n for n, token in enumerate(tokens) if token in marks), None)
        kept = tokens if length is None else tokens[:length]
        return Generated(
            self._tokenizer.decode(kept, skip_special_tokens=True),
            tokens=len(kept),
            seconds=seconds,
            cut=length is None,
            model=self._config.model,
        )


def _seed_of(batch: list[_Asked], texts: list[str]) -> int:
    """Of the batch's random numbers: another for each batch, the same for the same questions."""
    asked = repr([(one.seed, text) for one, text in zip(batch, texts, strict=True)])
    return int.from_bytes(hashlib.sha256(asked.encode()).digest()[:8])

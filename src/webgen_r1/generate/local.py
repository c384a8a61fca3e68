"""Completions from a model on this machine, with Transformers (the extra `train`)."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from webgen_r1.errors import GenerateError, UserError
from webgen_r1.generate.config import GenerateConfig
from webgen_r1.types import Generated

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

Messages = list[dict[str, str]]
Asked = tuple[Messages, int, asyncio.Future[Generated]]


class LocalGenerator:
    """Prompts that are asked for at the same time are worked on as one batch.

    A batch is sampled with the seed of its first prompt, so that a run repeats itself as
    long as the batches do; at temperature 0 nothing is drawn.
    """

    def __init__(self, config: GenerateConfig) -> None:
        self._config = config
        self._waiting: list[Asked] = []
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
        if self._worker:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        self._model = self._tokenizer = None

    @property
    def description(self) -> dict[str, Any]:
        sampling = self._config.model_dump(include={"model", "temperature", "top_p", "max_tokens"})
        return {"endpoint": None, **sampling}

    async def generate(self, messages: Messages, seed: int) -> Generated:
        """Raises GenerateError when the model fails (out of memory)."""
        done: asyncio.Future[Generated] = asyncio.get_running_loop().create_future()
        self._waiting.append((messages, seed, done))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await done

    async def _work(self) -> None:
        """Batches until nothing waits."""
        await asyncio.sleep(0)  # those who ask in the same breath come into one batch
        while self._waiting:
            batch, self._waiting = (
                self._waiting[: self._config.concurrency],
                self._waiting[self._config.concurrency :],
            )
            try:
                answers = await asyncio.to_thread(
                    self._answer, [messages for messages, _, _ in batch], batch[0][1]
                )
            except Exception as error:
                message = " ".join(str(error).split())[:200]
                failure = GenerateError(f"the model failed: {message}")
                failure.__cause__ = error
                for _, _, done in batch:
                    if not done.cancelled():
                        done.set_exception(failure)
                continue
            for (_, _, done), answer in zip(batch, answers, strict=True):
                if not done.cancelled():
                    done.set_result(answer)

    def _load(self) -> None:
        try:
            from transformers import AutoModelForCausalLM, AutoTokenizer
        except ImportError as error:
            raise UserError(
                f"to run {self._config.model} on this machine: pip install 'webgen-r1[train]'; "
                "or name an endpoint with --base-url"
            ) from error
        import torch

        device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(self._config.model, padding_side="left")
            model = AutoModelForCausalLM.from_pretrained(self._config.model, dtype="auto")
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise UserError(f"cannot load the model {self._config.model}: {reason}") from error
        self._model = model.to(device).eval()
        if self._tokenizer.chat_template is None:
            raise UserError(f"{self._config.model} has no chat template")
        if self._tokenizer.pad_token_id is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token

    def _answer(self, chats: list[Messages], seed: int) -> list[Generated]:
        """One completion for each chat, in one batch."""
        import torch

        model, tokenizer, config = self._model, self._tokenizer, self._config
        assert model is not None
        assert tokenizer is not None
        began = time.monotonic()
        texts = [
            tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
            for chat in chats
        ]
        inputs = tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
        inputs = inputs.to(model.device)
        sampling: dict[str, Any] = {"do_sample": False}
        if config.temperature > 0:
            sampling = {
                "do_sample": True,
                "temperature": config.temperature,
                "top_p": config.top_p,
                "top_k": 0,
            }
        torch.manual_seed(seed)
        with torch.inference_mode():
            output = model.generate(
                **inputs,
                max_new_tokens=config.max_tokens,
                pad_token_id=tokenizer.pad_token_id,
                **sampling,
            )
        seconds = (time.monotonic() - began) / len(chats)
        start = inputs["input_ids"].shape[1]
        return [self._read(row[start:].tolist(), seconds) for row in output]

    def _read(self, tokens: list[int], seconds: float) -> Generated:
        """The text up to the end mark, which only a cut completion lacks."""
        model, tokenizer = self._model, self._tokenizer
        assert model is not None
        assert tokenizer is not None
        ends = model.generation_config.eos_token_id
        marks = set(ends) if isinstance(ends, list) else {ends}
        length = next((n for n, token in enumerate(tokens) if token in marks), None)
        kept = tokens if length is None else tokens[:length]
        return Generated(
            tokenizer.decode(kept, skip_special_tokens=True),
            tokens=len(kept),
            seconds=seconds,
            cut=length is None,
            model=self._config.model,
        )

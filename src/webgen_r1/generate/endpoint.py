"""Completions from any OpenAI-compatible endpoint: a vendor, vLLM, llama.cpp, ..."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from webgen_r1.endpoint import Asker, Endpoint, access
from webgen_r1.errors import GenerateError
from webgen_r1.generate.config import ENV, GenerateConfig
from webgen_r1.types import Generated

ASKER = Asker("model", ENV, "--model", GenerateError)


class EndpointGenerator:
    """Asks for one completion at a time, many at once. Raises UserError for a missing key."""

    def __init__(self, config: GenerateConfig) -> None:
        self._config = config
        self._endpoint = Endpoint(
            ASKER,
            access(ASKER, base_url=config.endpoint, model=config.model),
            temperature=config.temperature,
            options=_options(config),
            timeout_s=config.timeout_s,
            retries=config.retries,
            concurrency=config.concurrency,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._endpoint.close()

    @property
    def description(self) -> dict[str, Any]:
        return self._config.description

    async def generate(
        self,
        messages: list[dict[str, str]],
        seed: int,
        on_text: Callable[[str], None] | None = None,
    ) -> Generated:
        """Raises GenerateError when there is no answer; an empty one is an answer."""
        reply = await self._endpoint.ask(list(messages), on_text=on_text, seed=seed)
        return Generated(
            reply.text,
            tokens=reply.completion_tokens or None,
            seconds=reply.seconds,
            cut=reply.finish == "length",
            model=reply.model,
        )


def _options(config: GenerateConfig) -> dict[str, Any]:
    """`min_p` is not part of the protocol: vLLM and llama.cpp know it, a vendor may refuse it."""
    options: dict[str, Any] = {"max_tokens": config.max_tokens, "top_p": config.top_p}
    return options | ({"extra_body": {"min_p": config.min_p}} if config.min_p else {})

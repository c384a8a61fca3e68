"""One OpenAI-compatible endpoint: asks, waits, asks again, and says clearly why not.

Knows nothing of websites. What an endpoint turns out not to offer (structured output, a
temperature) is remembered, so that it is found out once.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import openai

from webgen_r1.errors import JudgeError

Sleep = Callable[[float], Awaitable[None]]

_LONGEST_WAIT_S = 60.0
_FIRST_WAIT_S = 0.5


class Endpoint:
    """Chat completions with retries and a concurrency limit."""

    def __init__(
        self,
        client: openai.AsyncOpenAI,
        *,
        model: str,
        temperature: float,
        schema: dict[str, Any],
        timeout_s: float,
        retries: int,
        concurrency: int,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._model = model
        self._temperature: float | None = temperature
        self._timeout_s = timeout_s
        self._retries = retries
        self._slots = asyncio.Semaphore(concurrency)
        self._sleep = sleep
        structured = {"name": "verdict", "strict": True, "schema": schema}
        # What to ask for, best first; the front is dropped when the endpoint refuses it.
        self._formats: list[dict[str, Any] | None] = [
            {"type": "json_schema", "json_schema": structured},
            {"type": "json_object"},
            None,
        ]

    async def ask(self, messages: list[dict[str, Any]]) -> str:
        """The text of the answer. Raises JudgeError when there is none."""
        for attempt in range(self._retries + 1):
            try:
                return await self._negotiated(messages)
            except (openai.APIError, TimeoutError, ValueError) as error:  # ValueError: not JSON
                if not _passing(error):
                    raise _refusal(error) from error
                if attempt == self._retries:
                    raise _outage(error, attempt + 1) from error
                await self._sleep(_wait_s(error, attempt))
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _negotiated(self, messages: list[dict[str, Any]]) -> str:
        """Ask in the best format the endpoint accepts; one it refuses is not tried again."""
        formats = list(self._formats)
        while True:
            try:
                answer = await self._once(messages, formats[0])
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if self._temperature is not None and "temperature" in error.message.lower():
                    self._temperature = None
                elif len(formats) > 1:
                    formats.pop(0)
                else:
                    raise
            else:
                if len(formats) < len(self._formats):
                    self._formats = formats
                return answer

    async def _once(self, messages: list[Any], form: dict[str, Any] | None) -> str:
        options: dict[str, Any] = {}
        if form is not None:
            options["response_format"] = form
        if self._temperature is not None:
            options["temperature"] = self._temperature
        async with self._slots, asyncio.timeout(self._timeout_s):
            reply: Any = await self._client.chat.completions.create(
                model=self._model, messages=messages, **options
            )
        # Not every endpoint that calls itself compatible sends what the types promise.
        choices = getattr(reply, "choices", None)
        message = getattr(choices[0], "message", None) if choices else None
        return str(getattr(message, "content", None) or "")


def _passing(error: Exception) -> bool:
    """Whether the same request may succeed later."""
    if not isinstance(error, openai.APIStatusError):
        return True
    if error.status_code == 429:
        return error.code != "insufficient_quota"
    return error.status_code in {408, 409} or error.status_code >= 500


def _wait_s(error: Exception, attempt: int) -> float:
    """What the endpoint asked for (Retry-After), else doubling with jitter."""
    if isinstance(error, openai.APIStatusError):
        asked = error.response.headers.get("retry-after", "")
        if asked.replace(".", "", 1).isdigit():
            return min(float(asked), _LONGEST_WAIT_S)
    return float(min(_FIRST_WAIT_S * 2**attempt, _LONGEST_WAIT_S) * random.uniform(0.5, 1.0))


def _refusal(error: Exception) -> JudgeError:
    status = getattr(error, "status_code", 0)
    said = " ".join(str(getattr(error, "message", error)).split())[:200]
    messages = {
        401: "the judge's endpoint refuses the key (401): check WEBGEN_JUDGE_API_KEY",
        403: "the judge's endpoint forbids this key to use the model (403)",
        404: f"the judge's endpoint has no such model or path (404): {said}",
        429: f"the judge's quota is used up (429): {said}",
    }
    message = messages.get(status, f"the judge's endpoint refuses the request ({status}): {said}")
    return JudgeError(message, code="judge-refused")


def _outage(error: Exception, attempts: int) -> JudgeError:
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        what, code = "gave no answer in time", "judge-timeout"
    elif isinstance(error, openai.APIStatusError):
        what, code = f"answered {error.status_code}", "judge-unavailable"
    elif isinstance(error, openai.APIConnectionError):
        what, code = "cannot be reached", "judge-unreachable"
    else:
        what, code = "answered something that is no chat completion", "judge-unavailable"
    message = f"the judge's endpoint {what} ({attempts} attempts)"
    return JudgeError(message, code=code, retryable=True)

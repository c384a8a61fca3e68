"""One OpenAI-compatible endpoint: asks, waits, asks again, and says clearly why not.

Three ask: the judge, the GUI agent, the generator. `Asker` says who, and so how errors
are named and which variables of the environment count. Knows nothing of websites. What an
endpoint turns out not to offer (structured output, a temperature) is remembered, so that
it is found out once. Slow to import, because the client library is: import it where it is used.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import openai

from webgen_r1.endpoint_reply import Heard, OnText, Reply, follow, read_reply
from webgen_r1.errors import InfraFailure, UserError

__all__ = ["Access", "Asker", "Endpoint", "Reply", "access"]

Sleep = Callable[[float], Awaitable[None]]
Messages = list[dict[str, Any]]

_LONGEST_WAIT_S = 60.0
_FIRST_WAIT_S = 0.5
_LENGTHS = ("max_tokens", "max_completion_tokens")
"""What the longest answer is called: by most, and by OpenAI's models that reason."""


@dataclass(frozen=True)
class Asker:
    """Who asks. `name` goes into messages ("the judge's endpoint") and codes ("judge-refused")."""

    name: str
    env: str
    """Prefix of the variables _BASE_URL, _MODEL and _API_KEY."""
    setting: str
    """What a user sets to name the model: ``judge.model``, ``--model``."""
    error: type[InfraFailure]


@dataclass(frozen=True)
class Access:
    """Where to ask, and for which model. `base_url` None is the client library's default."""

    base_url: str | None
    model: str
    key: str


def access(asker: Asker, *, base_url: str | None = None, model: str | None = None) -> Access:
    """Settings first, then the environment; the key only from there, OPENAI_API_KEY last.

    Raises UserError where there is no model or no key.
    """
    model = model or os.environ.get(f"{asker.env}_MODEL")
    key = os.environ.get(f"{asker.env}_API_KEY") or os.environ.get("OPENAI_API_KEY")
    if not model:
        raise UserError(f"the {asker.name} needs a model: set {asker.setting} or {asker.env}_MODEL")
    if not key:
        raise UserError(
            f"the {asker.name} needs a key: set {asker.env}_API_KEY or OPENAI_API_KEY "
            "(any word for an endpoint that asks for none)"
        )
    return Access(base_url or os.environ.get(f"{asker.env}_BASE_URL") or None, model, key)


@dataclass(frozen=True)
class _Offer:
    """What of a request an endpoint may refuse."""

    temperature: float | None
    length: str
    streams: bool


class Endpoint:
    """Chat completions with retries and a concurrency limit.

    `schema` asks for structured output under the name `schema_name`; without it plain text.
    `options` go into every request as they are (``max_tokens``, ``seed``, ``top_p``).
    """

    def __init__(
        self,
        asker: Asker,
        access: Access,
        *,
        temperature: float | None = None,
        schema: dict[str, Any] | None = None,
        schema_name: str = "answer",
        options: dict[str, Any] | None = None,
        timeout_s: float,
        retries: int,
        concurrency: int,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.asker = asker
        self.access = access
        self.models: set[str] = set()
        """Every model that replies named so far. More than one: results must not be mixed."""
        self._client = openai.AsyncOpenAI(
            api_key=access.key, base_url=access.base_url, timeout=timeout_s, max_retries=0
        )
        self._temperature = temperature
        self._options = dict(options or {})
        self._timeout_s = timeout_s
        self._retries = retries
        self._slots = asyncio.Semaphore(concurrency)
        self._sleep = sleep
        # What to ask for, best first; the front is dropped when the endpoint refuses it.
        self._formats: list[dict[str, Any] | None] = [None]
        self._streams = True
        self._length = _LENGTHS[0]
        if schema is not None:
            structured = {"name": schema_name, "strict": True, "schema": schema}
            self._formats = [
                {"type": "json_schema", "json_schema": structured},
                {"type": "json_object"},
                None,
            ]

    async def close(self) -> None:
        await self._client.close()

    async def ask(
        self,
        messages: Messages,
        *,
        on_text: OnText | None = None,
        **options: Any,  # noqa: ANN401 - JSON
    ) -> Reply:
        """The reply; its text may be empty. `options` are for this request alone.

        `on_text` hears the text in pieces as it comes. Raises the asker's error where there
        is no reply. What `on_text` has heard the start of is not asked again.
        """
        heard = Heard(on_text) if on_text else None
        for attempt in range(self._retries + 1):
            try:
                reply = await self._negotiated(messages, options, heard)
            except (
                openai.APIError,
                TimeoutError,
                ValueError,  # not JSON
                httpx.TransportError,  # what the client lets through while an answer streams
            ) as error:
                if not _passing(error):
                    raise self._refusal(error) from error
                if attempt == self._retries or (heard and heard.text):
                    raise self._outage(error, attempt + 1) from error
                await self._sleep(_wait_s(error, attempt))
            else:
                if reply.model:
                    self.models.add(reply.model)
                return reply
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _negotiated(
        self, messages: Messages, options: dict[str, Any], heard: Heard | None
    ) -> Reply:
        """Ask in the best format the endpoint accepts; one it refuses is not tried again."""
        formats = list(self._formats)
        while True:
            # As it is sent: another request may find out meanwhile what is refused.
            sent = _Offer(self._temperature, self._length, self._streams and heard is not None)
            try:
                reply = await self._once(messages, formats[0], options, heard, sent)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                said = error.message.lower()
                if sent.streams and "stream" in said:
                    self._streams = False
                elif sent.temperature is not None and "temperature" in said:
                    self._temperature = None
                elif sent.length == _LENGTHS[0] and _LENGTHS[1] in said:
                    self._length = _LENGTHS[1]
                elif len(formats) > 1:
                    formats.pop(0)
                else:
                    raise
            else:
                if len(formats) < len(self._formats):
                    self._formats = formats
                return reply

    async def _once(
        self,
        messages: list[Any],
        form: dict[str, Any] | None,
        options: dict[str, Any],
        heard: Heard | None,
        sent: _Offer,
    ) -> Reply:
        options = {**self._options, **options}
        if _LENGTHS[0] in options:
            options[sent.length] = options.pop(_LENGTHS[0])
        if form is not None:
            options["response_format"] = form
        if sent.temperature is not None:
            options.setdefault("temperature", sent.temperature)
        ask = partial(
            self._client.chat.completions.create,
            model=self.access.model,
            messages=messages,
            **options,
        )
        began = time.monotonic()
        async with self._slots, asyncio.timeout(self._timeout_s):
            if heard and sent.streams:
                stream = await ask(stream=True, stream_options={"include_usage": True})
                return await follow(stream, heard, began)
            reply = read_reply(await ask(), time.monotonic() - began)
        if heard:
            heard.more(reply.text)
        return reply

    def _refusal(self, error: Exception) -> InfraFailure:
        name, key = self.asker.name, f"{self.asker.env}_API_KEY"
        status = getattr(error, "status_code", 0)
        said = " ".join(str(getattr(error, "message", error)).split())[:200]
        messages = {
            401: f"the {name}'s endpoint refuses the key (401): check {key}",
            403: f"the {name}'s endpoint forbids this key to use the model (403)",
            404: f"the {name}'s endpoint has no such model or path (404): {said}",
            429: f"the {name}'s quota is used up (429): {said}",
        }
        other = f"the {name}'s endpoint refuses the request ({status}): {said}"
        return self.asker.error(messages.get(status, other), code=f"{name}-refused")

    def _outage(self, error: Exception, attempts: int) -> InfraFailure:
        name = self.asker.name
        if isinstance(error, openai.APITimeoutError | TimeoutError):
            what, code = "gave no answer in time", "timeout"
        elif isinstance(error, openai.APIStatusError):
            what, code = f"answered {error.status_code}", "unavailable"
        elif isinstance(error, httpx.TransportError):
            what, code = "broke off its answer", "unavailable"
        elif isinstance(error, openai.APIConnectionError):
            what, code = "cannot be reached", "unreachable"
        else:
            what, code = "answered something that is no chat completion", "unavailable"
        message = f"the {name}'s endpoint {what} ({attempts} attempts)"
        return self.asker.error(message, code=f"{name}-{code}")


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

"""The client that judge, agent and generator share, against a real HTTP endpoint."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from endpoint_server import Endpoint as Server
from endpoint_server import Reply, failure, serving
from webgen_r1.endpoint import Access, Asker, Endpoint, access
from webgen_r1.errors import AgentError, UserError

ASKER = Asker("writer", "WEBGEN_WRITER", "--model", AgentError)
HELLO = [{"role": "user", "content": "hello"}]


@asynccontextmanager
async def asked(*replies: Reply, **settings: Any) -> AsyncIterator[tuple[Endpoint, Server]]:
    async with serving(*replies) as server:
        given = {"timeout_s": 5.0, "retries": 0, "concurrency": 2, **settings}
        endpoint = Endpoint(ASKER, Access(server.base_url, "pen", "k"), sleep=_now, **given)
        try:
            yield endpoint, server
        finally:
            await endpoint.close()


async def _now(seconds: float) -> None:
    await asyncio.sleep(0)


def said(**fields: Any) -> Response:
    message = {"role": "assistant", "content": fields.pop("text", "hi")}
    choice = {"index": 0, "finish_reason": fields.pop("finish", "stop"), "message": message}
    return JSONResponse(
        {
            "id": "c",
            "object": "chat.completion",
            "created": 0,
            "model": "m",
            "choices": [choice],
            **fields,
        }
    )


async def test_plain_text_with_what_it_cost() -> None:
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    async with asked(said(usage=usage, finish="length"), options={"max_tokens": 9}) as (it, server):
        reply = await it.ask(HELLO, seed=4)
    assert (reply.text, reply.model, reply.finish) == ("hi", "m", "length")
    assert (reply.prompt_tokens, reply.completion_tokens) == (7, 3)
    body = server.bodies[0]
    assert (body["model"], body["max_tokens"], body["seed"]) == ("pen", 9, 4)
    assert "response_format" not in body
    assert "temperature" not in body


def _takes_no_temperature(body: dict[str, Any]) -> Reply:
    refused = failure(400, "Unsupported value: 'temperature' does not support 0.5")
    return refused if "temperature" in body else said()


async def test_all_who_asked_before_it_was_known_ask_again_without_it() -> None:
    settings = {"temperature": 0.5, "concurrency": 4, "schema": {"type": "object"}}
    async with asked(_takes_no_temperature, **settings) as (it, server):
        replies = await asyncio.gather(*(it.ask(HELLO) for _ in range(4)))
    assert [reply.text for reply in replies] == ["hi"] * 4
    # And no format was given up for it.
    assert all(body["response_format"]["type"] == "json_schema" for body in server.bodies)


async def test_a_model_that_reasons_is_told_its_length_by_the_other_name() -> None:
    said_so = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    async with asked(failure(400, said_so), said(), options={"max_tokens": 9}) as (it, server):
        for _ in range(2):
            await it.ask(HELLO)
    lengths = [
        (body.get("max_tokens"), body.get("max_completion_tokens")) for body in server.bodies
    ]
    assert lengths == [(9, None), (None, 9), (None, 9)]


async def test_half_a_surrogate_in_an_answer_is_no_text_that_cannot_be_kept() -> None:
    body = bytes(said(text="HALF!").body).replace(b"HALF", b"\\ud83c")
    async with asked(Response(body, media_type="application/json")) as (it, _):
        assert (await it.ask(HELLO)).text == "?!"


async def test_usage_that_is_missing_or_nonsense_counts_nothing() -> None:
    nonsense: list[object] = [None, {"prompt_tokens": None}, {"prompt_tokens": -1}]
    async with asked(*(said(usage=usage) for usage in nonsense)) as (it, _):
        replies = [await it.ask(HELLO) for _ in nonsense]
    assert {(reply.prompt_tokens, reply.completion_tokens) for reply in replies} == {(0, 0)}


async def test_an_endpoint_that_changes_its_model_is_noticed() -> None:
    async with asked(said(), said(model="m-2"), said()) as (it, _):
        for expected in ({"m"}, {"m", "m-2"}, {"m", "m-2"}):
            await it.ask(HELLO)
            assert it.models == expected


@pytest.mark.parametrize("body", [{}, {"choices": []}, {"error": {"message": "overloaded"}}])
async def test_no_completion_sent_as_200_is_an_outage_and_tried_again(body: dict[str, Any]) -> None:
    async with asked(JSONResponse(body), said(), retries=1) as (it, server):
        assert (await it.ask(HELLO)).text == "hi"
        assert server.calls == 2
        server.replies[:] = [Response(json.dumps(body), media_type="application/json")]
        with pytest.raises(AgentError, match="no chat completion"):
            await it.ask(HELLO)


async def test_errors_are_named_after_who_asks() -> None:
    async with asked(failure(401)) as (it, server):
        with pytest.raises(AgentError, match="WEBGEN_WRITER_API_KEY") as caught:
            await it.ask(HELLO)
        assert caught.value.code == "writer-refused"
        server.replies[:] = [failure(502)]
        with pytest.raises(AgentError, match="502") as caught:
            await it.ask(HELLO)
        assert caught.value.code == "writer-unavailable"


def test_settings_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MODEL", "BASE_URL", "API_KEY"):
        monkeypatch.delenv(f"WEBGEN_WRITER_{name}", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "common")
    with pytest.raises(UserError, match="the writer needs a model: set --model or WEBGEN_WRITER"):
        access(ASKER)
    monkeypatch.setenv("WEBGEN_WRITER_MODEL", "quill")
    assert access(ASKER) == Access(None, "quill", "common")
    monkeypatch.setenv("WEBGEN_WRITER_API_KEY", "own")
    monkeypatch.setenv("WEBGEN_WRITER_BASE_URL", "http://a/v1")
    assert access(ASKER, model="pen") == Access("http://a/v1", "pen", "own")
    assert access(ASKER, base_url="http://b/v1").base_url == "http://b/v1"

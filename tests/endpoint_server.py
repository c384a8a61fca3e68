"""A real local HTTP server that answers like an OpenAI-compatible endpoint, from a script."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Reply = Response | str | float | Callable[[dict[str, Any]], "Reply"]
"""A response; text of the judge's answer; seconds to wait before answering nothing; or a
function of the request's body that gives one of these."""


@dataclass
class Endpoint:
    """`replies` are given in order, the last one for ever; `bodies` is what was asked."""

    replies: list[Reply]
    base_url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    models: list[str] = field(default_factory=lambda: ["m"])
    busiest: int = 0
    busy: int = 0

    @property
    def calls(self) -> int:
        return len(self.bodies)

    async def list_models(self, request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": name} for name in self.models]})

    async def answer(self, request: Request) -> Response:
        body = json.loads(await request.body())
        reply = self.replies[min(self.calls, len(self.replies) - 1)]
        self.bodies.append(body)
        self.headers.append(dict(request.headers))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        await asyncio.sleep(0.02)
        try:
            return await self._response(reply, body)
        finally:
            self.busy -= 1

    async def _response(self, reply: Reply, body: dict[str, Any]) -> Response:
        while not isinstance(reply, Response | str | float):
            reply = reply(body)
        if isinstance(reply, Response):
            return reply
        if isinstance(reply, float):
            await asyncio.sleep(reply)
            return Response(status_code=204)
        return completion(reply)


def completion(text: str) -> Response:
    """A chat completion with this answer."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    fixed = {"id": "c", "object": "chat.completion", "created": 0, "model": "m"}
    return JSONResponse({**fixed, "choices": [choice]})


def streamed(*pieces: str, finish: str | None = "stop", tokens: int = 0) -> Response:
    """A chat completion in pieces; without `finish` it breaks off."""
    fixed = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    deltas: list[dict[str, Any]] = [{"delta": {"content": piece}} for piece in pieces]
    deltas += [{"delta": {}, "finish_reason": finish}] if finish else []
    chunks: list[dict[str, Any]] = [{"choices": [{"index": 0, **delta}]} for delta in deltas]
    usage = {"prompt_tokens": 1, "completion_tokens": tokens, "total_tokens": tokens + 1}
    chunks += [{"choices": [], "usage": usage}] if tokens else []
    lines = [f"data: {json.dumps(fixed | chunk)}\n\n" for chunk in chunks]
    return Response("".join(lines) + "data: [DONE]\n\n", media_type="text/event-stream")


def failure(status: int, message: str = "no", code: str | None = None, **headers: str) -> Response:
    """An error as OpenAI words it. Underscores in header names stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    error = {"message": message, "type": "error", "code": code}
    return JSONResponse({"error": error}, status, named)


@asynccontextmanager
async def serving(*replies: Reply) -> AsyncIterator[Endpoint]:
    """The endpoint, listening on a port of this machine while the block runs."""
    endpoint = Endpoint(list(replies))
    app = Starlette(
        routes=[
            Route("/v1/chat/completions", endpoint.answer, methods=["POST"]),
            Route("/v1/models", endpoint.list_models),
        ]
    )
    config = uvicorn.Config(app, log_config=None, ws="none", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        endpoint.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        task = asyncio.create_task(server.serve([listener]))
        try:
            yield endpoint
        finally:
            server.should_exit = True
            server.force_exit = True
            await task

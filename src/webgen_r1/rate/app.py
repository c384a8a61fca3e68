"""The rating page and its API.

One port, told apart by host: 127.0.0.1 is the rating page, `<key>.localhost` a site that is
rated (`live`), anything else is refused, so a name that is rebound to this machine gets
nothing.

What the browser is told names no run, no model, no reward and no file: sites are opaque keys.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from jinja2 import Environment, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from webgen_r1.errors import DiskError, UserError
from webgen_r1.rate.desk import Desk, rater_name
from webgen_r1.rate.door import PROBE, Door
from webgen_r1.rate.live import SANDBOX, Keys, LiveSites, SiteTools
from webgen_r1.rate.sites import Picture, RatedSite

MOST_BYTES = 1 << 16
_ASSETS = {
    "/rate.css": "text/css",
    "/rate.js": "text/javascript",
    "/stage.js": "text/javascript",
}


class Opening(BaseModel):
    """Which task to show: a number, or where the rater goes on."""

    model_config = ConfigDict(extra="forbid")

    rater: str
    number: int | None = Field(default=None, ge=0)


class Rated(BaseModel):
    """A rating as the page sends it."""

    model_config = ConfigDict(extra="forbid")

    rater: str
    number: int = Field(ge=0)
    answer: Annotated[int, Field(ge=1, le=5, strict=True)] | Literal["left", "right", "tie"]
    seconds: float | None = Field(default=None, ge=0, le=86_400, allow_inf_nan=False)
    comment: str = Field(default="", max_length=2000)


class RateApp:
    """The ASGI application."""

    def __init__(self, desk: Desk, tools: SiteTools, door: Door) -> None:
        self._desk = desk
        self._door = door
        self._live = LiveSites(tools, door.origin)
        self._pictures: Keys[Picture] = Keys()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"no {scope['type']} here")
        request = Request(scope, receive)
        host = request.headers.get("host", "")
        key, _, rest = host.partition(".")
        if rest == f"localhost:{self._door.port}":
            if key == PROBE:
                await Response(status_code=204)(scope, receive, send)
            else:
                await self._live.serve(key, scope, receive, send)
            return
        if host == self._door.authority:
            response = await self._page(request)
        else:
            response = PlainTextResponse("unknown host", 421)
        response.headers.update(self._door.headers())
        await response(scope, receive, send)

    # ── the page ────────────────────────────────────────────────────────────────────

    async def _page(self, request: Request) -> Response:
        path, door = request.url.path, self._door
        if request.method == "POST":
            return await self._api(request)
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("method not allowed", 405)
        if path in _ASSETS:
            return Response(_asset(path[1:]), media_type=_ASSETS[path])
        if path == "/" and door.opened_by(request.query_params.get("token")):
            # The secret leaves the address bar, where it would be seen and copied.
            response = Response(status_code=303, headers={"location": "/"})
            response.set_cookie(door.cookie, door.token, httponly=True, samesite="strict")
            return response
        if not door.admits(request):
            return PlainTextResponse("Open the address that `webgen rate` printed.", 403)
        if path == "/":
            return Response(self._html(), media_type="text/html")
        if path.startswith("/picture/"):
            picture = self._pictures.find(path.removeprefix("/picture/"))
            if picture is not None and picture.file.is_file():
                return FileResponse(picture.file)
        return PlainTextResponse("not found", 404)

    def _html(self) -> str:
        return (
            Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
            .from_string(_asset("rate.html").decode())
            .render(
                token=self._door.token,
                rater=self._door.rater or "",
                mode=self._desk.mode,
                sandbox=SANDBOX,
                probe=f"http://{PROBE}.localhost:{self._door.port}/",
            )
        )

    # ── the API ─────────────────────────────────────────────────────────────────────

    async def _api(self, request: Request) -> Response:
        handlers: dict[str, Callable[[bytes], dict[str, Any]]] = {
            "/api/open": lambda body: self._open(Opening.model_validate_json(body)),
            "/api/rate": lambda body: self._rate(Rated.model_validate_json(body)),
        }
        handler = handlers.get(request.url.path)
        if handler is None:
            return _error("not found", 404)
        if not self._door.trusts(request):
            return _error("Open the address that `webgen rate` printed.", 403)
        try:
            return JSONResponse(handler(await _body(request)))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            return _error(f"{where}: {first['msg']}", 400)
        except UserError as error:
            return _error(str(error), 400)
        except DiskError as error:
            return _error(str(error), 507)
        except ClientDisconnect:
            return _error("the request broke off", 400)

    def _rater(self, name: str) -> str:
        rater = rater_name(name)
        if self._door.rater not in (None, rater):
            raise UserError("this page was opened for another rater")
        return rater

    def _open(self, asked: Opening) -> dict[str, Any]:
        rater = self._rater(asked.rater)
        number = asked.number if asked.number is not None else self._desk.first_open(rater)
        return self._state(rater, number)

    def _rate(self, rated: Rated) -> dict[str, Any]:
        rater = self._rater(rated.rater)
        self._check(rater, rated.number)
        if isinstance(rated.answer, int) != (self._desk.mode == "grade"):
            raise UserError(f"this is no answer where one is asked to {self._desk.mode}")
        comment = rated.comment.strip() or None
        self._desk.rate(rater, rated.number, rated.answer, rated.seconds, comment)
        return self._state(rater, self._desk.first_open(rater))

    def _check(self, rater: str, number: int) -> None:
        if number >= len(self._desk.tasks(rater)):
            raise UserError("there is no such task")

    def _state(self, rater: str, number: int | None) -> dict[str, Any]:
        """Everything the page shows next."""
        tally = self._desk.tally(rater)
        state: dict[str, Any] = {
            "rater": rater,
            "total": len(self._desk.tasks(rater)),
            "done": sum(tally.values()),
            "number": number,
        }
        if number is None:
            return state | {"tally": tally, "seconds": self._desk.median_seconds(rater)}
        self._check(rater, number)
        task = self._desk.tasks(rater)[number]
        given = self._desk.given(rater, number)
        return state | {
            "instruction": task.sites[0].instruction,
            "sites": [
                self._shown(site, rater, number, side) for side, site in enumerate(task.shown)
            ],
            "answer": self._desk.answer(rater, number),
            "comment": given.comment if given else None,
        }

    def _shown(self, site: RatedSite, rater: str, number: int, side: int) -> dict[str, Any]:
        occasion = (rater, number, side)
        frame = None
        if site.archive is not None:
            try:
                key, base = self._live.show(site.archive, *occasion)
                frame = f"http://{key}.localhost:{self._door.port}{base}"
            except DiskError:
                frame = None  # pictures remain
        pages = [
            {
                "route": picture.route,
                "picture": f"/picture/{self._pictures.name(picture, *occasion, page)}",
            }
            for page, picture in enumerate(site.pictures)
        ]
        return {"frame": frame, "pages": pages}


def _error(message: str, status: int) -> JSONResponse:
    return JSONResponse({"error": message}, status)


async def _body(request: Request) -> bytes:
    """The whole body. Raises UserError for one that no rating needs."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise UserError("that is too much for one rating")
    return body


@cache
def _asset(name: str) -> bytes:
    return (files("webgen_r1.rate") / "assets" / name).read_bytes()

"""`webgen preview`: build one completion in the sandbox and serve it on this machine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path

import uvicorn
from rich.console import Console

from webgen_r1.build import DependencyStore, ViteBuilder, find_node
from webgen_r1.commands.interrupts import run
from webgen_r1.completion import parse
from webgen_r1.config import EngineConfig
from webgen_r1.errors import UserError
from webgen_r1.inputs import BadInput, ScoreInput, find, read
from webgen_r1.render import site_app
from webgen_r1.report.table import plain
from webgen_r1.sandbox import find_sandbox
from webgen_r1.scaffold import Scaffold, complete, load
from webgen_r1.types import BuildResult, Failure, Project

HOST = "127.0.0.1"


def preview(
    path: Path, config: EngineConfig, port: int, console: Console, *, open_page: bool = False
) -> int:
    """Serve until Ctrl-C; 1 if there is nothing to serve. Raises UserError, InfraFailure."""
    item = _only(path)
    listener = _listen(port)
    with listener:
        scaffold = load(config.scaffold)
        project, findings = _project(item, scaffold, config)
        with console.status("building"):
            built = run(_build(project, scaffold, config))
        for failure in (*findings, *built.failures):
            console.print(plain(_line(failure), style="yellow"), soft_wrap=True)
        if built.site is None:
            console.print("nothing to preview: the project does not build", style="red")
            return 1
        address = f"http://{HOST}:{listener.getsockname()[1]}{built.base}"
        console.print(f"serving {path} at {address}  (Ctrl-C stops)", soft_wrap=True, markup=False)
        if open_page:
            import webbrowser

            webbrowser.open(address)
        settings = uvicorn.Config(
            site_app(built.site, built.base), log_config=None, access_log=False, lifespan="off"
        )
        with suppress(KeyboardInterrupt):
            asyncio.run(uvicorn.Server(settings).serve(sockets=[listener]))
    return 0


def _only(path: Path) -> ScoreInput:
    items = list(islice(read(find([path])), 2))
    if not items:
        raise UserError(f"{path} holds no completion")
    if len(items) > 1:
        raise UserError(f"{path} holds several completions: name one of them")
    if isinstance(items[0], BadInput):
        raise UserError(f"{items[0].source} {items[0].message}")
    return items[0]


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise UserError(f"cannot listen on port {port}: {error.strerror}") from error


def _project(
    item: ScoreInput, scaffold: Scaffold, config: EngineConfig
) -> tuple[Project, Iterable[Failure]]:
    if item.project is not None:
        return item.project, ()
    parsed = parse(item.text or "")
    project, outside = complete(scaffold, parsed.completion, config.mode)
    return project, (*parsed.failures, *outside)


async def _build(project: Project, scaffold: Scaffold, config: EngineConfig) -> BuildResult:
    sandbox = find_sandbox(config.sandbox)
    store = DependencyStore(find_node(), guest=sandbox.own_userland)
    async with ViteBuilder(config.build, scaffold, sandbox, store) as builder:
        return await builder.build(project)


def _line(failure: Failure) -> str:
    where = f"{failure.path}:{failure.line or 1} " if failure.path else ""
    return f"{failure.stage} {failure.code}: {where}{failure.message}"

"""One warm Node worker: a sandboxed process that holds the Vite of one dependency tree."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Self

from webgen_r1.build.node import Node
from webgen_r1.build.store import Tree
from webgen_r1.config import BuildConfig
from webgen_r1.errors import BuildInfraError
from webgen_r1.sandbox import Ended, NodeProgram, NodeWorker, NoStartError, Sandbox

REPLY_OVERHEAD = 1 << 20
"""Room in a reply, in bytes, for what is not the bundle."""

_ENV = {
    "RUST_BACKTRACE": "0",
    "RUST_LIB_BACKTRACE": "0",
    # Rolldown's allocator gives freed pages back at once and asks for no huge ones;
    # otherwise a worker holds a third more memory than it uses.
    "MIMALLOC_PURGE_DELAY": "0",
    "MIMALLOC_ALLOW_THP": "0",
    # Its threads follow the number of cores, and each counts as a process (`max_processes`).
    "ROLLDOWN_WORKER_THREADS": "4",
    "RAYON_NUM_THREADS": "4",
}

MAX_SITE_PATH = 1024


@dataclass(frozen=True)
class Job:
    """What a worker needs to build one project."""

    files: Mapping[str, bytes]
    packages: tuple[str, ...]
    lazy: bool


@dataclass(frozen=True)
class Reply:
    """What a worker said. All of it came from where a model's code may have run."""

    site: Mapping[str, bytes] | None
    base: str = "/"
    errors: tuple[Mapping[str, Any], ...] = ()
    modules: tuple[str, ...] = ()
    too_large: bool = False
    memory_mb: float = 0.0
    """What the worker says it occupies; the one measure that is there in every sandbox."""


@dataclass
class Worker:
    """Made by `start`. After a build that ended in `Ended` there is no process any more."""

    node: NodeWorker
    tree_key: str
    vite: str | None
    max_output: int
    built: int = 0

    @classmethod
    async def start(cls, tree: Tree, node: Node, sandbox: Sandbox, config: BuildConfig) -> Self:
        """Start Node and load the tree's Vite. Raises SandboxError or BuildInfraError."""
        max_output = config.max_output_mb << 20
        program = NodeProgram(
            source=resources.files(__package__).joinpath("worker.mjs").read_text(encoding="utf-8"),
            node=node.path,
            modules=tree.modules,
            memory_mb=config.memory_mb,
            max_processes=config.max_processes,
            max_reply=max_output * 3 // 2 + REPLY_OVERHEAD,
            env=_ENV,
        )
        try:
            started = await NodeWorker.start(sandbox, program)
        except NoStartError as error:
            raise BuildInfraError(f"the build worker did not start: {error}") from error
        return cls(started, tree.key, started.ready.get("vite"), max_output)

    async def build(self, job: Job, seconds: float) -> Reply | Ended:
        """Build one project; on anything but a reply the worker is gone."""
        self.built += 1
        answer = await self.node.ask(_message(job, self.max_output), seconds)
        if isinstance(answer, str):
            return answer
        reply = _reply(answer)
        if reply is None:
            await self.kill()
            return "garbled"
        return reply

    @property
    def alive(self) -> bool:
        return self.node.alive

    @property
    def last_words(self) -> str:
        return self.node.last_words

    @property
    def starved(self) -> bool:
        """Whether it hardly computed in the time that ran out."""
        return self.node.process.starved

    async def kill(self) -> None:
        await self.node.kill()


def _message(job: Job, max_output: int) -> dict[str, Any]:
    files = {path: base64.b64encode(content).decode() for path, content in job.files.items()}
    return {"files": files, "packages": job.packages, "lazy": job.lazy, "maxOutput": max_output}


def _reply(message: Mapping[str, Any]) -> Reply | None:
    """The reply in a message, if it has the form of one."""
    try:
        site = message["site"]
        decoded = None
        if site is not None:
            decoded = {_site_path(path): base64.b64decode(data) for path, data in site.items()}
        return Reply(
            site=decoded,
            base=str(message["base"])[:200],
            errors=tuple(error for error in message["errors"] if isinstance(error, dict)),
            modules=tuple(map(str, message["modules"])),
            too_large=message["tooLarge"] is True,
            memory_mb=float(message["memory"]) / 2**20,
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, binascii.Error):
        return None


def _site_path(path: str) -> str:
    """A path as a build leaves it. Raises ValueError for one that only a forged reply has."""
    parts = path.split("/")
    if len(path) > MAX_SITE_PATH or {"", ".", ".."} & set(parts) or "\0" in path:
        raise ValueError("no path of a site")
    return path

"""One warm Node worker: a sandboxed process that holds the Vite of one dependency tree."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Literal, Self

from webgen_r1.build.node import Node
from webgen_r1.build.store import Tree
from webgen_r1.config import BuildConfig
from webgen_r1.errors import BuildInfraError
from webgen_r1.sandbox import Sandbox, SandboxedProcess, SandboxSpec

START_SECONDS = 60.0
WORK_MB = 256
REPLY_OVERHEAD = 1 << 20
"""Room in a reply, in bytes, for what is not the bundle."""

Ended = Literal["time", "memory", "processes", "output", "died", "garbled"]

WIRING = 'exec "$@" 3<&0 4>&1 </dev/null 1>&2'
"""Jobs on 3 and replies on 4; stdin is empty and stdout is stderr for whatever runs there."""


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

    process: SandboxedProcess
    tree_key: str
    vite: str | None
    max_output: int
    built: int = 0
    scratch: tempfile.TemporaryDirectory[str] | None = field(default=None, repr=False)

    @classmethod
    async def start(cls, tree: Tree, node: Node, sandbox: Sandbox, config: BuildConfig) -> Self:
        """Start Node and load the tree's Vite. Raises SandboxError or BuildInfraError."""
        # Where nothing is mounted, paths are the host's and the scratch folder a real one.
        scratch = None if sandbox.confines else tempfile.TemporaryDirectory(prefix="webgen-")
        work = "/jobs" if scratch is None else str(Path(scratch.name).resolve())
        max_output = config.max_output_mb << 20
        try:
            process = await SandboxedProcess.start(
                sandbox,
                _spec(tree, node, sandbox, config, work),
                read_limit=max_output * 3 // 2 + REPLY_OVERHEAD,
            )
            worker = cls(process, tree.key, None, max_output, scratch=scratch)
        except BaseException:
            if scratch is not None:
                scratch.cleanup()
            raise
        try:
            async with process.watch(START_SECONDS):
                ready = json.loads(await process.stdout.readline())
            worker.vite = ready["vite"]
        except (ValueError, KeyError) as error:
            await worker.kill()
            said = process.stderr_tail().strip().splitlines()[-1:]
            raise BuildInfraError(
                f"the build worker did not start: {''.join(said) or process.exceeded or error}"
            ) from error
        except BaseException:
            await worker.kill()
            raise
        return worker

    async def build(self, job: Job, seconds: float) -> Reply | Ended:
        """Build one project; on anything but a reply the worker is gone."""
        nonce = secrets.token_hex(16)
        self.built += 1
        answer: Reply | Ended = "died"
        try:
            async with self.process.watch(seconds):
                self.process.stdin.write(_encode(job, nonce, self.max_output))
                line = await self.process.stdout.readline()
            if line.endswith(b"\n"):
                answer = _decode(line, nonce)
        except ValueError:  # a line longer than the limit
            answer = "output"
        except OSError:  # the pipe broke while we wrote
            pass
        finally:
            if not isinstance(answer, Reply):
                await self.kill()
        return self.process.exceeded or answer

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    async def kill(self) -> None:
        await self.process.kill()
        if self.scratch is not None:
            await asyncio.to_thread(self.scratch.cleanup)


def _spec(tree: Tree, node: Node, sandbox: Sandbox, config: BuildConfig, work: str) -> SandboxSpec:
    program, deps = str(node.path), str(tree.modules)
    mounts: dict[Path, str] = {}
    if sandbox.confines:
        deps = "/deps/node_modules"
        mounts[tree.modules] = deps
        program = "node"
        if not sandbox.own_userland:
            program = "/opt/node"
            mounts[node.path] = program
    source = resources.files(__package__).joinpath("worker.mjs").read_text(encoding="utf-8")
    # The program is an argument, not a file: nothing of our installation need be readable
    # for the user that the sandbox runs as.
    node_argv = (program, "--input-type=module", "--eval", source)
    return SandboxSpec(
        argv=("sh", "-c", WIRING, "sh", *node_argv),
        read_only=mounts,
        env={
            "HOME": work,
            "TMPDIR": work,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "NO_COLOR": "1",
            "RUST_BACKTRACE": "0",
            "RUST_LIB_BACKTRACE": "0",
            "WEBGEN_DEPS": deps,
            "WEBGEN_WORK": work,
            # Rolldown's allocator gives freed pages back at once and asks for no huge ones;
            # otherwise a worker holds a third more memory than it uses.
            "MIMALLOC_PURGE_DELAY": "0",
            "MIMALLOC_ALLOW_THP": "0",
        },
        cwd="/",
        scratch={"/jobs": WORK_MB, "/tmp": 64},  # noqa: S108
        memory_mb=config.memory_mb,
        max_processes=config.max_processes,
    )


def _encode(job: Job, nonce: str, max_output: int) -> bytes:
    files = {path: base64.b64encode(content).decode() for path, content in job.files.items()}
    message = {
        "nonce": nonce,
        "files": files,
        "packages": job.packages,
        "lazy": job.lazy,
        "maxOutput": max_output,
    }
    return json.dumps(message).encode() + b"\n"


def _decode(line: bytes, nonce: str) -> Reply | Ended:
    """The reply in a line if it is one to this job and has the form of one."""
    try:
        message = json.loads(line)
        if message["nonce"] != nonce:
            return "garbled"
        site = message["site"]
        decoded = None
        if site is not None:
            decoded = {path: base64.b64decode(data) for path, data in site.items()}
        return Reply(
            site=decoded,
            base=str(message["base"])[:200],
            errors=tuple(error for error in message["errors"] if isinstance(error, dict)),
            modules=tuple(map(str, message["modules"])),
            too_large=message["tooLarge"] is True,
            memory_mb=float(message["memory"]) / 2**20,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        return "garbled"

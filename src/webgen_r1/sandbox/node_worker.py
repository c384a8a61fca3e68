"""A warm Node program in the sandbox that does one job after the other.

Jobs and replies are JSON lines. A reply repeats its job's nonce, so that nothing said
before a job arrived can pass for its answer. The program reads jobs from descriptor 3 and
writes replies to 4, the first of which says that it is ready; its stdin is empty and its
stdout is stderr for whatever runs there. It finds the mounted packages' folder in
WEBGEN_DEPS and an empty writable folder in WEBGEN_WORK.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from webgen_r1.sandbox.home import Home
from webgen_r1.sandbox.process import SandboxedProcess
from webgen_r1.sandbox.spec import Sandbox, SandboxSpec
from webgen_r1.unicode_text import loads

START_SECONDS = 60.0

Ended = Literal["time", "memory", "processes", "output", "died", "garbled"]

_WIRING = 'exec "$@" 3<&0 4>&1 </dev/null 1>&2'
_WORK = "/jobs"
_DEPS = "/deps/node_modules"


@dataclass(frozen=True)
class NodeProgram:
    """What a worker runs, and its limits.

    `source` is the text of an ECMAScript module. It is handed over as an argument, not as
    a file: nothing of our installation need be readable for the user that the sandbox runs
    as. `modules` is the node_modules folder that the program may read.
    """

    source: str
    node: Path
    modules: Path
    memory_mb: int
    max_processes: int
    max_reply: int
    """Length of a reply in bytes."""
    work_mb: int = 256
    flags: tuple[str, ...] = ()
    """Node's own options."""
    env: Mapping[str, str] = field(default_factory=dict)


class NoStartError(Exception):
    """The program ended, or said something else, before it was ready. One line."""


@dataclass
class NodeWorker:
    """Made by `start`. After a job that ended in `Ended` there is no process any more."""

    process: SandboxedProcess
    ready: Mapping[str, Any]
    """What the program said first."""
    scratch: Home | None = field(default=None, repr=False)

    @classmethod
    async def start(cls, sandbox: Sandbox, program: NodeProgram) -> Self:
        """Start the program and wait until it is ready. Raises SandboxError or NoStartError."""
        # Where nothing is mounted, paths are the host's and the scratch folder a real one.
        scratch = None if sandbox.confines else Home()
        work = _WORK
        try:
            if scratch is not None:
                folder = scratch.path.resolve() / "work"
                folder.mkdir()
                work = str(folder)
            process = await SandboxedProcess.start(
                sandbox, _spec(program, sandbox, work), read_limit=program.max_reply
            )
        except BaseException:
            if scratch is not None:
                scratch.remove()
            raise
        worker = cls(process, {}, scratch)
        try:
            async with process.watch(START_SECONDS):
                worker.ready = _object(await process.stdout.readline())
        except ValueError as error:
            await worker.kill()
            raise NoStartError(worker.last_words or process.exceeded or str(error)) from error
        except BaseException:
            await worker.kill()
            raise
        return worker

    async def ask(self, job: Mapping[str, Any], seconds: float) -> Mapping[str, Any] | Ended:
        """Have one job done; on anything but a reply the worker is gone."""
        nonce = secrets.token_hex(16)
        answer: Mapping[str, Any] | Ended = "died"
        try:
            async with self.process.watch(seconds):
                self.process.stdin.write(json.dumps({**job, "nonce": nonce}).encode() + b"\n")
                line = await self.process.stdout.readline()
            if line.endswith(b"\n"):
                answer = _answer(line, nonce)
        except ValueError:  # a line longer than the limit
            answer = "output"
        except OSError:  # the pipe broke while we wrote
            pass
        finally:
            if isinstance(answer, str):
                await self.kill()
        return self.process.exceeded or answer

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    @property
    def last_words(self) -> str:
        """The last line that the program said on stderr."""
        return "".join(self.process.stderr_tail().strip().splitlines()[-1:])

    async def kill(self) -> None:
        await self.process.kill()
        if self.scratch is not None:
            await asyncio.to_thread(self.scratch.remove)


def _spec(program: NodeProgram, sandbox: Sandbox, work: str) -> SandboxSpec:
    command, deps = str(program.node), str(program.modules)
    mounts: dict[Path, str] = {}
    if sandbox.confines:
        deps = _DEPS
        mounts[program.modules] = deps
        command = "node"
        if not sandbox.own_userland:
            command = "/opt/node"
            mounts[program.node] = command
    node_argv = (command, *program.flags, "--input-type=module", "--eval", program.source)
    return SandboxSpec(
        argv=("sh", "-c", _WIRING, "sh", *node_argv),
        read_only=mounts,
        env={
            "HOME": work,
            "TMPDIR": work,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "NO_COLOR": "1",
            "WEBGEN_DEPS": deps,
            "WEBGEN_WORK": work,
            **program.env,
        },
        cwd="/",
        scratch={_WORK: program.work_mb},  # emptied after each job; there is no other
        memory_mb=program.memory_mb,
        max_processes=program.max_processes,
    )


def _answer(line: bytes, nonce: str) -> Mapping[str, Any] | Ended:
    try:
        reply = _object(line)
    except ValueError:
        return "garbled"
    return reply if reply.get("nonce") == nonce else "garbled"


def _object(line: bytes) -> Mapping[str, Any]:
    """The JSON object in a line. Raises ValueError."""
    value = loads(line)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value

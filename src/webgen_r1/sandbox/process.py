"""One confined program as an asyncio process: pipes, a watchdog, an end.

    async with await SandboxedProcess.start(sandbox, spec) as process:
        async with process.watch(seconds=30):     # limits hold inside this block
            process.stdin.write(job)
            answer = await process.stdout.readline()
        if process.exceeded: ...                  # why the watchdog ended it

The watchdog ends the whole tree of processes; whoever reads from it sees the end of file.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Literal, Self

from webgen_r1.errors import SandboxError
from webgen_r1.sandbox.spec import Sandbox, SandboxSpec
from webgen_r1.sandbox.usage import FAIR_SHARE, Usage, cpu_seconds, usage

Exceeded = Literal["time", "memory", "processes"]

LOOK_SECONDS = 0.1
STDERR_TAIL = 64 * 1024
REAP_SECONDS = 1.0


class SandboxedProcess:
    """A started program. Made by `start`; ended by `kill` or by leaving ``async with``."""

    def __init__(
        self, process: Process, sandbox: Sandbox, spec: SandboxSpec, argv: Sequence[str]
    ) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._spec = spec
        self._stop = sandbox.stop_command(argv)
        self._tail: deque[bytes] = deque()
        self._drain = asyncio.create_task(self._drain_stderr())
        self.stdin = process.stdin
        self.stdout = process.stdout
        self.exceeded: Exceeded | None = None
        """The limit for which the watchdog ended the program."""
        self.starved = False
        """Whether it hardly computed in the time that ran out: waiting, or crowded out."""

    @classmethod
    async def start(
        cls,
        sandbox: Sandbox,
        spec: SandboxSpec,
        *,
        pass_fds: Sequence[int] = (),
        read_limit: int = 2**16,
    ) -> Self:
        """Start `spec` in `sandbox`. Nothing is inherited but pipes and `pass_fds`.

        `read_limit` is asyncio's limit on one line of stdout, in bytes.
        Raises SandboxError when there is nothing to start.
        """
        argv = sandbox.command(spec)
        starting = asyncio.ensure_future(
            asyncio.create_subprocess_exec(
                *argv,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                pass_fds=pass_fds,
                start_new_session=True,
                limit=read_limit,
            )
        )
        try:
            process = await asyncio.shield(starting)
        except OSError as error:
            raise SandboxError(f"cannot start {argv[0]}: {error.strerror}") from error
        except asyncio.CancelledError:
            # asyncio would kill bwrap alone, whose child, not yet tied to its life, goes on.
            with contextlib.suppress(OSError):
                await cls(await starting, sandbox, spec, argv).kill()
            raise
        return cls(process, sandbox, spec, argv)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    def usage(self) -> Usage:
        """Memory and tasks of the whole tree now; zeros once it has ended."""
        return Usage() if self.returncode is not None else usage(self.pid)

    def cpu_seconds(self) -> float:
        """Processor time of the whole tree so far; 0 once it has ended."""
        return cpu_seconds(self.usage().pids)

    def stderr_tail(self) -> str:
        """The last 64 KiB that the program said on stderr."""
        return b"".join(self._tail).decode(errors="replace")

    @contextlib.asynccontextmanager
    async def watch(self, seconds: float | None = None) -> AsyncIterator[None]:
        """Hold the program to its limits, and to `seconds` of wall time, within the block."""
        watchdog = asyncio.create_task(self._watchdog(seconds, self.cpu_seconds()))
        try:
            yield
        finally:
            watchdog.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watchdog

    async def wait(self) -> int:
        """Wait for the program's own end; its exit status."""
        return await self._process.wait()

    async def kill(self) -> None:
        """End the whole tree and reap it. Safe to call again, and while being cancelled."""
        killing = asyncio.ensure_future(self._kill())
        try:
            await asyncio.shield(killing)
        except asyncio.CancelledError:
            await killing
            raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.kill()

    async def _kill(self) -> None:
        if self.returncode is None:
            if self._stop is not None:
                stop = await asyncio.create_subprocess_exec(
                    *self._stop, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
                )
                await stop.wait()
            # Children first: the first child of bwrap is the init of its namespace, and the
            # kernel ends all of a namespace with its init before bwrap can reap it. Then
            # bwrap itself goes, and nobody is left for the machine's init to find.
            below = usage(self.pid).pids[1:]
            _signal(below)
            if below:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._process.wait(), REAP_SECONDS)
            if self.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
            # Not for ever: without a sandbox something that left the group may hold the pipes.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), REAP_SECONDS)
        self.stdin.close()
        self._drain.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._drain
        # Without this the pipes stay open until the garbage collector comes along.
        self._process._transport.close()  # type: ignore[attr-defined]

    async def _watchdog(self, seconds: float | None, computed: float) -> None:
        loop = asyncio.get_running_loop()
        end = None if seconds is None else loop.time() + seconds
        while self.returncode is None:
            self.exceeded = self._over(end is not None and loop.time() > end)
            if self.exceeded:
                if seconds is not None and self.exceeded == "time":
                    self.starved = self.cpu_seconds() - computed < FAIR_SHARE * seconds
                await self.kill()
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _over(self, late: bool) -> Exceeded | None:
        if late:
            return "time"
        used = self.usage()
        if used.tasks > self._spec.max_processes:
            return "processes"
        return "memory" if used.memory_mb > self._spec.memory_mb else None

    async def _drain_stderr(self) -> None:
        """Keep reading, so that nobody blocks on a full pipe, and keep only the end."""
        assert self._process.stderr is not None
        size = 0
        while chunk := await self._process.stderr.read(STDERR_TAIL):
            self._tail.append(chunk)
            size += len(chunk)
            while len(self._tail) > 1 and size - len(self._tail[0]) >= STDERR_TAIL:
                size -= len(self._tail.popleft())


def _signal(pids: Sequence[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)

"""`SandboxedProcess`: pipes, limits and ends, on ordinary programs without a sandbox."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from webgen_r1.errors import SandboxError
from webgen_r1.sandbox import FakeSandbox, SandboxedProcess, SandboxSpec, usage


def python(code: str, memory_mb: int = 1024, max_processes: int = 64) -> SandboxSpec:
    return SandboxSpec(
        argv=(sys.executable, "-c", code), memory_mb=memory_mb, max_processes=max_processes
    )


async def start(spec: SandboxSpec) -> SandboxedProcess:
    return await SandboxedProcess.start(FakeSandbox(), spec)


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def test_talks_over_pipes() -> None:
    async with await start(python("print(input()[::-1])")) as process:
        process.stdin.write(b"abc\n")
        assert await process.stdout.readline() == b"cba\n"
        assert await process.wait() == 0


async def test_leaving_the_block_ends_the_program() -> None:
    async with await start(python("import time; time.sleep(60)")) as process:
        pid = process.pid
    assert gone(pid)
    assert process.returncode is not None


async def test_children_end_with_it() -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    async with await start(python(code)) as process:
        child = int(await process.stdout.readline())
        assert child in process.usage().pids
    assert gone(child)


async def test_time_is_limited() -> None:
    async with await start(python("import time; time.sleep(60)")) as process:
        async with process.watch(seconds=0.2):
            assert await process.stdout.read() == b""
        assert process.exceeded == "time"


async def test_memory_is_limited() -> None:
    code = "a = bytearray(b'x') * (200 << 20); import time; time.sleep(60)"
    async with await start(python(code, memory_mb=100)) as process:
        async with process.watch(seconds=30):
            await process.stdout.read()
        assert process.exceeded == "memory"


async def test_threads_count_as_processes() -> None:
    code = (
        "import threading, time\n"
        "for _ in range(30): threading.Thread(target=time.sleep, args=(60,)).start()"
    )
    async with await start(python(code, max_processes=10)) as process:
        async with process.watch(seconds=30):
            await process.stdout.read()
        assert process.exceeded == "processes"


async def test_limits_hold_only_while_watched() -> None:
    async with await start(python("input(); print('done')", memory_mb=1)) as process:
        await asyncio.sleep(0.3)
        process.stdin.write(b"\n")
        assert await process.stdout.read() == b"done\n"
        assert process.exceeded is None


async def test_being_cancelled_leaves_nothing() -> None:
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def wait_for_ever() -> None:
        async with await start(python("import time; time.sleep(60)")) as process:
            started.set_result(process.pid)
            async with process.watch():
                await process.stdout.read()

    task = asyncio.create_task(wait_for_ever())
    pid = await started
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert gone(pid)


async def test_a_flood_on_stderr_blocks_nobody_and_only_its_end_is_kept() -> None:
    code = "import sys; sys.stderr.write('x' * 3_000_000 + 'end'); print('done')"
    async with await start(python(code)) as process:
        assert await process.stdout.read() == b"done\n"
        await process.wait()
        await asyncio.sleep(0.1)
        tail = process.stderr_tail()
    assert tail.endswith("end")
    assert len(tail) < 1_000_000


async def test_a_program_that_is_not_there_is_our_fault(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="cannot start"):
        await start(SandboxSpec(argv=(str(tmp_path / "missing"),)))


def test_usage_of_what_is_gone_is_nothing() -> None:
    assert usage(2**22 + 1).tasks == 0

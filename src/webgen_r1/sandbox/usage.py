"""What a tree of processes uses right now: resident memory, processes and threads.

On Linux this reads /proc directly, from parent to child: the cost grows with the tree,
not with the machine. It runs ten times a second beside every build, hence the plain
descriptors: a twelfth of what pathlib takes. Elsewhere psutil does it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from pathlib import Path

import psutil

MAX_TREE = 4096
"""Enough processes for any limit to be exceeded; a bomb is not counted to its end."""

FAIR_SHARE = 0.2
"""Share of its time that a program must have computed for a time-out to be its own doing
rather than that of a crowded machine."""


@dataclass(frozen=True)
class ProcessUsage:
    """Of one process. `tasks` are its threads, one or more."""

    pid: int
    memory_mb: float
    tasks: int


@dataclass(frozen=True)
class Usage:
    """Of one process and everything below it."""

    processes: tuple[ProcessUsage, ...] = ()
    """Parents before children; the first is the process itself."""

    @cached_property
    def memory_mb(self) -> float:
        return sum(process.memory_mb for process in self.processes)

    @cached_property
    def tasks(self) -> int:
        return sum(process.tasks for process in self.processes)

    @cached_property
    def pids(self) -> tuple[int, ...]:
        return tuple(process.pid for process in self.processes)


def usage(pid: int) -> Usage:
    """What the tree below and including `pid` uses; nothing for a process that is gone."""
    tree = _from_proc(pid) if _has_children_files() else _from_psutil(pid)
    return Usage(tuple(islice(tree, MAX_TREE)))


def cpu_seconds(pids: Iterable[int]) -> float:
    """Processor time, user and system, that these processes have used so far."""
    total = 0.0
    for pid in pids:
        with contextlib.suppress(psutil.Error):  # ended while we looked
            times = psutil.Process(pid).cpu_times()
            total += times.user + times.system
    return total


@cache
def _has_children_files() -> bool:
    """Whether the kernel lists children in /proc (most do; it is a build option)."""
    return Path(f"/proc/self/task/{os.getpid()}/children").exists()


def _from_proc(root: int) -> Iterator[ProcessUsage]:
    megabytes_per_page = os.sysconf("SC_PAGE_SIZE") / 2**20
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        try:
            threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - no Path per thread
            pages = int(_read(f"/proc/{pid}/statm").split()[1])
            for thread in threads:
                waiting += map(int, _read(f"/proc/{pid}/task/{thread}/children").split())
        except (OSError, ValueError, IndexError):
            continue  # ended while we looked
        yield ProcessUsage(pid, pages * megabytes_per_page, len(threads))


def _read(path: str) -> bytes:
    """A small file of /proc, which comes in one piece or, of thousands of children, in several."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        found = b""
        while piece := os.read(descriptor, 1 << 16):
            found += piece
        return found
    finally:
        os.close(descriptor)


def _from_psutil(root: int) -> Iterator[ProcessUsage]:
    try:
        first = psutil.Process(root)
        processes = [first, *first.children(recursive=True)]
    except psutil.Error:
        return
    for process in processes:
        try:
            yield ProcessUsage(
                process.pid, process.memory_info().rss / 2**20, process.num_threads()
            )
        except psutil.Error:
            continue  # ended while we looked

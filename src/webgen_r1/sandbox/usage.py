"""What a tree of processes uses right now: resident memory, processes and threads.

On Linux this reads /proc directly, from parent to child: the cost grows with the tree,
not with the machine, so looking ten times a second is nothing. Elsewhere psutil does it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

MAX_TREE = 4096
"""Enough processes for any limit to be exceeded; a bomb is not counted to its end."""


@dataclass(frozen=True)
class Usage:
    """Of one process and everything below it. `tasks` are threads, one or more a process."""

    memory_mb: float = 0.0
    tasks: int = 0
    pids: tuple[int, ...] = ()
    """Parents before children; the first is the process itself."""


def usage(pid: int) -> Usage:
    """What the tree below and including `pid` uses; zeros for a process that is gone."""
    return _from_proc(pid) if _has_children_files() else _from_psutil(pid)


@cache
def _has_children_files() -> bool:
    """Whether the kernel lists children in /proc (most do; it is a build option)."""
    return Path(f"/proc/self/task/{os.getpid()}/children").exists()


def _from_proc(root: int) -> Usage:
    pids: list[int] = []
    waiting = [root]
    pages = tasks = 0
    while waiting and len(pids) < MAX_TREE:
        pid = waiting.pop()
        try:
            threads = list(Path(f"/proc/{pid}/task").iterdir())
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            for thread in threads:
                children = (thread / "children").read_text()
                waiting += map(int, children.split())
        except (OSError, ValueError, IndexError):
            continue  # ended while we looked
        pids.append(pid)
        tasks += len(threads)
    return Usage(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, tasks, tuple(pids))


def _from_psutil(root: int) -> Usage:
    try:
        first = psutil.Process(root)
        processes = [first, *first.children(recursive=True)]
    except psutil.Error:
        return Usage()
    memory, tasks, pids = 0, 0, []
    for process in processes[:MAX_TREE]:
        try:
            memory += process.memory_info().rss
            tasks += process.num_threads()
        except psutil.Error:
            continue  # ended while we looked
        pids.append(process.pid)
    return Usage(memory / 2**20, tasks, tuple(pids))

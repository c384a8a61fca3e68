"""The sandbox of Linux: namespaces made by bubblewrap, no daemon, ~20 ms to start.

The program gets namespaces of its own for mounts, processes, network, IPC and host
name, a root of empty in-memory folders with the host's /usr and the spec's folders
mounted read-only, no capability, no new privileges, and a hard ceiling on processes.

Two ways there, because a user namespace maps the caller to itself:

- An ordinary user needs a user namespace to mount anything. The program then runs as
  that user, who already cannot do more than read what was mounted.
- For root that would leave the program as the *real* root behind the namespace's wall.
  So root mounts without a user namespace (folders only root may enter can be mounted),
  then really becomes an unused uid, irrevocably, before the program starts.

Unless the spec asks for `nested_userns`, making further user namespaces is switched
off: it is the usual first step of kernel exploits, and a namespace's own root could
mount unlimited memory that no watchdog sees.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from webgen_r1.sandbox.spec import SandboxSpec

UNUSED_UIDS = range(52_000, 60_000)
"""Between the ranges that Debian gives to people and to services. Picked per run, so
that the kernel's count of processes per uid is a count per sandbox."""

CEILING = 4
"""The kernel refuses processes above this many times `max_processes`; the watchdog, which
looks now and then, ends the run above one time. The ceiling only stops what is faster."""


class Bubblewrap:
    """`Sandbox` by the `bwrap` program. `uid` is that of the calling process."""

    def __init__(self, bwrap: Path | None = None, uid: int | None = None) -> None:
        self._bwrap = str(bwrap or shutil.which("bwrap") or "bwrap")
        self._root = (os.geteuid() if uid is None else uid) == 0

    @property
    def name(self) -> str:
        return "bubblewrap"

    @property
    def confines(self) -> bool:
        return True

    @property
    def own_userland(self) -> bool:
        return False

    def command(self, spec: SandboxSpec) -> list[str]:
        """Argv whose first word clears the environment: init inside would show ours else."""
        argv = ["/usr/bin/env", "-i", self._bwrap, "--die-with-parent", "--new-session"]
        argv += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
        argv += ["--unshare-cgroup-try", "--hostname", "sandbox"]
        if not self._root:
            argv += ["--unshare-user"]
            argv += [] if spec.nested_userns else ["--disable-userns"]
        argv += _mounts(spec)
        argv += ["--setenv", "PATH", "/usr/bin:/bin"]
        for key, value in spec.env.items():
            argv += ["--setenv", key, value]
        argv += ["--chdir", spec.cwd]
        if self._root:
            argv += [*_KEEP_FOR_DROP, "--", *self._drop(spec)]
        else:
            argv += ["--"]
        return [*argv, *_limits(spec), *spec.argv]

    def stop_command(self, argv: Sequence[str]) -> list[str] | None:
        return None

    def _drop(self, spec: SandboxSpec) -> list[str]:
        """Words, run inside by root, that give up root for the words after them."""
        uid = str(random.choice(UNUSED_UIDS))
        drop = ["setpriv", "--reuid", uid, "--regid", uid, "--clear-groups", "--no-new-privs"]
        drop += ["--inh-caps=-all", "--bounding-set=-all"]
        if not spec.nested_userns:
            # A second bwrap, now as that uid, whose only work is the lock on namespaces.
            drop += [self._bwrap, "--unshare-user", "--disable-userns", "--dev-bind", "/", "/"]
            drop += ["--chdir", spec.cwd, "--"]
        return drop


_KEEP_FOR_DROP = [
    *("--cap-drop", "ALL", "--cap-add", "CAP_SETUID"),
    *("--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"),
]


def _mounts(spec: SandboxSpec) -> list[str]:
    """The file system inside; every writable place in it has a size limit."""
    argv = ["--ro-bind", "/usr", "/usr", *_system_links()]
    argv += _parents(["/etc/ld.so.cache", *spec.scratch, *spec.read_only.values()])
    if "/tmp" not in spec.scratch:  # noqa: S108 - inside, and nobody can write there
        argv += ["--perms", "0755", "--dir", "/tmp"]  # noqa: S108 - bwrap itself mounts on it
    argv += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    argv += ["--ro-bind-try", "/etc/alternatives", "/etc/alternatives"]
    argv += ["--proc", "/proc", "--dev", "/dev"]
    for inside, size_mb in sorted(spec.scratch.items()):
        argv += ["--perms", "1777", "--size", str(size_mb << 20), "--tmpfs", inside]
    for host, inside in spec.read_only.items():
        argv += ["--ro-bind", str(host.resolve()), inside]
    # Both are in memory and writable by whoever runs inside until told otherwise.
    return [*argv, "--remount-ro", "/dev", "--remount-ro", "/"]


def _parents(paths: Iterable[str]) -> Iterator[str]:
    """The folders above what is mounted; bwrap itself would make them for its user alone."""
    above = {parent for path in paths for parent in PurePosixPath(path).parents}
    for folder in sorted(above - {PurePosixPath("/")}):
        yield from ("--perms", "0755", "--dir", str(folder))


def _system_links() -> Iterator[str]:
    """/bin, /lib, …: links into /usr where the host has them so, else mounted too."""
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        host = Path("/", name)
        if host.is_symlink():
            yield from ("--symlink", str(host.readlink()), str(host))
        elif host.is_dir():
            yield from ("--ro-bind", str(host), str(host))


def _limits(spec: SandboxSpec) -> list[str]:
    """prlimit: no core dumps, and the ceiling on processes."""
    return ["prlimit", "--core=0", f"--nproc={CEILING * spec.max_processes}", "--"]

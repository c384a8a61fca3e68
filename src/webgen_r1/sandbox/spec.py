"""What a confined program may see and use, and what turns that into an argv.

One `SandboxSpec` describes a run without saying how it is confined; each `Sandbox`
turns it into the argv of a host program. Whatever the sandbox:

- the program has no network and none of our environment,
- it sees `read_only` and nothing else of the host's files (beyond the system's own
  programs and libraries), and can write only below the folders of `scratch`,
- stdin, stdout and stderr pass through. Other inherited file descriptors pass through
  bubblewrap and `none`, but not through a container engine: a program that wants its
  channel on 3 and 4 in every sandbox starts as ``sh -c 'exec prog 3<&0 4>&1 …'``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class SandboxSpec:
    """One program to run confined. Paths of `argv`, `cwd`, `scratch` are those inside."""

    argv: tuple[str, ...]
    read_only: Mapping[Path, str] = field(default_factory=dict)
    """Host file or folder → absolute path inside. A host path that is a link is followed."""
    env: Mapping[str, str] = field(default_factory=dict)
    """The whole environment of the program; PATH is /usr/bin:/bin unless given."""
    cwd: str = "/tmp"  # noqa: S108 - a path inside the sandbox
    scratch: Mapping[str, int] = field(default_factory=lambda: {"/tmp": 64})  # noqa: S108
    """Writable folder in memory → its size limit in MiB. All of it is gone afterwards."""
    memory_mb: int = 1024
    """Resident memory of the whole process tree, watched (container: enforced)."""
    max_processes: int = 64
    """Processes and threads together, watched (container: enforced)."""
    nested_userns: bool = False
    """Let the program make user namespaces itself, as Chromium does for its own sandbox."""


@runtime_checkable
class Sandbox(Protocol):
    """A way to confine a program. Stateless; safe to share between stages."""

    @property
    def name(self) -> str:
        """`bubblewrap`, `container`, `none` or a fake's name."""
        ...

    @property
    def confines(self) -> bool:
        """False for `none` alone: `read_only` and `scratch` do nothing, paths are the host's."""
        ...

    @property
    def own_userland(self) -> bool:
        """Whether programs come from an image instead of the host's /usr."""
        ...

    def command(self, spec: SandboxSpec) -> list[str]:
        """Argv for the host. Start it through `SandboxedProcess`, which also ends it."""
        ...

    def stop_command(self, argv: Sequence[str]) -> list[str] | None:
        """What ends the run that `argv` (from `command`) started, where killing it does not."""
        ...

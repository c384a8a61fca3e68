"""The sandbox of a container engine: Docker or Podman, also where there is no Linux.

Slower to start and dependent on a daemon, but its limits on memory and processes are
enforced by the kernel. Programs come from the image, so `argv` names them by their
name, and native packages mounted into it must be those of Linux.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from webgen_r1.sandbox.spec import SandboxSpec


class Container:
    """`Sandbox` by ``docker run`` or ``podman run`` of `image`."""

    def __init__(self, engine: str, image: str) -> None:
        self._engine = engine
        self._image = image

    @property
    def name(self) -> str:
        return "container"

    @property
    def confines(self) -> bool:
        return True

    @property
    def own_userland(self) -> bool:
        return True

    def command(self, spec: SandboxSpec) -> list[str]:
        argv = [self._engine, "run", "--rm", "--interactive", "--pull", "never"]
        argv += ["--name", f"webgen-{uuid.uuid4().hex}", "--hostname", "sandbox"]
        argv += ["--network", "none", "--read-only", "--cap-drop", "ALL"]
        argv += ["--security-opt", "no-new-privileges", "--user", "65534:65534"]
        argv += ["--memory", f"{spec.memory_mb}m", "--memory-swap", f"{spec.memory_mb}m"]
        argv += ["--pids-limit", str(spec.max_processes), "--ulimit", "core=0"]
        for inside, size_mb in spec.scratch.items():
            argv += ["--tmpfs", f"{inside}:rw,nosuid,nodev,exec,mode=1777,size={size_mb}m"]
        for host, inside in spec.read_only.items():
            mount = f"type=bind,source={host.resolve()},target={inside},readonly"
            argv += ["--mount", mount]
        for key, value in spec.env.items():
            argv += ["--env", f"{key}={value}"]
        argv += ["--workdir", spec.cwd, "--entrypoint", spec.argv[0]]
        return [*argv, self._image, *spec.argv[1:]]

    def stop_command(self, argv: Sequence[str]) -> list[str] | None:
        """Killing the client leaves its container running, so the container is removed."""
        return [self._engine, "rm", "--force", argv[argv.index("--name") + 1]]

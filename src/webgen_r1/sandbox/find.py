"""Choosing the sandbox: what the configuration says, else the best that really works."""

from __future__ import annotations

import shutil
import subprocess

from webgen_r1.config import SandboxConfig
from webgen_r1.errors import SandboxError
from webgen_r1.sandbox.bubblewrap import Bubblewrap
from webgen_r1.sandbox.container import Container
from webgen_r1.sandbox.spec import Sandbox, SandboxSpec
from webgen_r1.sandbox.unconfined import Unconfined

PROBE_SECONDS = 20.0
ENGINES = ("docker", "podman")


def find_sandbox(config: SandboxConfig) -> Sandbox:
    """The sandbox to use, after it has really run a program.

    Raises SandboxError, whose message says what was tried and the command that mends it.
    """
    if config.kind == "none":
        return Unconfined()
    found: list[str] = []
    if config.kind in ("auto", "bubblewrap"):
        bubblewrap = Bubblewrap()
        reason = why_not(bubblewrap)
        if reason is None:
            return bubblewrap
        found.append(f"bubblewrap: {reason}")
    if config.kind in ("auto", "container"):
        container, reason = _container(config.image)
        if container is not None:
            return container
        found.append(f"container: {reason}")
    raise SandboxError(
        f"no sandbox to build in ({'; '.join(found)}). Install one: apt-get install bubblewrap;"
        " or accept the risk of running model-written programs as yourself: --sandbox none",
        code="sandbox-missing",
    )


def _container(image: str) -> tuple[Container | None, str]:
    """A container sandbox that works, or None and why there is none."""
    engine = next((name for name in ENGINES if shutil.which(name)), None)
    if engine is None:
        return None, "neither docker nor podman is installed"
    container = Container(engine, image)
    reason = why_not(container)
    if reason is None:
        return container, ""
    return None, f"{reason} (image missing? {engine} pull {image})"


def why_not(sandbox: Sandbox) -> str | None:
    """Run `true` confined: None when it works, else one line that says why not."""
    argv = sandbox.command(SandboxSpec(argv=("true",), scratch={"/tmp": 1}))  # noqa: S108
    try:
        run = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"did not answer within {PROBE_SECONDS:.0f} s"
    except OSError as error:
        return error.strerror or str(error)
    if run.returncode == 0:
        return None
    lines = run.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"exit status {run.returncode}"

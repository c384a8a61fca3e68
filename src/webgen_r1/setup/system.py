"""Running the installers of the system: package manager, pip, Playwright."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import cache

from webgen_r1.errors import InfraFailure

Say = Callable[[str], None]
"""Told every line an installer prints, for the live display."""

LIMIT_S = 1800.0
"""For one installer: a download that stands still must not hold `webgen setup` for ever."""


class SetupFailure(InfraFailure):
    """An installer did not succeed; the message ends with what it said last."""

    code = "setup"


def run(argv: Sequence[str], say: Say, *, env: dict[str, str] | None = None) -> None:
    """Run an installer, showing what it prints. Raises SetupFailure."""
    last: deque[str] = deque(maxlen=3)
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise SetupFailure(f"{argv[0]}: {error.strerror}") from error
    limit = threading.Timer(LIMIT_S, process.kill)
    limit.start()
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip():
                last.append(line.strip())
                say(line.strip())
    if not limit.is_alive():
        raise SetupFailure(f"{' '.join(argv)}: stopped after {LIMIT_S / 60:.0f} minutes")
    limit.cancel()
    if process.returncode:
        raise SetupFailure(f"{' '.join(argv)}: {' / '.join(last) or 'failed'}")


def apt_install(packages: Sequence[str], say: Say) -> None:
    """Install Debian packages, if this user may without being asked. Raises SetupFailure."""
    prefix = _as_root()
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    say("apt-get update")
    _apt_update(prefix)
    run([*prefix, "apt-get", "install", "-y", "--no-install-recommends", *packages], say, env=quiet)


def _as_root() -> tuple[str, ...]:
    if shutil.which("apt-get") is None:
        raise SetupFailure("there is no apt-get here; install it with your package manager")
    if os.geteuid() == 0:
        return ()
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode:
        sudo = None
    if not sudo:
        raise SetupFailure("installing packages needs root; run the command yourself")
    return (sudo, "-n")


@cache
def _apt_update(prefix: tuple[str, ...]) -> None:
    """Once per setup: a fresh container has no package lists."""
    run([*prefix, "apt-get", "update"], lambda line: None)


def pip_install(packages: Sequence[str], say: Say) -> None:
    """Install wheels into this environment. Raises SetupFailure."""
    run([sys.executable, "-m", "pip", "install", *packages], say)
    importlib.invalidate_caches()


def playwright_install(say: Say) -> None:
    """Download Playwright's headless shell. Raises SetupFailure."""
    run(
        [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium-headless-shell"],
        say,
        env={"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"},
    )


def playwright_libraries(say: Say) -> None:
    """Install the shared libraries that a downloaded browser needs. Raises SetupFailure."""
    prefix = _as_root()
    run(
        [*prefix, sys.executable, "-m", "playwright", "install-deps", "chromium-headless-shell"],
        say,
    )

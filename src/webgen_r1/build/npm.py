"""Running npm: installs from the registry only, no scripts, and errors told apart.

npm runs outside the sandbox because it needs the registry. It sees a package.json that we
wrote (`request.package_json`) and unpacks archives; with ``--ignore-scripts`` nothing that
it fetches is executed here. What it fetched runs in the sandbox only.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import Any

from webgen_r1.build.node import Node
from webgen_r1.errors import DiskError, StoreError

TIMEOUT_S = 600.0
FLAGS = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--json")

MODEL_FAULTS = frozenset(
    {
        "E404",
        "ETARGET",
        "ENOVERSIONS",
        "ERESOLVE",
        "EOVERRIDE",
        "EINVALIDTAGNAME",
        "EINVALIDPACKAGENAME",
        "EUNSUPPORTEDPROTOCOL",
        "EBADPLATFORM",
    }
)
"""npm's codes for a request that cannot be met by anybody, anywhere."""

KEPT_ENV = ("PATH", "HOME", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS")
"""And everything that is npm's own configuration (NPM_CONFIG_*), in either case."""


_HOST = re.compile(r"https?://[^/\s]+/")
"""Which registry it was is our configuration, and no part of a finding."""


class UnresolvableError(Exception):
    """The request is at fault; the message is npm's reason in one line."""


async def npm(node: Node, folder: Path, *words: str) -> None:
    """Run npm in `folder`. Raises UnresolvableError, StoreError or DiskError."""
    process = await asyncio.create_subprocess_exec(
        *node.npm,
        *words,
        *FLAGS,
        cwd=folder,
        env=_environment(),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=DEVNULL,
        start_new_session=True,
    )
    try:
        out, _ = await asyncio.wait_for(process.communicate(), TIMEOUT_S)
    except TimeoutError as error:
        raise StoreError(f"npm did not finish in {TIMEOUT_S:.0f} s") from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode != 0:
        raise _reason(out)


def _reason(out: bytes) -> Exception:
    try:
        report: dict[str, Any] = json.loads(out).get("error") or {}
    except (ValueError, AttributeError):
        report = {}
    code = str(report.get("code", ""))
    said = " ".join(str(report.get("summary", "")).split()) or "npm failed without a reason"
    said = _HOST.sub("", said)
    if code in MODEL_FAULTS:
        detail = str(report.get("detail", "")) if code == "ERESOLVE" else ""
        return UnresolvableError(f"{code}: {said}{_conflict(detail)}")
    if code in ("ENOSPC", "EDQUOT", "EROFS"):
        return DiskError(f"npm cannot write the dependency store: {said}")
    return StoreError(f"npm {code}: {said}", code="registry-unreachable")


def _conflict(detail: str) -> str:
    """The two lines of npm's long explanation that name the conflict."""
    lines = [line.strip() for line in detail.splitlines()]
    told = [line for line in lines if line.startswith(("Found:", "peer "))]
    return f" ({'; '.join(told[:2])})" if told else ""


def _environment() -> dict[str, str]:
    return {
        key: value
        for key, value in os.environ.items()
        if key.upper() in KEPT_ENV or key.upper().startswith("NPM_CONFIG_")
    }

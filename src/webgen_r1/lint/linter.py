"""`ProjectLinter`: what LDPR counts, ESLint and dependency checks in one report."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from webgen_r1.errors import LintError
from webgen_r1.lint.dependencies import check_dependencies
from webgen_r1.lint.eslint import ESLint, Findings, LintLimits
from webgen_r1.lint.scripts import Scripts
from webgen_r1.sandbox import Sandbox
from webgen_r1.scaffold import Scaffold
from webgen_r1.types import Failure, LintReport, Project

KEPT_PER_CHECK = 10
MAX_FAILURES = 60


class InstalledTree(Protocol):
    """The part of an installed dependency tree that linting needs."""

    @property
    def modules(self) -> Path: ...


class RunsNode(Protocol):
    """The part of a found Node that linting needs."""

    @property
    def path(self) -> Path: ...


class Store(Protocol):
    """The part of `build.DependencyStore` that linting needs."""

    @property
    def node(self) -> RunsNode: ...

    def has(self, scaffold: Scaffold) -> bool: ...

    async def prepare(self, scaffold: Scaffold) -> InstalledTree: ...


class ProjectLinter:
    """`Linter` with the scaffold's configuration and the ESLint of its installed tree.

    Entering looks whether the tools are there; the worker starts with the first project
    that has a script.
    """

    def __init__(
        self,
        scaffold: Scaffold,
        sandbox: Sandbox,
        store: Store,
        limits: LintLimits | None = None,
    ) -> None:
        self._scaffold = scaffold
        self._sandbox = sandbox
        self._store = store
        self._limits = limits or LintLimits()
        self._own = _packages_of(scaffold)
        self._eslint: ESLint | None = None

    async def __aenter__(self) -> Self:
        """Raises LintError where a tool is missing, BuildInfraError without Node."""
        scaffold = self._scaffold
        if scaffold.eslint is None:
            raise LintError(
                f"scaffold {scaffold.name} has no eslint.config.mjs", code="lint-config-missing"
            )
        if not self._store.has(scaffold):
            raise LintError("ESLint is not installed; run: webgen setup", code="lint-missing")
        tree = await self._store.prepare(scaffold)
        if not (tree.modules / "eslint").is_dir():
            raise LintError(
                f"the tree of scaffold {scaffold.name} has no eslint: add it to tree/package.json",
                code="lint-missing",
            )
        node = self._store.node.path
        self._eslint = ESLint(node, tree.modules, scaffold.eslint, self._sandbox, self._limits)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._eslint is not None:
            await self._eslint.close()
            self._eslint = None

    async def lint(self, project: Project) -> LintReport:
        """See `Linter`. Raises LintError or SandboxError."""
        assert self._eslint is not None, "use `async with`"
        scripts, dependencies = await asyncio.to_thread(self._read, project)
        found = await self._eslint.lint({path: project.files[path] for path in scripts.own})
        return report(found, dependencies)

    def _read(self, project: Project) -> tuple[Scripts, tuple[Failure, ...]]:
        scripts = Scripts(project)
        return scripts, check_dependencies(scripts, self._own)


def report(found: Findings, dependencies: tuple[Failure, ...]) -> LintReport:
    """Both kinds of findings as one record: errors first, and the first few of each code."""
    kept = (*_first(dependencies), *found.first)
    ordered = sorted(kept, key=lambda failure: failure.severity != "error")
    return LintReport(
        eslint_errors=found.errors,
        eslint_warnings=found.warnings,
        dependency_errors=sum(failure.severity == "error" for failure in dependencies),
        rules=dict(sorted(found.rules.items())) if found.rules else {},
        failures=tuple(ordered[:MAX_FAILURES]),
    )


def _first(failures: Iterable[Failure]) -> Iterator[Failure]:
    seen: Counter[tuple[str, str]] = Counter()
    for failure in failures:
        seen[failure.code, failure.severity] += 1
        if seen[failure.code, failure.severity] <= KEPT_PER_CHECK:
            yield failure


def _packages_of(scaffold: Scaffold) -> frozenset[str]:
    """Packages that the starter or the tree lists."""
    root: dict[str, Any] = scaffold.lock.get("packages", {}).get("", {})
    return frozenset(
        name
        for package in (scaffold.package, root)
        for table in ("dependencies", "devDependencies")
        for name in package.get(table, {})
    )

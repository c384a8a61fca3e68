"""Dependency checks: declared and used, used and declared, resolvable. No network, nothing run.

The same reading of the source as the static rules', asked more: of every script of the
project instead of those that index.html reaches, of types too, and of package.json in turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from webgen_r1.lint.scripts import Scripts
from webgen_r1.lint.uses import types_package, used_packages
from webgen_r1.source import (
    BUILTINS,
    DEPENDENCY_TABLES,
    Missing,
    Package,
    PackageJsonError,
    declared_packages,
    npm_range,
    read_package,
)
from webgen_r1.types import Failure

CODES: Mapping[str, str] = {
    "package-json": "package.json is there and npm can read it",
    "unresolved-import": "every import of a file of the project finds it",
    "undeclared-dependency": "every imported package is declared in package.json",
    "unused-dependency": "every entry of `dependencies` is used",
    "unresolvable-version": "every version is a range or a known tag of the registry",
}
"""Every dependency check: its code, and what holds when it does."""

TAGS = frozenset(
    {"latest", "next", "beta", "alpha", "rc", "canary", "experimental", "nightly", "legacy", "lts"}
)
"""Tags that packages commonly have besides versions."""

_FOLLOWED = frozenset({"static", "reexport", "dynamic", "require"})
_ALIAS = re.compile(r"npm:(?:@[^@/\s]+/)?[^@/\s]+(?:@(.*))?")
_PACKAGE_JSON = "package.json"
_MAX_LOOKED_THROUGH = 64 * 1024


def check_dependencies(scripts: Scripts, own: frozenset[str]) -> tuple[Failure, ...]:
    """What is wrong with a project's imports and package.json.

    `own` are the packages of the scaffold: the prompt's package.json lists them, so that
    they are never held against a project for not being used.
    """
    try:
        package = read_package(scripts.project)
    except PackageJsonError as error:
        broken = _failure("package-json", str(error), _PACKAGE_JSON, error.line)
        return broken, *_imports(scripts, None)
    declared = declared_packages(package)
    return (
        *_tables(package),
        *_imports(scripts, declared | {str(package.get("name"))}),
        *_versions(scripts, package),
        *_unused(scripts, package, own),
    )


def _imports(scripts: Scripts, declared: frozenset[str] | None) -> Iterator[Failure]:
    """Imports that lead nowhere; `declared` is None where package.json does not say."""
    for path in scripts.of_root_package:
        for asked in scripts.module(path).imports:
            if asked.kind not in _FOLLOWED:
                continue
            target = scripts.resolver.resolve(asked.specifier, path)
            if isinstance(target, Missing):
                message = target.explain(asked.specifier)
                yield _failure("unresolved-import", message, path, asked.line)
            elif isinstance(target, Package) and declared is not None:
                known = declared | BUILTINS
                types_known = asked.erased_if_unused and types_package(target.name) in known
                if target.name not in known and not types_known:
                    message = f'package.json does not declare "{target.name}"'
                    yield _failure("undeclared-dependency", message, path, asked.line)


def _tables(package: Mapping[str, Any]) -> Iterator[Failure]:
    for table in DEPENDENCY_TABLES:
        value = package.get(table)
        if value and not isinstance(value, dict | str):  # npm passes over a string
            yield _failure("package-json", f'"{table}" is not an object', _PACKAGE_JSON)


def _versions(scripts: Scripts, package: Mapping[str, Any]) -> Iterator[Failure]:
    for table, name, spec in _entries(package):
        if not _resolvable(spec):
            message = f"{table}: {name}: {str(spec)[:80]!r} is no version of the registry"
            yield _failure(
                "unresolvable-version", message, _PACKAGE_JSON, _line(scripts, table, name)
            )


def _resolvable(spec: object) -> bool:
    if not isinstance(spec, str) or len(spec) > 200:
        return False
    alias = _ALIAS.fullmatch(spec)
    spec = (alias[1] or "") if alias else spec
    return spec.strip() in TAGS or npm_range(spec) is not None


def _unused(scripts: Scripts, package: Mapping[str, Any], own: frozenset[str]) -> Iterator[Failure]:
    """Errors for `dependencies`, which go with the site; warnings for the tools beside it."""
    used = used_packages(scripts, package)
    severities: dict[str, Literal["error", "warning"]] = {
        "dependencies": "error",
        "devDependencies": "warning",
    }
    for table, name, _ in _entries(package):
        if table in severities and name not in used | own:
            yield Failure(
                stage="static",
                code="unused-dependency",
                message=f'nothing uses "{name}" of {table}',
                path=_PACKAGE_JSON,
                line=_line(scripts, table, name),
                severity=severities[table],
            )


def _entries(package: Mapping[str, Any]) -> Iterator[tuple[str, str, object]]:
    """(table, name, spec) of everything that is declared."""
    for table in DEPENDENCY_TABLES:
        value = package.get(table)
        if isinstance(value, dict):
            yield from ((table, name, spec) for name, spec in value.items())


def _line(scripts: Scripts, table: str, name: str) -> int | None:
    """Line of an entry of package.json, as it is usually laid out."""
    text = scripts.project.text(_PACKAGE_JSON)
    if len(text) > _MAX_LOOKED_THROUGH:
        return None
    start = text.find(f'"{table}"')
    found = text.find(f'"{name}"', start + 1) if start >= 0 else -1
    return text.count("\n", 0, found) + 1 if found >= 0 else None


def _failure(code: str, message: str, path: str, line: int | None = None) -> Failure:
    return Failure(stage="static", code=code, message=message[:500], path=path, line=line)

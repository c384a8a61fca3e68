"""package.json: reading it, what it declares, and npm's version ranges."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from semantic_version import NpmSpec  # type: ignore[import-untyped]

from webgen_r1.types import Project

DEPENDENCY_TABLES = (
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "peerDependencies",
)

_SPACE_AFTER_OPERATOR = re.compile(r"([<>=~^])\s+")
_READ_OTHERWISE = re.compile(r"[*xX]\.[^*xX]|\d-(?:\s|\||$)")
"""A wildcard before a number, and an empty pre-release: npm refuses both."""


class PackageJsonError(Exception):
    """package.json is missing or not a JSON object; `line` where it can be told."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def read_package(project: Project) -> dict[str, Any]:
    """package.json as an object. Raises PackageJsonError."""
    if "package.json" not in project.files:
        raise PackageJsonError("there is no package.json")
    try:
        text = project.files["package.json"].decode("utf-8-sig")
        value = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        message = f"package.json is not JSON: {error.msg} (column {error.colno})"
        raise PackageJsonError(message, error.lineno) from error
    except (ValueError, RecursionError) as error:
        # Not UTF-8, NaN, a number of thousands of digits, or brackets nested without end.
        raise PackageJsonError("package.json is not JSON that npm reads") from error
    if not isinstance(value, dict):
        raise PackageJsonError("package.json is not a JSON object", 1)
    return value


def declared_packages(package: Mapping[str, Any]) -> frozenset[str]:
    """Names of the packages that npm installs for a project with this package.json."""
    tables = (package.get(table) for table in DEPENDENCY_TABLES)
    return frozenset(name for table in tables if isinstance(table, dict) for name in table)


def npm_range(spec: str) -> NpmSpec | None:
    """The versions that `spec` stands for.

    None for what is no range (a tag such as `latest`, an alias, an address) and for
    spellings that the library does not read as npm does.
    """
    spec = _SPACE_AFTER_OPERATOR.sub(r"\1", spec.strip()) or "*"
    if _READ_OTHERWISE.search(spec):
        return None
    try:
        return NpmSpec(spec)
    except ValueError:
        return None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")

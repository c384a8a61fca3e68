"""What a rule is, and what it may look at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

from webgen_r1.config import Settings
from webgen_r1.rules.graph import Graph
from webgen_r1.rules.resolve import Resolver
from webgen_r1.rules.settings import ProjectSettings
from webgen_r1.types import Project

DEPENDENCY_TABLES = (
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "peerDependencies",
)


@dataclass(frozen=True)
class Finding:
    """One place where a rule does not hold."""

    message: str
    path: str | None = None
    line: int | None = None


class NoOptions(Settings):
    """A rule without options."""


@dataclass(frozen=True)
class Rule:
    """A rule: `check` yields a finding for every place where it does not hold.

    `needs` names rules that must hold first: if one does not, neither does this one, and
    there is nothing to add to what was said. `of_completion`: asks about what only a
    completion has, and does not apply to a project folder.
    """

    code: str
    meaning: str
    check: Callable[[Context, Any], Iterator[Finding]]
    options: type[Settings] = NoOptions
    needs: tuple[str, ...] = ()
    of_completion: bool = False


class PackageJsonError(Exception):
    """package.json is missing or not a JSON object; `line` where it can be told."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class Context:
    """One project as the rules see it; every view is computed once."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def package(self) -> Mapping[str, Any]:
        """package.json. Raises PackageJsonError."""
        return read_package(self.project)

    @cached_property
    def declared(self) -> frozenset[str]:
        """Names of the packages that npm installs for the project."""
        tables = (self.package.get(table) for table in DEPENDENCY_TABLES)
        return frozenset(name for table in tables if isinstance(table, dict) for name in table)

    @cached_property
    def settings(self) -> ProjectSettings:
        return ProjectSettings.read(self.project)

    @cached_property
    def graph(self) -> Graph:
        """Modules that index.html reaches."""
        resolver = Resolver(self.project.files, self.settings)
        return Graph(self.project, self.settings, resolver)


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


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")

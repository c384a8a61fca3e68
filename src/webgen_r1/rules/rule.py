"""What a rule is, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from webgen_r1.config import Settings
from webgen_r1.source import (
    Graph,
    ProjectSettings,
    Resolver,
    declared_packages,
    read_package,
)
from webgen_r1.types import Project


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
        return declared_packages(self.package)

    @cached_property
    def settings(self) -> ProjectSettings:
        return ProjectSettings.read(self.project)

    @cached_property
    def graph(self) -> Graph:
        """Modules that index.html reaches."""
        resolver = Resolver(self.project.files, self.settings)
        return Graph(self.project, self.settings, resolver)

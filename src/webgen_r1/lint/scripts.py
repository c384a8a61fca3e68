"""Which scripts of a project are its own work, and what they import."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from webgen_r1 import tsx
from webgen_r1.source import Graph, ProjectSettings, Resolver
from webgen_r1.types import Project

# What tools write and servers serve as it is. Only at the top: src/build/ is anybody's folder.
_OUTPUT_FOLDERS = frozenset({"dist", "build", "out", "public", "coverage"})
_MINIFIED = re.compile(r"\.min\.[cm]?js$")


@dataclass(frozen=True)
class Scripts:
    """The scripts of `project`, found as the build finds them.

    Whatever index.html reaches is the project's own, wherever it lies: code that runs
    cannot be hidden in a folder that nobody looks into.
    """

    project: Project
    _modules: dict[str, tsx.Module] = field(default_factory=dict, repr=False)

    @cached_property
    def own(self) -> tuple[str, ...]:
        """Paths of the scripts that count, in order."""
        scripts = (path for path in self.project.files if path.endswith(tuple(tsx.SCRIPT_SUFFIXES)))
        return tuple(sorted(path for path in scripts if self._is_own(path)))

    @cached_property
    def of_root_package(self) -> tuple[str, ...]:
        """Those of `own` whose packages the root's package.json declares."""
        inner = {
            str(PurePosixPath(path).parent)
            for path in self.project.files
            if PurePosixPath(path).name == "package.json" and path != "package.json"
        }
        return tuple(
            path
            for path in self.own
            if path in self._graph.modules
            or not inner.intersection(map(str, PurePosixPath(path).parents))
        )

    def module(self, path: str) -> tsx.Module:
        """What a script imports; each is read once, because strange ones take long."""
        module = self._graph.modules.get(path) or self._modules.get(path)
        if module is None:
            module = self._modules[path] = tsx.read_module(self.project.files[path], path)
        return module

    @cached_property
    def resolver(self) -> Resolver:
        return Resolver(self.project.files, self._settings)

    @cached_property
    def _settings(self) -> ProjectSettings:
        return ProjectSettings.read(self.project)

    @cached_property
    def _graph(self) -> Graph:
        return Graph(self.project, self._settings, self.resolver)

    def _is_own(self, path: str) -> bool:
        folders = PurePosixPath(path).parts[:-1]
        if "node_modules" in folders:
            return False  # npm would replace it
        if path in self._graph.modules:
            return True
        hidden = any(folder.startswith(".") for folder in folders)
        output = bool(folders) and folders[0] in _OUTPUT_FOLDERS
        return not (hidden or output or _MINIFIED.search(path))

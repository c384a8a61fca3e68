"""The modules that index.html reaches, and every import between them."""

from __future__ import annotations

import posixpath
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from webgen_r1 import tsx
from webgen_r1.source.resolve import File, Resolver, Target
from webgen_r1.source.settings import ProjectSettings
from webgen_r1.types import Project

# Sources with syntax errors cost most to parse, and their project cannot be built anyway.
_MAX_FAULTY_BYTES = tsx.MAX_SOURCE_BYTES

_SCRIPT = re.compile(r"<script\b([^<>]*)>", re.IGNORECASE)
_SOURCE = re.compile(r"""\bsrc\s*+=\s*+["']?([^"'\s>]++)""", re.IGNORECASE)
_IS_MODULE = re.compile(r"""\btype\s*+=\s*+["']?module\b""", re.IGNORECASE)


@dataclass(frozen=True)
class Edge:
    """One import of one module, with where it leads."""

    importer: str
    line: int
    asked: tsx.Import
    target: Target
    dropped: bool
    """Whether the compiler drops it because nothing of it is used as a value."""


@dataclass(frozen=True)
class ModuleScript:
    """A ``<script type="module">`` of index.html: its address, or its own code."""

    line: int
    source: str | None
    code: str = ""


class Graph:
    """Read once, breadth first, from the module scripts of index.html."""

    def __init__(self, project: Project, settings: ProjectSettings, resolver: Resolver) -> None:
        self._project = project
        self._settings = settings
        self._resolver = resolver
        self._faulty = 0
        self.html = posixpath.join(settings.root, "index.html")
        self.scripts = tuple(self._module_scripts())
        self.entries: dict[str, Target] = {}
        self.modules: dict[str, tsx.Module] = {}
        self.edges: list[Edge] = []
        self._read()

    def exports(self, path: str, name: str) -> bool:
        """Whether the module exports `name`, or that cannot be told. Types count."""
        seen: set[str] = set()
        pending = [path]
        while pending:
            path = pending.pop()
            if path in seen:
                continue
            seen.add(path)
            module = self._module(path)
            if module is None or not module.parsed or module.error_line or module.commonjs:
                return True
            if name in module.exports or name in module.type_exports:
                return True
            for specifier in module.star_exports if name != "default" else ():
                target = self._resolver.resolve(specifier, path)
                if not isinstance(target, File):
                    return True  # a package, or something that is reported elsewhere
                pending.append(target.path)
        return False

    def _read(self) -> None:
        pending = deque(self._follow_scripts())
        while pending and self._faulty <= _MAX_FAULTY_BYTES:
            path = pending.popleft()
            module = None if path in self.modules else self._module(path)
            if module is not None:
                self.modules[path] = module
                self._faulty += len(self._project.files[path]) if module.error_line else 0
                pending.extend(self._follow(path, module))

    def _follow_scripts(self) -> Iterator[str]:
        for script in self.scripts:
            if script.source is None:
                inline = tsx.read_module(script.code.encode(), "inline.mjs")
                yield from self._follow(self.html, inline)
            elif not re.match(r"(?:[a-z]+:)?//", script.source):
                specifier = script.source
                if not specifier.startswith(("/", ".")):
                    specifier = f"./{specifier}"
                target = self._resolver.resolve(specifier, self.html)
                self.entries[script.source] = target
                if isinstance(target, File):
                    yield target.path

    def _follow(self, importer: str, module: tsx.Module) -> Iterator[str]:
        """Enter the imports of a module; yields the project files they lead to."""
        droppable = not self._settings.keeps_unused and importer.endswith(tuple(tsx.TS_SUFFIXES))
        for asked in module.imports:
            if asked.kind == "glob":
                yield from self._glob(asked.specifier, importer)
                continue
            target = self._resolver.resolve(asked.specifier, importer)
            dropped = asked.erased_if_unused and (droppable or asked.type_only)
            self.edges.append(Edge(importer, asked.line, asked, target, dropped))
            if isinstance(target, File) and not dropped and target.query in ("", "worker"):
                yield target.path

    def _glob(self, pattern: str, importer: str) -> Iterator[str]:
        if pattern.startswith("/"):
            pattern = posixpath.join(self._settings.root, pattern.lstrip("/"))
        elif pattern.startswith("."):
            pattern = posixpath.normpath(posixpath.join(posixpath.dirname(importer), pattern))
        else:
            return
        for variant in _alternatives(pattern):
            yield from (path for path in self._project.files if _matches(path, variant))

    def _module(self, path: str) -> tsx.Module | None:
        """The module in a file; None for what is no script."""
        if not path.endswith(tuple(tsx.SCRIPT_SUFFIXES)) or path not in self._project.files:
            return None
        return tsx.read_module(self._project.files[path], path)

    def _module_scripts(self) -> Iterator[ModuleScript]:
        if len(self._project.files.get(self.html, b"")) > tsx.MAX_SOURCE_BYTES:
            return
        html = _without_comments(self._project.text(self.html)) if self._has_html else ""
        position = 0
        while tag := _SCRIPT.search(html, position):
            end = html.find("</script", tag.end())
            end = len(html) if end < 0 else end
            position = end
            if not _IS_MODULE.search(tag[1]):
                continue
            line = html.count("\n", 0, tag.start()) + 1
            source = _SOURCE.search(tag[1])
            if source:
                yield ModuleScript(line, source[1])
            else:
                yield ModuleScript(line, None, html[tag.end() : end])

    @property
    def _has_html(self) -> bool:
        return self.html in self._project.files


def _without_comments(html: str) -> str:
    """`html` with comments blanked; lines keep their numbers."""
    parts: list[str] = []
    position = 0
    while (start := html.find("<!--", position)) >= 0:
        end = html.find("-->", start)
        end = len(html) if end < 0 else end + 3
        parts += [html[position:start], "\n" * html.count("\n", start, end)]
        position = end
    return "".join([*parts, html[position:]])


def _alternatives(pattern: str) -> list[str]:
    """``*.{ts,tsx}`` → ``*.ts``, ``*.tsx``; more than one group is left to the build."""
    group = re.fullmatch(r"([^{}]*)\{([^{}]*)\}([^{}]*)", pattern)
    if group is None:
        return [pattern]
    return [group[1] + choice + group[3] for choice in group[2].split(",")]


def _matches(path: str, pattern: str) -> bool:
    """Whether a glob names `path`; ``**`` stands for any number of folders.

    Folder by folder, in time proportional to the product of the lengths: patterns are
    hostile too, and a regular expression of many stars may take for ever.
    """
    names = path.split("/")
    reached = {0}
    for part in pattern.split("/"):
        if part == "**":
            reached = set(range(min(reached), len(names) + 1)) if reached else set()
        else:
            reached = {i + 1 for i in reached if i < len(names) and fnmatchcase(names[i], part)}
    return len(names) in reached

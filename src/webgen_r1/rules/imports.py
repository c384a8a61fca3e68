"""Rules about imports between the modules that index.html reaches."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from webgen_r1 import tsx
from webgen_r1.config import Settings
from webgen_r1.rules.rule import Context, Finding, NoOptions, Rule
from webgen_r1.source import BUILTINS, Builtin, Edge, File, Missing, Package

_CHECKED_KINDS = frozenset({"static", "reexport", "dynamic"})
"""Kinds that fail a build: Vite leaves require() and new URL() to the browser."""


class Allowed(Settings):
    allow: tuple[str, ...] = ()
    """Packages that need not be declared."""


def _edges(context: Context) -> Iterator[Edge]:
    """Imports that the build must satisfy, each once."""
    for edge in context.graph.edges:
        if edge.asked.kind in _CHECKED_KINDS and not edge.dropped:
            yield edge


def _unresolved(context: Context, _: NoOptions) -> Iterator[Finding]:
    for edge in _edges(context):
        if isinstance(edge.target, Missing):
            message = edge.target.explain(edge.asked.specifier)
            yield Finding(message, edge.importer, edge.line)


def _default_export(context: Context, _: NoOptions) -> Iterator[Finding]:
    for edge, name, target in _wanted(context):
        if name == "default" and not context.graph.exports(target, name):
            specifier = edge.asked.specifier
            message = f'"{specifier}" is imported by default, but {target} has no default export'
            yield Finding(message, edge.importer, edge.line)


def _missing_export(context: Context, _: NoOptions) -> Iterator[Finding]:
    for edge, name, target in _wanted(context):
        if name != "default" and not context.graph.exports(target, name):
            message = f'"{name}" is not exported by {target}'
            yield Finding(message, edge.importer, edge.line)


def _wanted(context: Context) -> Iterator[tuple[Edge, str, str]]:
    """(import, name, file) for every name that must be exported by a script of the project."""
    for edge in _edges(context):
        if not isinstance(edge.target, File) or edge.target.query:
            continue
        if posixpath.splitext(edge.target.path)[1] not in tsx.SCRIPT_SUFFIXES:
            continue  # what a style sheet, picture or JSON file exports is Vite's affair
        for one in edge.asked.names:
            if one.name != "*" and one.used and not one.type_only:
                yield edge, one.name, edge.target.path


def _undeclared(context: Context, options: Allowed) -> Iterator[Finding]:
    known = context.declared | set(options.allow)
    for edge in _edges(context):
        if isinstance(edge.target, Package) and edge.target.name not in known | BUILTINS:
            message = f'package.json does not declare "{edge.target.name}"'
            yield Finding(message, edge.importer, edge.line)


def _node_builtin(context: Context, _: NoOptions) -> Iterator[Finding]:
    if any("polyfill" in name for name in context.declared):
        return  # a plugin may bring these modules to the browser
    for edge in _edges(context):
        target = edge.target
        is_builtin = isinstance(target, Builtin) or (
            isinstance(target, Package)
            and target.name in BUILTINS
            and target.name not in context.declared
        )
        if is_builtin:
            message = f'"{edge.asked.specifier}" is a module of Node; a browser has none'
            yield Finding(message, edge.importer, edge.line)


RULES = (
    Rule(
        "default-export",
        "every file of the project that is imported for its default export has one",
        _default_export,
        needs=("entry",),
    ),
    Rule(
        "unresolved-import",
        "every import of a file of the project finds it",
        _unresolved,
        needs=("entry",),
    ),
    Rule(
        "missing-export",
        "every name imported from a file of the project is exported there",
        _missing_export,
        needs=("entry",),
    ),
    Rule(
        "undeclared-import",
        "every imported package is declared in package.json",
        _undeclared,
        Allowed,
        needs=("entry", "package-json"),
    ),
    Rule(
        "node-builtin",
        "code for the browser imports no module of Node",
        _node_builtin,
        needs=("entry", "package-json"),
    ),
)

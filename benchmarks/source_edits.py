"""Editing the sources of a project: replace ranges of a script, add a style sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from tree_sitter import Node

from webgen_r1.tsx import SCRIPT_SUFFIXES, syntax_tree
from webgen_r1.types import Project

Edit = tuple[int, int, bytes]  # start byte, end byte, what stands there instead

_ENTRIES = ("src/main.tsx", "src/main.jsx", "src/index.tsx", "src/index.jsx", "src/main.ts")


def suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def nodes(node: Node) -> Iterator[Node]:
    """Every node of the tree, parents first."""
    stack = [node]
    while stack:
        found = stack.pop()
        yield found
        stack.extend(reversed(found.children))


def text_of(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _apply(source: bytes, edits: list[Edit]) -> bytes:
    """Replace the given ranges; one inside another that was replaced is dropped."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    for start, end, text in reversed(kept):
        source = source[:start] + text + source[end:]
    return source


def edit_scripts(project: Project, edits_of: Callable[[Node], list[Edit]]) -> Project:
    """Rewrite every script below src/ with the edits found for each of its nodes."""
    files = dict(project.files)
    for path, source in project.files.items():
        if path.startswith("src/") and suffix(path) in SCRIPT_SUFFIXES:
            tree = syntax_tree(source, path)
            edits = [edit for node in nodes(tree.root_node) for edit in edits_of(node)]
            files[path] = _apply(source, edits)
    return replace(project, files=files)


def with_css(project: Project, css: str) -> Project:
    """Add a style sheet that the entry imports after its own."""
    entry = next((path for path in _ENTRIES if path in project.files), None)
    if entry is None:
        return project
    files = dict(project.files)
    files[entry] += b"\nimport './degraded.css';\n"
    files["src/degraded.css"] = css.encode()
    return replace(project, files=files)


def attribute_name(node: Node) -> str | None:
    """Name of a JSX attribute node."""
    if node.type != "jsx_attribute" or not node.children:
        return None
    return text_of(node.children[0])

"""Routes declared in the source of a project: React Router's JSX and object forms.

Read from the syntax tree, not run. What cannot be read statically (a path that is
computed) is left out; links found at run time make up for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from tree_sitter import Node

from webgen_r1.render.urls import normal
from webgen_r1.tsx import SCRIPT_SUFFIXES, syntax_tree
from webgen_r1.types import Project

_OBJECT_ROUTERS = frozenset(
    {"createBrowserRouter", "createHashRouter", "createMemoryRouter", "useRoutes"}
)
_HASH = re.compile(rb"\b(?:HashRouter|createHashRouter|createWebHashHistory)\b")
_MENTIONS = re.compile(
    rb"<Route\b|\b(?:createBrowserRouter|createHashRouter|useRoutes|RouteObject)\b"
)
_MAX_BYTES = 2_000_000


@dataclass(frozen=True)
class Declared:
    """Route patterns in source order (``/product/:id`` included), and the kind of router."""

    patterns: tuple[str, ...] = ()
    hashed: bool = False

    @property
    def static(self) -> tuple[str, ...]:
        """Patterns without parameters: can be visited as they are."""
        return tuple(pattern for pattern in self.patterns if ":" not in pattern)

    def match(self, route: str) -> str | None:
        """The pattern that `route` belongs to; a literal one before one with parameters."""
        fitting = (
            p for p in sorted(self.patterns, key=_parameters) if _pattern(p).fullmatch(route)
        )
        return next(fitting, None)


def declared_routes(project: Project) -> Declared:
    """Patterns of every router in the project, in order of path and position, without ``*``."""
    found: dict[str, None] = {}
    hashed = False
    for path in sorted(project.files, key=_entry_first):
        source = project.files[path]
        if PurePosixPath(path).suffix.lower() not in SCRIPT_SUFFIXES or len(source) > _MAX_BYTES:
            continue
        hashed = hashed or _HASH.search(source) is not None
        if _MENTIONS.search(source):
            for pattern in _of_tree(syntax_tree(source, path).root_node):
                found.setdefault(pattern)
    return Declared(tuple(found), hashed)


def _entry_first(path: str) -> tuple[bool, str]:
    return (PurePosixPath(path).stem not in ("App", "main", "router", "routes"), path)


def _parameters(pattern: str) -> int:
    return pattern.count(":")


def _pattern(pattern: str) -> re.Pattern[str]:
    """``/a/:id/:tab?`` as a regular expression over whole routes."""
    parts = []
    for part in pattern.strip("/").split("/"):
        if part.startswith(":"):
            parts.append(r"(?:/[^/]+)?" if part.endswith("?") else r"/[^/]+")
        elif part:
            parts.append("/" + re.escape(part))
    return re.compile("".join(parts) or "/", re.IGNORECASE)


def _of_tree(root: Node) -> Iterator[str]:
    """Walk without recursion: the nesting of hostile source is not ours to follow."""
    stack: list[tuple[Node, str]] = [(root, "/")]
    while stack:
        node, base = stack.pop()
        below = base
        if node.type in ("jsx_element", "jsx_self_closing_element") and _tag(node) == "Route":
            route = _join(base, _attribute(node, "path"), _has_attribute(node, "index"))
            if route is None:
                continue
            below = route.base
            if route.page and not (_only_layout(node) and not route.index):
                yield route.base
        elif (node.type == "call_expression" and _callee(node) in _OBJECT_ROUTERS) or (
            node.type == "variable_declarator" and _is_route_table(node)
        ):
            yield from _of_arrays(node)
            continue
        stack.extend((child, below) for child in reversed(node.named_children))


@dataclass(frozen=True)
class _Joined:
    base: str
    page: bool
    index: bool


def _join(base: str, path: str | None, index: bool) -> _Joined | None:
    """A route below another one; None for catch-alls and what cannot be read."""
    if index:
        return _Joined(base, True, True)
    if path is None:
        return _Joined(base, False, False)
    splat = path.endswith("*")
    stem = path.rstrip("*")
    if splat and not stem.strip("/"):
        return None
    joined = normal(stem) if stem.startswith("/") else normal(f"{base}/{stem}")
    return _Joined(joined, not splat, False)


def _tag(node: Node) -> str:
    opening = node.child_by_field_name("open_tag") or node
    name = opening.child_by_field_name("name")
    return _text(name).rpartition(".")[2] if name is not None else ""


def _attributes(node: Node) -> Iterator[Node]:
    opening = node.child_by_field_name("open_tag") or node
    return (child for child in opening.named_children if child.type == "jsx_attribute")


def _has_attribute(node: Node, name: str) -> bool:
    return any(_text(item.named_children[0]) == name for item in _attributes(node))


def _attribute(node: Node, name: str) -> str | None:
    for item in _attributes(node):
        if _text(item.named_children[0]) == name and len(item.named_children) > 1:
            value = item.named_children[1]
            if value.type == "jsx_expression" and value.named_children:
                value = value.named_children[0]
            return _literal(value)
    return None


def _only_layout(node: Node) -> bool:
    """A parent whose children include an index route: that one is the page."""
    return any(
        child.type in ("jsx_element", "jsx_self_closing_element")
        and _tag(child) == "Route"
        and _has_attribute(child, "index")
        for child in node.named_children
    )


def _callee(node: Node) -> str:
    function = node.child_by_field_name("function")
    return _text(function).rpartition(".")[2] if function is not None else ""


def _is_route_table(node: Node) -> bool:
    """``const routes: RouteObject[] = […]``, or an array of objects with path and element."""
    value = node.child_by_field_name("value")
    if value is None or value.type != "array":
        return False
    kind = node.child_by_field_name("type")
    if kind is not None and "RouteObject" in _text(kind):
        return True
    first = next((item for item in value.named_children if item.type == "object"), None)
    keys = set(_pairs(first)) if first is not None else set()
    return "path" in keys and bool(keys & {"element", "Component", "lazy"})


def _of_arrays(node: Node) -> Iterator[str]:
    stack: list[tuple[Node, str]] = [(node, "/")]
    while stack:
        item, base = stack.pop()
        if item.type == "object":
            pairs = _pairs(item)
            path = _literal(pairs["path"]) if "path" in pairs else None
            index = "index" in pairs and _text(pairs["index"]) == "true"
            route = None if "path" in pairs and path is None else _join(base, path, index)
            if route is None:
                continue
            if route.page:
                yield route.base
            if "children" in pairs:
                stack.append((pairs["children"], route.base))
            continue
        stack.extend((child, base) for child in reversed(item.named_children))


def _pairs(node: Node) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for pair in node.named_children:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if pair.type == "pair" and key is not None and value is not None:
            found[_text(key).strip("'\"")] = value
    return found


def _literal(node: Node) -> str | None:
    text = _text(node)
    if node.type == "string" or (node.type == "template_string" and "${" not in text):
        return text[1:-1]
    return None


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", errors="replace")

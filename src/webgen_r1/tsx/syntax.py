"""Syntax trees of JavaScript and TypeScript.

tree-sitter never fails: text that is no program becomes a tree with error nodes.
"""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Tree

JSX_SUFFIXES = frozenset({".tsx", ".jsx", ".js", ".mjs", ".cjs"})
TS_SUFFIXES = frozenset({".ts", ".tsx", ".mts", ".cts"})
SCRIPT_SUFFIXES = JSX_SUFFIXES | TS_SUFFIXES


def syntax_tree(source: bytes, path: str) -> Tree:
    """Syntax tree of one script; `path` decides between TypeScript and TSX grammar."""
    return new_parser(is_jsx(path)).parse(source)


def string_value(node: Node) -> str | None:
    """The text of a string literal, or of a template without substitutions; else None."""
    if node.type not in ("string", "template_string") or node.text is None:
        return None
    text = node.text.decode(errors="replace")[1:-1]
    return None if "\\" in text or "${" in text else text


def text_of(node: Node) -> str:
    """The source of a node."""
    return node.text.decode(errors="replace") if node.text is not None else ""


def renamed(specifier: Node) -> tuple[str, str]:
    """(name, alias or the same name) of an import or export specifier."""
    name = specifier.child_by_field_name("name")
    alias = specifier.child_by_field_name("alias")
    first = name_text(name) if name else ""
    return first, name_text(alias) if alias else first


def name_text(node: Node) -> str:
    """A name, or the text of a string that stands for one."""
    text = string_value(node)
    return text_of(node) if text is None else text


def has_keyword(node: Node, keyword: str) -> bool:
    """Whether `keyword` is one of the node's own tokens, or an error in its place."""
    return any(
        child.type == keyword or (child.type == "ERROR" and text_of(child) == keyword)
        for child in node.children
    )


def is_jsx(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in JSX_SUFFIXES


@cache
def language(jsx: bool) -> Language:
    if jsx:
        return Language(tree_sitter_typescript.language_tsx())
    return Language(tree_sitter_typescript.language_typescript())


def new_parser(jsx: bool) -> Parser:
    """A parser of its own for every call: parsers are cheap, and not safe among threads."""
    return Parser(language(jsx))


def first_error_line(root: Node, errors: list[Node]) -> int | None:
    """First line that is no program; `errors` are the error nodes of the tree."""
    if not root.has_error:
        return None
    lines = [error.start_point[0] + 1 for error in errors if not _is_type_star(error)]
    if lines:
        return min(lines)
    return None if errors else _missing_line(root)


def _is_type_star(error: Node) -> bool:
    """``export type * from``: newer than the grammar, and harmless."""
    return (
        error.text == b"type"
        and error.parent is not None
        and error.parent.type == "export_statement"
    )


def _missing_line(root: Node) -> int:
    """Line of the first token that the parser had to make up."""
    node = root
    while True:
        faulty = next((c for c in node.children if c.has_error or c.is_missing), None)
        if faulty is None:
            return node.start_point[0] + 1
        node = faulty

"""Reading JavaScript and TypeScript sources: one parser for every stage that must.

tree-sitter never fails: text that is no program becomes a tree with error nodes.
"""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath

import tree_sitter_typescript
from tree_sitter import Language, Parser, Tree

JSX_SUFFIXES = frozenset({".tsx", ".jsx", ".js", ".mjs", ".cjs"})
SCRIPT_SUFFIXES = JSX_SUFFIXES | {".ts", ".mts", ".cts"}


@cache
def _parser(jsx: bool) -> Parser:
    language = (
        tree_sitter_typescript.language_tsx()
        if jsx
        else tree_sitter_typescript.language_typescript()
    )
    return Parser(Language(language))


def syntax_tree(source: bytes, path: str) -> Tree:
    """Syntax tree of one script; `path` decides between TypeScript and TSX grammar."""
    return _parser(PurePosixPath(path).suffix.lower() in JSX_SUFFIXES).parse(source)

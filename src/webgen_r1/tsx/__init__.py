"""Reading JavaScript and TypeScript sources: one parser for every stage that must."""

from webgen_r1.tsx.module import Import, ImportedName, ImportKind, Module
from webgen_r1.tsx.read import MAX_SOURCE_BYTES, read_module
from webgen_r1.tsx.syntax import (
    JSX_SUFFIXES,
    SCRIPT_SUFFIXES,
    TS_SUFFIXES,
    string_value,
    syntax_tree,
)

__all__ = [
    "JSX_SUFFIXES",
    "MAX_SOURCE_BYTES",
    "SCRIPT_SUFFIXES",
    "TS_SUFFIXES",
    "Import",
    "ImportKind",
    "ImportedName",
    "Module",
    "read_module",
    "string_value",
    "syntax_tree",
]

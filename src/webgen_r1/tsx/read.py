"""Reading the imports and exports of a module from its syntax tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from tree_sitter import Node, Query, QueryCursor

from webgen_r1.tsx.module import Import, ImportedName, Module
from webgen_r1.tsx.syntax import (
    first_error_line,
    has_keyword,
    is_jsx,
    language,
    name_text,
    new_parser,
    renamed,
    string_value,
    text_of,
)

MAX_SOURCE_BYTES = 256 * 1024
"""A larger source is not parsed: text that is no program costs 10 s a megabyte."""

_CACHED_BYTES = 64 * 1024


def read_module(source: bytes, path: str) -> Module:
    """Imports and exports of one script. Never raises; the same source is read once."""
    if len(source) > MAX_SOURCE_BYTES:
        return Module(parsed=False)
    read = _read_cached if len(source) <= _CACHED_BYTES else _read
    return read(source, is_jsx(path))


@cache
def _query(jsx: bool) -> Query:
    return Query(
        language(jsx),
        """
        (identifier) @name
        (shorthand_property_identifier) @name
        (call_expression function: [(import) (identifier) (member_expression)] @callee
                         arguments: (arguments [(string) (template_string) (array)])) @call
        (new_expression constructor: (identifier) @class arguments: (arguments (string))) @new
        (ERROR) @error
        """,
    )


@lru_cache(maxsize=1024)
def _read_cached(source: bytes, jsx: bool) -> Module:
    return _read(source, jsx)


def _read(source: bytes, jsx: bool) -> Module:
    root = new_parser(jsx).parse(source).root_node
    if root.has_error and b"&" in source:
        # The grammar takes no bare & in JSX text ("Terms & Conditions"). | is an operator
        # wherever & is one, and of the same length, so that no line number changes.
        retried = new_parser(jsx).parse(source.replace(b"&", b"|")).root_node
        root = root if retried.has_error else retried
    found = QueryCursor(_query(jsx)).captures(root)
    imports: list[Import] = []
    values: set[str] = set()
    types: set[str] = set()
    stars: list[str] = []
    statements = list(_statements(root))
    used = _used_names(found.get("name", []), _imported_names(statements))
    for statement in statements:
        if statement.type == "import_statement":
            imports += _static_import(statement, used)
        else:
            imports += _export(statement, values, types, stars)
    for call in found.get("call", []):
        imports += _call(call)
    for creation in found.get("new", []):
        imports += _url(creation)
    return Module(
        imports=tuple(sorted(imports, key=lambda one: one.line)),
        exports=frozenset(values),
        type_exports=frozenset(types - values),
        star_exports=tuple(stars),
        error_line=first_error_line(root, found.get("error", [])),
        commonjs=bool(re.search(rb"\bmodule\.exports\b|\bexports\.\w+\s*=", source)),
    )


def _statements(root: Node) -> Iterator[Node]:
    """Import and export statements at top level, those beside a syntax error too."""
    for node in root.children:
        if node.type in ("import_statement", "export_statement"):
            yield node
        elif node.type == "ERROR":
            yield from (
                child
                for child in node.children
                if child.type in ("import_statement", "export_statement")
            )


_TYPE_CONTEXT = frozenset(
    {"type_query", "nested_type_identifier", "import_specifier", "import_clause"}
    | {"namespace_import", "import_require_clause"}
)


def _imported_names(statements: list[Node]) -> frozenset[str]:
    """Names that import statements bind in this module."""
    children = (child for statement in statements for child in statement.named_children)
    clauses = (child for child in children if child.type == "import_clause")
    return frozenset(local for clause in clauses for _, local, _ in _clause_names(clause))


def _used_names(nodes: list[Node], asked: frozenset[str]) -> frozenset[str]:
    """Those of `asked` that occur as a value somewhere outside of import statements."""
    # No other name, and each until it is found: the tree finds a node's parent only by
    # searching from its root, which in deep nesting takes long.
    used: set[str] = set()
    for node in nodes:
        name = text_of(node)
        if name in asked and name not in used and not _is_type_or_binding(node):
            used.add(name)
    return frozenset(used)


def _is_type_or_binding(node: Node) -> bool:
    parent = node.parent
    if parent is not None and parent.type in ("required_parameter", "optional_parameter"):
        return parent.child_by_field_name("pattern") == node
    while parent is not None and parent.type in ("nested_identifier", "member_expression"):
        parent = parent.parent
    return parent is not None and parent.type in _TYPE_CONTEXT


def _static_import(statement: Node, used: frozenset[str]) -> list[Import]:
    source = statement.child_by_field_name("source")
    line = statement.start_point[0] + 1
    clauses = [child for child in statement.children if child.is_named]
    if source is None:
        inner = clauses[0].child_by_field_name("source") if clauses else None
        specifier = string_value(inner) if inner else None
        return [Import(specifier, "require", line)] if specifier else []
    specifier = string_value(source)
    if specifier is None:
        return []
    names = tuple(
        ImportedName(name, local, type_only, local in used)
        for clause in clauses
        if clause.type == "import_clause"
        for name, local, type_only in _clause_names(clause)
    )
    return [Import(specifier, "static", line, names, has_keyword(statement, "type"))]


def _clause_names(clause: Node) -> Iterator[tuple[str, str, bool]]:
    """(name there, name here, whether it is marked as a type) of an import clause."""
    for child in clause.named_children:
        if child.type == "identifier":
            yield "default", text_of(child), False
        elif child.type == "namespace_import":
            yield "*", text_of(child.named_children[0]) if child.named_children else "", False
        elif child.type == "named_imports":
            for specifier in child.named_children:
                if specifier.type == "import_specifier":
                    name, local = renamed(specifier)
                    yield name, local, has_keyword(specifier, "type")


def _export(
    statement: Node, values: set[str], types: set[str], stars: list[str]
) -> Iterator[Import]:
    """Enter what a statement exports; yields the import it makes, if it re-exports."""
    source = statement.child_by_field_name("source")
    specifier = string_value(source) if source else None
    type_only = has_keyword(statement, "type")
    names: list[ImportedName] = []
    for child in statement.children:
        if child.type == "*":
            if specifier and not type_only:
                stars.append(specifier)
            names.append(ImportedName("*", type_only=type_only))
        elif child.type == "namespace_export":
            (types if type_only else values).update(
                name_text(node) for node in child.named_children
            )
            names.append(ImportedName("*", type_only=type_only))
        elif child.type == "export_clause":
            for one in child.named_children:
                if one.type == "export_specifier":
                    name, exported = renamed(one)
                    is_type = type_only or has_keyword(one, "type")
                    (types if is_type else values).add(exported)
                    names.append(ImportedName(name, exported, is_type))
        elif child.type == "default":
            declaration = statement.child_by_field_name("declaration")
            is_type = declaration is not None and declaration.type == "interface_declaration"
            (types if is_type else values).add("default")
    declaration = statement.child_by_field_name("declaration")
    if declaration is not None and not has_keyword(statement, "default"):
        is_type = declaration.type in (
            "interface_declaration",
            "type_alias_declaration",
            "ambient_declaration",
        )
        (types if is_type else values).update(_declared(declaration))
    if specifier:
        line = statement.start_point[0] + 1
        yield Import(specifier, "reexport", line, tuple(names), type_only)


def _declared(declaration: Node) -> Iterator[str]:
    """Names that a declaration binds, through destructuring patterns too."""
    name = declaration.child_by_field_name("name")
    if name is not None:
        yield from _bound(name)
        return
    for child in declaration.named_children:
        if child.type == "variable_declarator" or declaration.type == "ambient_declaration":
            yield from _declared(child)
        elif declaration.type == "import_alias" and child.type == "identifier":
            yield text_of(child)
            return


def _bound(pattern: Node) -> Iterator[str]:
    if pattern.type in (
        "identifier",
        "type_identifier",
        "shorthand_property_identifier_pattern",
    ):
        yield text_of(pattern)
    elif pattern.type == "pair_pattern":
        value = pattern.child_by_field_name("value")
        yield from _bound(value) if value else ()
    elif pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        left = pattern.child_by_field_name("left")
        yield from _bound(left) if left else ()
    else:
        for child in pattern.named_children:
            yield from _bound(child)


def _call(call: Node) -> Iterator[Import]:
    """import(), require() and import.meta.glob() with literal arguments."""
    callee = call.child_by_field_name("function")
    arguments = call.child_by_field_name("arguments")
    if callee is None or arguments is None:
        return
    first = next((node for node in arguments.named_children if node.type != "comment"), None)
    if first is None:
        return
    line = call.start_point[0] + 1
    name = text_of(callee)
    if name in ("import.meta.glob", "import.meta.globEager"):
        for pattern in [first, *first.named_children]:
            text = string_value(pattern)
            if text:
                yield Import(text, "glob", line)
        return
    specifier = string_value(first)
    if specifier and name == "require":
        yield Import(specifier, "require", line)
    elif specifier and name == "import":
        names = (ImportedName("default"),) if _is_lazy(call) else ()
        yield Import(specifier, "dynamic", line, names)


def _is_lazy(call: Node) -> bool:
    """Whether the result of an import() is what a component given to React.lazy returns."""
    node = call.parent
    while node is not None and node.type in (
        "parenthesized_expression",
        "await_expression",
        "return_statement",
        "statement_block",
        "arrow_function",
        "arguments",
    ):
        node = node.parent
    if node is None or node.type != "call_expression":
        return False
    callee = node.child_by_field_name("function")
    return callee is not None and text_of(callee) in ("lazy", "React.lazy")


def _url(creation: Node) -> Iterator[Import]:
    name = creation.child_by_field_name("constructor")
    arguments = creation.child_by_field_name("arguments")
    if name is None or arguments is None or text_of(name) != "URL":
        return
    nodes = arguments.named_children
    specifier = string_value(nodes[0])
    if specifier and len(nodes) > 1 and text_of(nodes[1]) == "import.meta.url":
        yield Import(specifier, "url", creation.start_point[0] + 1)

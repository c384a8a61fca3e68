"""Reading one configuration file as data: literals, known imports, known calls.

The list of what is data is closed. An expression that is not on it makes the file a
program, however harmless it looks; see `config_files` for what follows from that.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from tree_sitter import Node

from webgen_r1.tsx import syntax_tree

CALLABLE = frozenset(
    {
        "@vitejs/plugin-react",
        "@vitejs/plugin-react-swc",
        "@tailwindcss/vite",
        "tailwindcss",
        "autoprefixer",
    }
)
"""Packages whose default export may be called, without arguments."""
IMPORTABLE = CALLABLE | {
    *("vite", "vitest/config", "path", "node:path", "url", "node:url"),
    *("tailwindcss/defaultTheme", "tailwindcss/defaultTheme.js"),
    *("tailwindcss/colors", "tailwindcss/colors.js", "tailwindcss-animate"),
    *("@tailwindcss/forms", "@tailwindcss/typography", "@tailwindcss/aspect-ratio"),
    *("@tailwindcss/container-queries", "@tailwindcss/postcss"),
}
TOOLS = frozenset({"vite", "vitest/config", "path", "node:path", "url", "node:url"})
"""Their functions may only be called, by name: as a value, say as the `external` option,
one of Vite's would be called by Vite with a file of the project."""
POSTCSS_PLUGINS = frozenset({"tailwindcss", "autoprefixer", "@tailwindcss/postcss"})
WRITES_TO = frozenset({"outDir", "cacheDir", "dir", "file", "assetsDir", "entryFileNames"})
MAX_READINGS = 20_000
"""Expressions read, a constant anew at each use: names of names could make it double for ever."""
_ANYWHERE = "*"
"""The key of an expression whose use is not known yet."""
FORBIDDEN_NAMES = frozenset({"__proto__", "constructor", "prototype"})


def why_not_data(content: bytes, path: str) -> str | None:
    """The first thing in a Vite, Tailwind or PostCSS configuration that is no data, or None."""
    try:
        _Reader(content, path).read()
    except _NotDataError as error:
        return str(error)
    except RecursionError:
        return "nested too deeply"
    return None


class _NotDataError(Exception):
    """An expression outside the list."""


class _Reader:
    """Reads one configuration file; raises _NotDataError at the first thing that is not data."""

    def __init__(self, source: bytes, path: str) -> None:
        self._source = source
        self._path = path
        self._kind = PurePosixPath(path).name.split(".")[0]
        self._modules: dict[str, str] = {}  # local name → package it comes from
        self._values: dict[str, Node] = {}  # local name of data → what it stands for
        self._left = MAX_READINGS

    def read(self) -> None:
        root = syntax_tree(self._source, self._path).root_node
        if root.has_error:
            raise _NotDataError("does not parse")
        for statement in root.named_children:
            self._statement(statement)

    # ── statements ──────────────────────────────────────────────────────────────────

    def _statement(self, node: Node) -> None:
        match node.type:
            case "comment" | "empty_statement":
                return
            case "import_statement":
                self._import(node)
            case "lexical_declaration":
                for declarator in _named(node):
                    self._constant(declarator)
            case "export_statement":
                self._data(_one(node.child_by_field_name("value"), "an export"))
            case "expression_statement":
                self._module_exports(_one(node.named_child(0), "a statement"))
            case _:
                raise _NotDataError(node.type)

    def _import(self, node: Node) -> None:
        package = self._module(_one(node.child_by_field_name("source"), "an import"))
        for clause in node.named_children:
            if clause.type == "import_clause":
                for name in _identifiers(clause):
                    self._modules[self._text(name)] = package

    def _constant(self, node: Node) -> None:
        name = _one(node.child_by_field_name("name"), "a declaration")
        value = _one(node.child_by_field_name("value"), "a declaration")
        if name.type != "identifier":
            raise _NotDataError(name.type)
        package = self._required(value)
        if package is not None:
            self._modules[self._text(name)] = package
            return
        self._data(value, _ANYWHERE)
        self._values[self._text(name)] = value

    def _module_exports(self, node: Node) -> None:
        if node.type == "string":  # 'use strict'
            return
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.type != "assignment_expression" or left is None or right is None:
            raise _NotDataError(node.type)
        if self._text(left) != "module.exports":
            raise _NotDataError(f"assignment to {self._text(left)[:40]}")
        self._data(right)

    # ── expressions ─────────────────────────────────────────────────────────────────

    def _data(self, node: Node, key: str = "") -> None:
        """`key` is that of the property whose value `node` is, or is a part of."""
        self._left -= 1
        if self._left < 0:
            raise _NotDataError("too long a configuration")
        match node.type:
            case "string":
                self._string(self._text(node), key)
            case "number" | "true" | "false" | "null" | "undefined" | "regex" | "comment":
                return
            case "template_string":
                if any(child.type == "template_substitution" for child in node.named_children):
                    raise _NotDataError("a template with values in it")
                self._string(self._text(node), key)
            case "array":
                for child in node.named_children:
                    self._data(child, key)
            case "object":
                for child in node.named_children:
                    self._property(child, key)
            case "identifier":
                self._known(node, key)
            case "spread_element":
                self._data(_one(node.named_child(0), "a spread"), key)
            case "member_expression":
                self._member(node)
            case "call_expression":
                self._call(node, key)
            case "parenthesized_expression" | "satisfies_expression" | "as_expression":
                self._data(_one(node.named_child(0), node.type), key)
            case "unary_expression":
                self._data(_one(node.child_by_field_name("argument"), node.type))
            case _:
                raise _NotDataError(node.type)

    def _string(self, text: str, key: str) -> None:
        value = text[1:-1]
        # An escape could spell any of what is looked for below.
        if "\\" in value or value in FORBIDDEN_NAMES:
            raise _NotDataError(f"the string {value[:40]!r}")
        if ".." in value or (key in WRITES_TO and (value.startswith("/") or ":" in value)):
            raise _NotDataError(f"{value[:40]!r} leads out of the project")
        if self._kind == "vite" and key in ("configFile", "postcss", "plugins"):
            raise _NotDataError(f"{key} names a file")
        if self._kind != "tailwind" and key == "plugins" and value not in POSTCSS_PLUGINS:
            raise _NotDataError(f"the plugin {value[:40]!r}")
        if self._kind == "tailwind" and key == "presets":
            raise _NotDataError("a preset")

    def _property(self, node: Node, parent: str) -> None:
        match node.type:
            case "comment":
                return
            case "spread_element":
                self._data(node, parent)
            case "shorthand_property_identifier":
                name = self._text(node)
                self._may_be_set(name, parent)
                if self._kind == "postcss" and parent == "plugins":
                    raise _NotDataError(f"the plugin {name[:40]!r}, or its options")
                self._known(node, name)
            case "pair":
                key = _one(node.child_by_field_name("key"), "a property")
                value = _one(node.child_by_field_name("value"), "a property")
                name = self._key(key)
                self._may_be_set(name, parent)
                if self._kind == "postcss" and parent == "plugins":
                    self._postcss_plugin(name, value)
                self._data(value, name)
            case _:
                raise _NotDataError(node.type)

    def _may_be_set(self, name: str, parent: str) -> None:
        """Options that load a file of the project, or keep Vite at work after the build."""
        inline = self._kind == "vite" and parent == "postcss"
        if name != "plugins" and (inline or (self._kind == "postcss" and not parent)):
            raise _NotDataError(f"{name[:40]!r} of PostCSS")
        if name == "watch" and parent in ("build", "rollupOptions", "rolldownOptions"):
            raise _NotDataError("watching")

    def _key(self, node: Node) -> str:
        name = self._text(node)
        if node.type == "string":
            name = name[1:-1]
        elif node.type not in ("property_identifier", "number"):
            raise _NotDataError(node.type)
        if "\\" in name or name in FORBIDDEN_NAMES:
            raise _NotDataError(f"the key {name[:40]!r}")
        return name

    def _postcss_plugin(self, name: str, options: Node) -> None:
        if name not in POSTCSS_PLUGINS or options.type != "object" or options.named_children:
            raise _NotDataError(f"the plugin {name[:40]!r}, or its options")

    def _known(self, node: Node, key: str) -> None:
        """A name; what it stands for is read again, as what it is used for here."""
        name = self._text(node)
        if name in self._values:
            self._data(self._values[name], key)
            return
        if name in ("__dirname", "undefined"):
            return
        if self._modules.get(name, "vite") in TOOLS:
            raise _NotDataError(f"the name {name[:40]!r}")

    def _member(self, node: Node) -> None:
        """`a.b.c` below an import from the list, such as defaultTheme.fontFamily.sans."""
        if self._text(node) in ("import.meta.url", "import.meta.dirname"):
            return
        prop = _one(node.child_by_field_name("property"), "a member")
        if prop.type != "property_identifier" or self._text(prop) in FORBIDDEN_NAMES:
            raise _NotDataError("a computed member")
        below = _one(node.child_by_field_name("object"), "a member")
        if below.type == "identifier":
            if self._text(below) in self._values:
                raise _NotDataError("a part of a constant")
            self._known(below, _ANYWHERE)
        elif below.type == "member_expression":
            self._member(below)
        else:
            raise _NotDataError(f"a member of {below.type}")

    # ── calls ───────────────────────────────────────────────────────────────────────

    def _call(self, node: Node, key: str) -> None:
        if self._required(node) is not None:
            return
        function = self._text(_one(node.child_by_field_name("function"), "a call"))
        arguments = _one(node.child_by_field_name("arguments"), "a call")
        given = [child for child in arguments.named_children if child.type != "comment"]
        owner, _, method = function.partition(".")
        package = self._modules.get(owner)
        if package in ("vite", "vitest/config") and function == "defineConfig" and len(given) == 1:
            self._data(given[0], key)
        elif package in CALLABLE and not method and not given:
            return
        elif package in ("path", "node:path") and (method or owner) in ("resolve", "join"):
            for argument in given:
                self._data(argument, key)
        elif package in ("url", "node:url") and (method or owner) == "fileURLToPath":
            self._file_url(given, key)
        else:
            raise _NotDataError(f"a call of {function[:40]!r}")

    def _file_url(self, given: list[Node], key: str) -> None:
        """`new URL('./src', import.meta.url)`, or import.meta.url itself."""
        for argument in given:
            if argument.type != "new_expression":
                self._data(argument, key)
                continue
            if self._text(_one(argument.child_by_field_name("constructor"), "new")) != "URL":
                raise _NotDataError("a call of a constructor")
            for inner in _one(argument.child_by_field_name("arguments"), "new").named_children:
                self._data(inner, key)

    def _required(self, node: Node) -> str | None:
        """The package of `require('package')` if that is what this is."""
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        if node.type != "call_expression" or function is None or arguments is None:
            return None
        if self._text(function) != "require" or arguments.named_child_count != 1:
            return None
        return self._module(_one(arguments.named_child(0), "require"))

    def _module(self, node: Node) -> str:
        package = self._text(node)[1:-1]
        if node.type != "string" or package not in IMPORTABLE:
            raise _NotDataError(f"an import of {package[:40]!r}")
        return package

    def _text(self, node: Node) -> str:
        return self._source[node.start_byte : node.end_byte].decode("utf-8", errors="replace")


def _named(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _one(node: Node | None, what: str) -> Node:
    if node is None:
        raise _NotDataError(f"{what} of an unknown form")
    return node


def _identifiers(clause: Node) -> list[Node]:
    """The local names that an import clause binds: default, namespace, named, renamed."""
    found = []
    for child in clause.named_children:
        if child.type == "identifier":
            found.append(child)
        elif child.type == "namespace_import":
            found += [name for name in child.named_children if name.type == "identifier"]
        elif child.type == "named_imports":
            for specifier in child.named_children:
                name = specifier.child_by_field_name("alias")
                name = name or specifier.child_by_field_name("name")
                found.append(_one(name, "an import"))
    return found

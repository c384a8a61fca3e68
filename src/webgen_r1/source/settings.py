"""What a project's configuration says about finding files: read as text, never executed.

`vite.config.*` is a program; only what it says literally is understood. Where it says
something else, `opaque` tells the rules to leave doubtful imports to the build.
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, replace
from typing import Any

from tree_sitter import Node

from webgen_r1 import tsx
from webgen_r1.types import Project

VITE_CONFIGS = tuple(f"vite.config.{suffix}" for suffix in ("ts", "js", "mts", "mjs", "cts", "cjs"))
_TS_CONFIGS = ("tsconfig.json", "tsconfig.app.json", "jsconfig.json")
_MAX_TS_CONFIG_BYTES = 32 * 1024
_EXTENSIONS = (".mjs", ".js", ".mts", ".ts", ".jsx", ".tsx", ".json")  # Vite's default, in order

# Names that may stand around the strings of a path without changing what it says.
_PATH_WORDS = frozenset(
    {"path", "resolve", "join", "dirname", "__dirname", "fileURLToPath", "URL", "url"}
    | {"import", "meta", "process", "cwd", "new", "pathToFileURL", "posix", "normalizePath"}
)
_STRING_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\])*+")|//[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/')
_STRING_OR_COMMA = re.compile(r'("(?:\\.|[^"\\])*+")|,(?=\s*+[}\]])')


@dataclass(frozen=True)
class Alias:
    """`name` or `name`/… stands for `target`: a project folder, or a package if `package`.

    `target` is None where the configuration does not say it literally. An `exact` alias
    stands for nothing below it.
    """

    name: str
    target: str | None
    package: bool = False
    exact: bool = False

    def rest(self, specifier: str) -> str | None:
        """What follows the alias in `specifier`; None where it does not begin with it."""
        if specifier == self.name:
            return ""
        if self.exact or not specifier.startswith(f"{self.name.rstrip('/')}/"):
            return None
        return specifier[len(self.name.rstrip("/")) + 1 :]


@dataclass(frozen=True)
class ProjectSettings:
    """`root` and `public` are project folders ("" the project itself; None: no public folder).

    `keeps_unused`: TypeScript keeps imports whose names are never used as values.
    """

    root: str = ""
    public: str | None = "public"
    aliases: tuple[Alias, ...] = ()
    base_url: str | None = None
    extensions: tuple[str, ...] = _EXTENSIONS
    opaque: bool = False
    keeps_unused: bool = False

    @classmethod
    def read(cls, project: Project) -> ProjectSettings:
        settings = cls()
        config = next((path for path in VITE_CONFIGS if path in project.files), None)
        if config is not None and len(project.files[config]) <= tsx.MAX_SOURCE_BYTES:
            root = tsx.syntax_tree(project.files[config], config).root_node
            settings = _from_vite(root, settings)
        for path in _TS_CONFIGS:
            if len(project.files.get(path, b"")) <= _MAX_TS_CONFIG_BYTES and path in project.files:
                settings = _from_typescript(project.text(path), settings)
        return settings


def _from_vite(tree: Node, settings: ProjectSettings) -> ProjectSettings:
    for pair in _pairs(tree):
        key, value, inside = _key(pair), pair.child_by_field_name("value"), _outer_key(pair)
        if value is None:
            continue
        if inside is None and key in ("root", "publicDir"):
            settings = _folder(key, value, settings)
        elif inside is None and key == "resolve" and value.type != "object":
            settings = replace(settings, opaque=True)
        elif inside == "resolve" and key == "alias":
            aliases, opaque = _aliases(value)
            settings = replace(
                settings, aliases=settings.aliases + aliases, opaque=settings.opaque or opaque
            )
        elif inside == "resolve" and key == "extensions":
            found = tuple(filter(None, (tsx.string_value(item) for item in value.named_children)))
            settings = replace(settings, extensions=found or _EXTENSIONS)
    if _says_shorthand(tree, {b"alias", b"resolve"}):
        settings = replace(settings, opaque=True)
    return settings


def _folder(key: str, value: Node, settings: ProjectSettings) -> ProjectSettings:
    if key == "publicDir" and value.type == "false":
        return replace(settings, public=None)
    text = _literal_path(value)
    if text is None:
        return replace(settings, opaque=True)
    folder = posixpath.normpath(text.strip("/") or ".")
    folder = "" if folder == "." else folder
    if key == "root":
        return replace(settings, root=folder)
    return replace(settings, public=folder)


def _aliases(value: Node) -> tuple[tuple[Alias, ...], bool]:
    """The aliases of `resolve.alias`, and whether some of it is not literal."""
    found: list[Alias] = []
    opaque = value.type not in ("object", "array")
    for item in value.named_children:
        if item.type == "comment":
            continue
        if value.type == "object" and item.type == "pair":
            name: str | None = _key(item)
            target = item.child_by_field_name("value")
        elif value.type == "array" and item.type == "object":
            fields = {_key(pair): pair.child_by_field_name("value") for pair in _own_pairs(item)}
            find, target = fields.get("find"), fields.get("replacement")
            name = tsx.string_value(find) if find is not None else None
        else:
            name, target = None, None
        if name is None or target is None:
            opaque = True
        else:
            found.append(_alias(name, target))
    return tuple(found), opaque


def _alias(name: str, value: Node) -> Alias:
    text = _literal_path(value)
    if text is None:
        return Alias(name, None)
    if value.type == "string" and not text.startswith(("/", ".")):
        return Alias(name, text, package=True)
    if name.endswith("/") and not text.endswith("/"):
        return Alias(name, None)  # Vite does not match it; whether anything else does is unknown
    folder = posixpath.normpath(text.lstrip("/") or ".")
    return Alias(name, "" if folder == "." else folder)


def _literal_path(value: Node) -> str | None:
    """The project path that an expression of strings, `path.resolve`, `__dirname` … names."""
    parts: list[str] = []
    stack = [value]
    while stack:
        node = stack.pop()
        if node.type == "string_fragment":
            parts.append((node.text or b"").decode(errors="replace"))
        elif node.child_count == 0 and node.is_named and node.type != "comment":
            word = (node.text or b"").decode(errors="replace")
            if word not in _PATH_WORDS:
                return None
        stack.extend(reversed(node.children))
    if not parts:
        return None if value.type in ("string", "object") else ""
    if value.type == "string":
        return parts[0]
    return "/".join(part.removeprefix("/") for part in parts)


def _pairs(tree: Node) -> list[Node]:
    found, stack = [], [tree]
    while stack:
        node = stack.pop()
        if node.type == "pair":
            found.append(node)
        stack.extend(reversed(node.named_children))
    return found


def _own_pairs(value: Node) -> list[Node]:
    return [child for child in value.named_children if child.type == "pair"]


def _key(pair: Node) -> str:
    key = pair.child_by_field_name("key")
    if key is None or key.text is None:
        return ""
    text = tsx.string_value(key)
    return key.text.decode(errors="replace") if text is None else text


def _outer_key(pair: Node) -> str | None:
    """Key of the pair whose object holds this one; None at the top of a configuration."""
    outer = pair.parent.parent if pair.parent is not None else None
    if outer is None or outer.type != "pair":
        # An object given to a plugin is not the configuration, unless defineConfig takes it.
        call = outer.parent if outer is not None and outer.type == "arguments" else None
        callee = call.child_by_field_name("function") if call is not None else None
        is_plugin = callee is not None and callee.text not in (b"defineConfig", b"mergeConfig")
        return "()" if is_plugin else None
    return _key(outer)


def _says_shorthand(tree: Node, names: set[bytes]) -> bool:
    stack = [tree]
    while stack:
        node = stack.pop()
        if node.type == "shorthand_property_identifier" and node.text in names:
            return True
        stack.extend(node.named_children)
    return False


def _from_typescript(text: str, settings: ProjectSettings) -> ProjectSettings:
    options = _read_jsonc(text).get("compilerOptions")
    if not isinstance(options, dict):
        return settings
    keeps = any(
        options.get(key) is True for key in ("verbatimModuleSyntax", "preserveValueImports")
    )
    base = options.get("baseUrl")
    base_url = _project_folder(base) if isinstance(base, str) else settings.base_url
    paths = options.get("paths")
    aliases = settings.aliases
    if isinstance(paths, dict):
        known = {alias.name for alias in aliases}
        found = [_path_alias(name, targets, base_url or "") for name, targets in paths.items()]
        aliases += tuple(alias for alias in found if alias.name not in known)
    return replace(
        settings,
        aliases=aliases,
        base_url=base_url,
        keeps_unused=settings.keeps_unused or keeps,
    )


def _path_alias(pattern: str, targets: object, base: str) -> Alias:
    """An entry of `paths`: understood with one target and at most a trailing ``/*``."""
    name = pattern.removesuffix("/*")
    target = targets[0] if isinstance(targets, list) and len(targets) == 1 else None
    if not isinstance(target, str) or "*" in name or "*" in target.removesuffix("/*"):
        return Alias(name.split("*")[0].rstrip("/") or pattern, None)
    folder = _project_folder(posixpath.join(base, target.removesuffix("/*")))
    return Alias(name, folder, exact=not pattern.endswith("/*"))


def _project_folder(path: str) -> str:
    folder = posixpath.normpath(path or ".")
    return "" if folder == "." else folder


def _read_jsonc(text: str) -> dict[str, Any]:
    """JSON with comments and trailing commas; {} for anything else."""
    bare = _STRING_OR_COMMENT.sub(lambda match: match[1] or " ", text.removeprefix("\ufeff"))
    try:
        value = json.loads(_STRING_OR_COMMA.sub(lambda match: match[1] or "", bare))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}

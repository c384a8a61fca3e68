"""What a module asks of others and offers to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ImportKind = Literal["static", "reexport", "dynamic", "require", "glob", "url"]


@dataclass(frozen=True)
class ImportedName:
    """One name taken from a module: `name` there (``default``, ``*`` for all), `local` here.

    `used`: the local name occurs as a value. Where it does not, compilers of TypeScript
    take the import for a type and drop it, unless told otherwise.
    """

    name: str
    local: str = ""
    type_only: bool = False
    used: bool = True


@dataclass(frozen=True)
class Import:
    """One place where a module asks for another.

    `static` import … from, `reexport` export … from, `dynamic` import(), `require`
    require() and ``import x = require()``, `glob` import.meta.glob (`specifier` is the
    pattern), `url` new URL(specifier, import.meta.url). A `static` import without names is
    made for its side effects. ``lazy(() => import('./Page'))`` asks for the default export.
    """

    specifier: str
    kind: ImportKind
    line: int
    names: tuple[ImportedName, ...] = ()
    type_only: bool = False

    @property
    def erased_if_unused(self) -> bool:
        """Whether nothing of it is needed as a value, so that TypeScript compilers drop it."""
        if self.type_only:
            return True
        if self.kind == "reexport":
            return bool(self.names) and all(name.type_only for name in self.names)
        droppable = all(name.type_only or not name.used for name in self.names)
        return self.kind == "static" and bool(self.names) and droppable


@dataclass(frozen=True)
class Module:
    """What a source asks of others and offers to them.

    `exports` are names of values (``default`` included), `type_exports` of types only.
    `star_exports` are the specifiers of ``export * from``. `error_line` is the first line
    the parser could not read: from there on the rest may be incomplete. `parsed` is False
    for a source that was too large to read. `commonjs` says that it assigns its exports.
    """

    imports: tuple[Import, ...] = ()
    exports: frozenset[str] = frozenset()
    type_exports: frozenset[str] = frozenset()
    star_exports: tuple[str, ...] = ()
    error_line: int | None = None
    parsed: bool = True
    commonjs: bool = False

    @property
    def has_default(self) -> bool:
        return "default" in self.exports

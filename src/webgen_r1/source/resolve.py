"""Where an import leads: the rules by which Vite finds files, for a project in memory."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from webgen_r1.source.settings import ProjectSettings

# fmt: off
BUILTINS = frozenset({
    "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants",
    "crypto", "dgram", "diagnostics_channel", "dns", "domain", "events", "fs", "http",
    "http2", "https", "inspector", "module", "net", "os", "path", "perf_hooks", "process",
    "punycode", "querystring", "readline", "repl", "stream", "string_decoder", "sys",
    "timers", "tls", "trace_events", "tty", "url", "util", "v8", "vm", "wasi",
    "worker_threads", "zlib",
})
# fmt: on

# Left to the build: addresses, modules that plugins make up, and imports of package.json.
_NOT_FILES = re.compile(r"(?:[a-z][a-z0-9+.-]+:(?!$)|//|#|/@|\0|~icons/)", re.IGNORECASE)
_TYPESCRIPT_OF = {
    ".js": (".ts", ".tsx"),
    ".jsx": (".tsx",),
    ".mjs": (".mts",),
    ".cjs": (".cts",),
}


@dataclass(frozen=True)
class File:
    """A file of the project. `query` is what follows ``?`` in the specifier."""

    path: str
    query: str = ""


@dataclass(frozen=True)
class Missing:
    """Nothing is there. `path` is where it was looked for; `alias` the alias nobody declared."""

    path: str
    alias: str | None = None

    def explain(self, specifier: str) -> str:
        """One line for the import of `specifier` that led here."""
        if self.alias is not None:
            reason = f'vite.config declares no alias "{self.alias}"'
        else:
            reason = f"there is no file {self.path or specifier}"
        return f'cannot find "{specifier}": {reason}'


@dataclass(frozen=True)
class Package:
    """An installed package."""

    name: str


@dataclass(frozen=True)
class Builtin:
    """A module of Node."""

    name: str


@dataclass(frozen=True)
class Unknown:
    """Nothing that can be told from the source; the build will tell."""


Target = File | Missing | Package | Builtin | Unknown


class Resolver:
    """Finds imports among the `files` of a project."""

    def __init__(self, files: Mapping[str, bytes], settings: ProjectSettings) -> None:
        self._files = files
        self._settings = settings
        self._folders = {str(folder) for path in files for folder in PurePosixPath(path).parents}

    def resolve(self, specifier: str, importer: str) -> Target:
        """What `specifier` means in the file `importer`."""
        for alias in self._settings.aliases:
            rest = alias.rest(specifier)
            if rest is None:
                continue
            if alias.target is None:
                return Unknown()
            if alias.package:
                return Package(package_name(posixpath.join(alias.target, rest)))
            return self._file(posixpath.join(alias.target, rest))
        if specifier.startswith("node:"):
            return Builtin(specifier.removeprefix("node:"))
        if not specifier or _NOT_FILES.match(specifier):
            return Unknown()
        if specifier.startswith("/"):
            return self._absolute(specifier)
        if specifier in (".", "..") or specifier.startswith(("./", "../")):
            return self._file(posixpath.join(posixpath.dirname(importer), specifier))
        return self._bare(specifier)

    def exists(self, path: str) -> str | None:
        """The file that `path` names, with an extension or an index added where one is missing."""
        if path in self._files:
            return path
        for extension in self._settings.extensions:
            if path + extension in self._files:
                return path + extension
        index = posixpath.join(path, "index") if path else "index"
        return next(
            (
                index + extension
                for extension in self._settings.extensions
                if index + extension in self._files
            ),
            None,
        )

    def _bare(self, specifier: str) -> Target:
        if self._settings.base_url is not None:
            found = self._file(posixpath.join(self._settings.base_url, specifier))
            if isinstance(found, File):
                return found
        if self._settings.opaque:
            return Unknown()
        first = specifier.split("/")[0]
        if first in ("@", "~"):
            return Missing(specifier, alias=first)
        return Package(package_name(specifier))

    def _absolute(self, specifier: str) -> Target:
        found = self._file(posixpath.join(self._settings.root, specifier.lstrip("/")))
        if isinstance(found, File) or self._settings.public is None:
            return found
        public = posixpath.join(
            self._settings.root, self._settings.public, _clean(specifier).lstrip("/")
        )
        # A public file is served as it is: nothing more can be said about it.
        return Unknown() if posixpath.normpath(public) in self._files else found

    def _file(self, path: str) -> Target:
        normal = _normal(path)
        found = self.exists(normal)
        query = ""
        if found is None:
            normal = _normal(_clean(path))
            query = path[len(_clean(path)) + 1 :]
            found = self.exists(normal) or self._typescript(normal)
        if found is not None:
            return File(found, query)
        if normal in self._folders and posixpath.join(normal, "package.json") in self._files:
            return Unknown()  # its main field decides
        return Missing(normal)

    def _typescript(self, path: str) -> str | None:
        """The TypeScript file that ``./x.js`` means where there is no such file."""
        stem, suffix = posixpath.splitext(path)
        candidates = (stem + other for other in _TYPESCRIPT_OF.get(suffix, ()))
        return next((path for path in candidates if path in self._files), None)


def package_name(specifier: str) -> str:
    """``react-dom/client`` → ``react-dom``, ``@a/b/c`` → ``@a/b``."""
    parts = _clean(specifier).split("/")
    return "/".join(parts[: 2 if specifier.startswith("@") else 1])


def _clean(path: str) -> str:
    """`path` without query and fragment."""
    return re.split(r"[?#]", path, maxsplit=1)[0]


def _normal(path: str) -> str:
    normal = posixpath.normpath(path or ".")
    return "" if normal == "." else normal

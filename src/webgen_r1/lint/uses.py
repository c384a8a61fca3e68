"""Which packages a project uses: by import, by name in a file that a tool reads, or unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from webgen_r1 import tsx
from webgen_r1.lint.scripts import Scripts
from webgen_r1.source import BUILTINS, Package, package_name

_STYLES = (".css", ".scss", ".sass", ".less", ".styl", ".pcss")
_NAMING = (*_STYLES, ".html", ".d.ts")
"""Files whose references to packages are told by their strings."""
_SETTINGS = (".json", ".jsonc", ".json5", ".yaml", ".yml", ".toml", *tsx.SCRIPT_SUFFIXES)
_NOT_SETTINGS = frozenset({"package.json", "package-lock.json", "npm-shrinkwrap.json"})

_QUOTED = re.compile(r"""["'`(]\s*+(?:~|/?node_modules/)?([@a-zA-Z][^"'`()\s]{0,213})""")
_WORD = re.compile(r"[@\w][@\w./-]*")

_COMPILERS = {".scss": "sass", ".sass": "sass", ".less": "less", ".styl": "stylus"}
"""Suffix of a style sheet → the package that Vite compiles it with (Vite's page on CSS)."""
_ALSO_COMPILES = {"sass-embedded": "sass", "node-sass": "sass", "sass-loader": "sass"}

PEERS: Mapping[str, frozenset[str]] = {
    package: frozenset(peers.split())
    for package, peers in {
        "@apollo/client": "graphql",
        "@chakra-ui/react": "@emotion/react @emotion/styled framer-motion",
        "@dnd-kit/sortable": "@dnd-kit/core",
        "@fortawesome/react-fontawesome": "@fortawesome/fontawesome-svg-core",
        "@mui/material": "@emotion/react @emotion/styled",
        "@react-three/drei": "@react-three/fiber three",
        "@react-three/fiber": "three",
        "@rainbow-me/rainbowkit": "@tanstack/react-query viem wagmi",
        "@stripe/react-stripe-js": "@stripe/stripe-js",
        "@tanstack/react-query-devtools": "@tanstack/react-query",
        "@tiptap/react": "@tiptap/core @tiptap/pm",
        "@tiptap/starter-kit": "@tiptap/pm",
        "echarts-for-react": "echarts",
        "react-apexcharts": "apexcharts",
        "react-chartjs-2": "chart.js",
        "react-i18next": "i18next",
        "react-leaflet": "leaflet",
        "react-map-gl": "mapbox-gl maplibre-gl",
        "react-redux": "redux",
        "react-slick": "slick-carousel",
        "recharts": "react-is",
        "wagmi": "@tanstack/react-query viem",
    }.items()
}
"""Package → packages that it asks its user to declare and imports itself (peer dependencies,
or what its installation page tells to install beside it)."""


def used_packages(scripts: Scripts, package: Mapping[str, Any]) -> frozenset[str]:
    """Names of packages that the project uses, declared or not."""
    named = set(_imported(scripts)) | set(_named_in_files(scripts)) | set(_named_in(package))
    named |= {_COMPILERS[s] for path in scripts.project.files if (s := _suffix(path)) in _COMPILERS}
    named |= {other for other, compiler in _ALSO_COMPILES.items() if compiler in named}
    for user in sorted(named & PEERS.keys()):
        named |= PEERS[user] | {peer for one in PEERS[user] for peer in PEERS.get(one, ())}
    return frozenset(named | {types_package(name) for name in named})


def types_package(name: str) -> str:
    """Where the types of a package without its own are: ``@a/b`` → ``@types/a__b``."""
    if name in BUILTINS:
        return "@types/node"
    return f"@types/{name.removeprefix('@').replace('/', '__')}"


def _imported(scripts: Scripts) -> Iterator[str]:
    for path in scripts.own:
        for asked in scripts.module(path).imports:
            target = scripts.resolver.resolve(asked.specifier, path)
            if isinstance(target, Package):
                yield target.name


def _named_in_files(scripts: Scripts) -> Iterator[str]:
    """Packages that stand as strings where tools look for them."""
    for path, content in scripts.project.files.items():
        if len(content) > tsx.MAX_SOURCE_BYTES or "node_modules" in PurePosixPath(path).parts:
            continue
        if path.endswith(_NAMING) or _is_settings(path) or _is_unreadable(scripts, path):
            text = content.decode("utf-8", errors="replace")
            yield from map(package_name, _QUOTED.findall(text))


def _is_settings(path: str) -> bool:
    """Whether a tool may read it: files beside package.json."""
    if "/" in path or path in _NOT_SETTINGS or path.endswith((".lock", "-lock.yaml")):
        return False
    return path.endswith(_SETTINGS) or (path.startswith(".") and path.endswith("rc"))


def _is_unreadable(scripts: Scripts, path: str) -> bool:
    """Whether some of a script's imports may not have been found."""
    return path in scripts.own and scripts.module(path).error_line is not None


def _named_in(package: Mapping[str, Any]) -> Iterator[str]:
    """What package.json itself names: commands of its scripts, and tools' sections."""
    commands = package.get("scripts")
    for command in commands.values() if isinstance(commands, dict) else ():
        if isinstance(command, str):
            yield from map(package_name, _WORD.findall(command[:10_000]))
    for section in ("babel", "eslintConfig", "jest", "postcss", "prettier"):
        yield from map(package_name, _QUOTED.findall(repr(package.get(section))))


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()

"""Rules about the files that every site needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from webgen_r1.rules.rule import Context, Finding, NoOptions, Rule
from webgen_r1.source import VITE_CONFIGS, File, Missing

_COMPONENT_SUFFIXES = frozenset({".tsx", ".jsx"})
_APP_SUFFIXES = _COMPONENT_SUFFIXES | {".ts", ".js"}


def _vite_config(context: Context, _: NoOptions) -> Iterator[Finding]:
    if not any(path in context.project.files for path in VITE_CONFIGS):
        yield Finding("there is no vite.config.ts (or .js, .mts, .mjs) beside package.json")


def _entry(context: Context, _: NoOptions) -> Iterator[Finding]:
    graph = context.graph
    if graph.html not in context.project.files:
        yield Finding(f"there is no {graph.html}")
        return
    for script in graph.scripts:
        target = graph.entries.get(script.source or "")
        if isinstance(target, Missing):
            yield Finding(
                f"it loads {script.source}, which does not exist", graph.html, script.line
            )
    if not any(isinstance(target, File) for target in graph.entries.values()) and not graph.modules:
        message = 'it loads no module of the project: <script type="module" src="/src/main.tsx">'
        yield Finding(message, graph.html)


def _app(context: Context, _: NoOptions) -> Iterator[Finding]:
    if not any(_is_app(path) for path in context.project.files):
        yield Finding("there is no App component, such as src/App.tsx")


def _page(context: Context, _: NoOptions) -> Iterator[Finding]:
    entries = {target.path for target in context.graph.entries.values() if isinstance(target, File)}
    for path in context.graph.modules:
        is_component = PurePosixPath(path).suffix in _COMPONENT_SUFFIXES
        if is_component and path not in entries and not _is_app(path):
            return
    yield Finding(f"{context.graph.html} reaches no page or component beside App")


def _is_app(path: str) -> bool:
    pure = PurePosixPath(path)
    return pure.stem.lower() == "app" and pure.suffix in _APP_SUFFIXES


RULES = (
    Rule("vite-config", "a Vite configuration is at the root", _vite_config),
    Rule("entry", "index.html loads a module script that exists", _entry),
    Rule("app", "there is an App component", _app),
    Rule(
        "page",
        "the entry reaches at least one page or component beside App",
        _page,
        needs=("entry",),
        of_completion=True,  # how somebody's own project is cut into files is their affair
    ),
)

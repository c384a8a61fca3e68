"""Our scripts. They are loaded into a document once, and then called by name.

The library's text never changes, so that the browser compiles it once and not with each call.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

MISSING = "webgen: no library"
"""What a call gives in a document that the library was not loaded into."""
_PLAYED = ("navigation", "home", "travel", "page", "menu")
_PARTS = {"page": ("page-state", "page-buttons", "page-search", "page-forms")}
"""Files that are put before the script they belong to."""
_READ = ("here", "mobile", "keyboard", "snapshot")


@cache
def library() -> str:
    """An expression that makes `call` work."""
    functions = [f"{name}: async (input) => {{\n{_whole(name)}\n}}" for name in _PLAYED]
    functions += [f"{name}: (input) => {{\n{_whole(name)}\n}}" for name in _READ]
    inside = f"{_text('lib')}\nreturn {{ {', '.join(functions)} }};"
    return f"(() => {{ globalThis.webgenChecks ??= (() => {{\n{inside}\n}})(); return 0; }})()"


def call(name: str, given: dict[str, Any]) -> str:
    """An expression that runs `js/<name>.js` with `given` as its input."""
    run = f"webgenChecks.{name}({json.dumps(given)})"
    return f"globalThis.webgenChecks ? {run} : {json.dumps(MISSING)}"


def _whole(name: str) -> str:
    return "\n".join(_text(part) for part in (*_PARTS.get(name, ()), name))


def _text(name: str) -> str:
    folder = resources.files("webgen_r1.checks").joinpath("js")
    return folder.joinpath(f"{name}.js").read_text(encoding="utf-8")

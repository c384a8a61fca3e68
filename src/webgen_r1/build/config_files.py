"""Which projects bring programs that the bundler runs, and which only bring data.

Vite, Tailwind and PostCSS are configured by files that are programs. Nearly all are in
truth data: an object in a call of `defineConfig`. A worker that only ever ran data is the
worker it was before, and builds the next project; one that ran anything else is killed
after the build. So this is not about what may run (the sandbox sees to that) but about
what may be *reused*, and it errs on the side of "unusual".

`why_unusual` looks at three things: files that configure tools (read with a real parser and
held to a short list of expressions), keys of package.json, and the few places where a source
file makes the bundler run or load code: Tailwind's and Less's directives that name a plugin,
and the options of workers and of `import.meta.glob`, which Vite evaluates.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from webgen_r1.build.config_reader import why_not_data
from webgen_r1.types import Project

SCRIPTS = r"\.(?:js|mjs|cjs|ts|mts|cts)"
DATA_CONFIG = re.compile(rf"(?:vite|tailwind|postcss)\.config{SCRIPTS}")
OTHER_CONFIG = re.compile(
    r"\.?(?:babel\.config|babelrc|swcrc|postcssrc|browserslistrc|svelte\.config|unocss?\.config"
    r"|uno\.config|windi\.config|linaria\.config|wyw-in-js\.config|vitest\.config|rollup\.config"
    r"|rolldown\.config|lightningcss\.config|svgrrc|svgo\.config)(?:\..+)?",
    re.IGNORECASE,
)
PREPROCESSED = frozenset(
    {".scss", ".sass", ".less", ".styl", ".stylus", ".pcss", ".postcss", ".sss"}
)
"""Languages that can run code, or write directives that are not there to be seen."""
PACKAGE_KEYS = ("postcss", "babel", "browserslist", "svelte", "swc", "svgr")

RUNS_CODE = re.compile(
    rb"@(?:config|plugin)\b|\b(?:Shared)?Worker\b|\bglob(?:Eager)?\b"
    # A style sheet inside an import, where its text may be encoded.
    rb"|(?i:data:text/css)"
    # One of these words spelt with escapes, which a compiler undoes before Vite looks.
    rb"|\\u00[4-7][0-9a-fA-F]|\\u\{0*[4-7][0-9a-fA-F]\}|\\x[4-7][0-9a-fA-F]"
)
MAX_CONFIG_BYTES = 64_000
HTML = re.compile(r"\.html?$", re.IGNORECASE)
ENTITY = re.compile(rb"&#|&commat")
"""The same in HTML, whose style attributes are style sheets too."""


def why_unusual(project: Project) -> str | None:
    """Why a worker that built this project must not build another, or None."""
    for path in sorted(project.files):
        content = project.files[path]
        name = PurePosixPath(path).name
        if OTHER_CONFIG.fullmatch(name):
            return f"{path} configures a tool"
        if PurePosixPath(path).suffix.lower() in PREPROCESSED:
            return f"{path} is of a language that can run code"
        if name == "package.json" and (key := _package_key(content)):
            return f"{path}: {key}"
        if DATA_CONFIG.fullmatch(name) and (reason := _why_not_data(content, path)):
            return f"{path}: {reason}"
        found = RUNS_CODE.search(content) or (HTML.search(name) and ENTITY.search(content))
        if found:
            return f"{path}: {found.group().decode()}"
    return None


def _why_not_data(content: bytes, path: str) -> str | None:
    # What is no program takes the parser long: 10 s a megabyte.
    too_long = len(content) > MAX_CONFIG_BYTES
    return "is longer than any configuration" if too_long else why_not_data(content, path)


def _package_key(content: bytes) -> str | None:
    try:
        package = json.loads(content)
    except (ValueError, RecursionError):
        return "it cannot be read"  # here; Node may, and below the root nobody else looks
    if not isinstance(package, dict):
        return None
    return next((key for key in PACKAGE_KEYS if key in package), None)

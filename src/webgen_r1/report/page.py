"""The static report: one HTML file, style and script inlined, pictures beside it.

Everything that came from a model is text here: the template escapes it, no address of a
site becomes a link, pictures are shown only from the folder of their trace, and a
content security policy forbids every script but the one that ships.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from webgen_r1 import __version__
from webgen_r1.errors import DiskError
from webgen_r1.report.stats import BIN_WIDTH, overview
from webgen_r1.report.view import Card, card
from webgen_r1.types import Trace

MAX_CARDS = 1000
"""Completions shown one by one; the overview counts all of them."""

_PICTURES = frozenset({".jpg", ".jpeg", ".png"})


def write_report(traces: Sequence[tuple[Trace, Path]], folder: Path) -> Path:
    """Write `folder`/index.html and return its path. Raises DiskError.

    Each trace comes with the folder that its screenshot paths are relative to.
    """
    page = folder / "index.html"
    cards = [card(trace, _Pictures(home, folder)) for trace, home in traces[:MAX_CARDS]]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / ".index.html.part"
        draft.write_text(_html([trace for trace, _ in traces], cards), encoding="utf-8")
        draft.replace(page)
    except OSError as error:
        raise DiskError(f"cannot write {page}: {error.strerror}") from error
    return page


class _Pictures:
    """Turns a trace's screenshot path into an address the page may show, or None."""

    def __init__(self, home: Path, folder: Path) -> None:
        self._home = home
        self._prefix = os.path.relpath(home.resolve(), folder.resolve())

    def __call__(self, relative: str | None) -> str | None:
        if relative is None or not _inside(relative):
            return None
        if not (self._home / relative).resolve().is_relative_to(self._home.resolve()):
            return None
        if not (self._home / relative).is_file():
            return None
        return quote((PurePosixPath(Path(self._prefix).as_posix()) / relative).as_posix())


def _inside(relative: str) -> bool:
    path = PurePosixPath(relative)
    plain = "\0" not in relative and "\\" not in relative
    return (
        plain
        and not path.is_absolute()
        and ".." not in path.parts
        and path.suffix.lower() in _PICTURES
    )


def _html(traces: Sequence[Trace], cards: Sequence[Card]) -> str:
    css, script = _asset("report.css"), _asset("report.js")
    numbers = overview(traces)
    return (
        _environment()
        .from_string(_asset("report.html"))
        .render(
            css=Markup(css),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            policy=_policy(css, script),
            version=__version__,
            facts=_facts(traces),
            numbers=numbers,
            bin_width=BIN_WIDTH,
            tallest=max(1, *numbers.histogram),
            cards=cards,
            hidden=len(traces) - len(cards),
        )
    )


def _policy(css: str, script: str) -> str:
    return (
        "default-src 'none'; img-src 'self' file:; base-uri 'none'; form-action 'none'; "
        f"style-src '{_hash(css)}'; script-src '{_hash(script)}'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _facts(traces: Sequence[Trace]) -> list[tuple[str, str]]:
    """What the traces were made with; several values where they differ."""
    rows = []
    for name in ("preset", "judge", "scaffold"):
        values = sorted({trace.versions[name] for trace in traces if name in trace.versions})
        if values:
            rows.append((name, ", ".join(values)))
    return rows


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["percent"] = lambda share: f"{share * 100:.0f} %"
    return environment


@cache
def _asset(name: str) -> str:
    return (files("webgen_r1.report") / "assets" / name).read_text(encoding="utf-8")

"""One self-contained HTML file: what the pages of this package have in common.

Everything that came from a model is text: templates escape it, data for the page's own
script goes into an inert JSON element, and a content security policy forbids every style
and script but those that ship, and every address but the page's own folder.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from webgen_r1 import __version__

BASE_STYLE = "base.css"

_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def render_page(
    template: str,
    values: Mapping[str, Any],
    *,
    styles: tuple[str, ...],
    scripts: tuple[str, ...],
    embedded: bool = False,
) -> str:
    """The page of `template` with assets inlined. `embedded`: pictures are data URIs only."""
    css = "".join(map(asset, (BASE_STYLE, *styles)))
    script = '"use strict";\n' + "".join(map(asset, scripts))
    return (
        environment()
        .get_template(template)
        .render(
            css=Markup(css),  # noqa: S704 - our own files
            script=Markup(script),  # noqa: S704 - our own files
            policy=policy(css, script, "data:" if embedded else "'self' file:"),
            version=__version__,
            **values,
        )
    )


def policy(css: str, script: str, pictures: str) -> str:
    """The content security policy: our own style and script, pictures from `pictures`."""
    return (
        f"default-src 'none'; img-src {pictures}; base-uri 'none'; form-action 'none'; "
        f"style-src '{_hash(css)}'; script-src '{_hash(script)}'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def island(value: Mapping[str, Any]) -> Markup:
    """`value` as JSON for an inert script element: no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPES))  # noqa: S704 - escaped on this line


@cache
def environment() -> Environment:
    """The templates of this package; everything is escaped unless it is `Markup`."""
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(asset),
    )
    made.filters["percent"] = lambda share: f"{share * 100:.0f} %"
    made.filters["lines"] = _lines
    made.globals["island"] = island
    return made


def _lines(values: Iterable[str]) -> str:
    """Several values in one attribute, each on its line."""
    return "\n".join(" ".join(value.split()) for value in values)


@cache
def asset(name: str) -> str:
    """A file of `assets/`."""
    return (files("webgen_r1.report") / "assets" / name).read_text(encoding="utf-8")

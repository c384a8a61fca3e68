"""Serious and critical violations that axe-core finds on still copies of two pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from webgen_r1.checks.evidence import Told
from webgen_r1.errors import StoreError
from webgen_r1.protocols import LiveSite

TOOLS = Path(str(resources.files("webgen_r1.checks").joinpath("tools")))
"""package.json and lock file of what the checks need from npm."""
IMPACTS = ("serious", "critical")
_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
_LEFT_OUT = (
    "color-contrast",  # costs more than all the others together; the design judge measures it
    "meta-viewport",  # its tag is not in the copy's policy, and no visitor of ours can zoom
    "frame-title",  # frames are not copied
    "video-caption",
    "no-autoplay-audio",  # media are not loaded
    "css-orientation-lock",
)
_OPTIONS = {
    "resultTypes": ["violations"],
    "preload": False,
    "iframes": False,
    "elementRef": False,
    "selectors": False,
    "runOnly": {"type": "tag", "values": list(_TAGS)},
    "rules": {rule: {"enabled": False} for rule in _LEFT_OUT},
}
_RUN = """axe.run(document, %s).then((result) => result.violations.flatMap((rule) =>
  rule.nodes.slice(0, 3).map((node) => ({
    id: rule.id, impact: node.impact ?? rule.impact,
    html: node.html.replace(/\\s+/g, " ").slice(0, 90),
  }))))"""


def read_axe(modules: Path | None) -> str:
    """Source of the axe-core in an installed `TOOLS`. Raises StoreError."""
    try:
        if modules is not None:
            return (modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    except OSError:
        pass
    raise StoreError("axe-core is not installed; run: webgen setup", code="store-missing")


async def violations(site: LiveSite, axe: str, copies: Sequence[tuple[str, str]]) -> list[Told]:
    """What `axe` (its source) finds in `copies` (route, document). Raises PageLost."""
    found: dict[str, Told] = {}
    for route, html in copies:
        for one in await site.study(axe, html, _RUN % json.dumps(_OPTIONS)):
            if one["impact"] in IMPACTS:
                found.setdefault(f"{one['id']} {one['html']}", {"route": route, **one})
    return [found[key] for key in sorted(found)]

"""One site under our hands: playing scripts, and sorting what is heard meanwhile."""

from __future__ import annotations

from typing import Any

from webgen_r1.checks.evidence import Evidence, Loss, Told
from webgen_r1.checks.scripts import MISSING, call, library
from webgen_r1.protocols import LiveSite, PageLost, Played
from webgen_r1.unicode_text import loads

LIMIT_MS = 60_000
"""Virtual time that one script may take."""
_NO_SUCH_PAGE = "webgen-no-such-page"
"""Where `navigation.js` goes on purpose; a page that complains about it is right."""


class Walk:
    """A `LiveSite` with its evidence. Methods raise PageLost."""

    def __init__(self, site: LiveSite, evidence: Evidence, known_errors: frozenset[str]) -> None:
        self.site = site
        self.found = evidence
        self._known = known_errors

    async def play(self, name: str, **given: Any) -> Played:  # noqa: ANN401 - JSON
        """Run a script that takes the page's time."""
        expression = call(name, given)
        played = await self.site.play(expression, LIMIT_MS)
        if played.value == MISSING:
            await self.site.evaluate(library())
            played = await self.site.play(expression, LIMIT_MS)
        return played

    async def read(self, name: str, **given: Any) -> Any:  # noqa: ANN401 - JSON
        """Run a script that only looks."""
        expression = call(name, given)
        value = await self.site.evaluate(expression)
        if value == MISSING:
            await self.site.evaluate(library())
            value = await self.site.evaluate(expression)
        return value

    def hear(self) -> list[Told]:
        """What our script told; an effect or a dialog shows in `effects` of what came next."""
        heard: list[Told] = []
        effects: list[str] = []
        for happening in self.site.happened():
            if happening.kind == "told":
                told = _parsed(happening.text)
                if told is not None:
                    heard.append({**told, "effects": effects})
                    effects = []
            elif happening.kind in ("effect", "dialog"):
                effects.append(happening.kind if happening.kind == "dialog" else happening.text)
            elif happening.kind in ("exception", "console"):
                effects.append("error")
                self._blame(happening.text)
        if effects:
            heard.append({"kind": "rest", "effects": effects})
        return heard

    async def enter(self, route: str) -> None:
        """Load `route` and give it time; what it says while loading is the renderer's business."""
        await self.site.go(route)
        self.site.happened()

    async def arrive(self, route: str) -> bool:
        """Go to `route` within the application, else by its address; whether it is there."""
        played = await self.play("travel", route=route)
        if played.ended == "done" and played.value:
            return True
        if played.ended == "left" and await self.site.route() == route:
            return True
        await self.enter(route)
        return await self.site.route() == route

    def lose(self, doing: str, route: str, lost: PageLost) -> None:
        """Note what the page was lost under. Raises `lost` again where nothing can follow."""
        self.found.losses.append(Loss(doing, route, lost.reason))
        if lost.reason in ("time", "killed"):
            raise lost

    def _blame(self, text: str) -> None:
        if text not in self._known and text not in self.found.errors and _NO_SUCH_PAGE not in text:
            self.found.errors.append(text)


def _parsed(text: str) -> Told | None:
    try:
        told = loads(text)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None

"""Using one page after another: buttons, search and filters, forms, state."""

from __future__ import annotations

from typing import Any

from webgen_r1.checks.evidence import Told
from webgen_r1.checks.walk import Walk
from webgen_r1.protocols import PageLost

BUTTONS = 12
"""Buttons pressed on one site, distinct by label, spread over its routes."""
FORMS = 4
_TRIES = 5
"""Starts on one page: each that is left or lost in the middle costs one."""
_PARTS = ("testPointer", "testSearch", "testLists", "testChips", "testForms", "testButtons")
_PENDING = {"press": "button", "touch": "pointer", "fill": "form", "seek": "search"}


class PagesWalk:
    """Remembers over all pages what was tried, so that nothing is tried twice."""

    def __init__(self, walk: Walk, pointer: frozenset[str]) -> None:
        self._walk = walk
        self._pointer = pointer
        self._pressed: list[str] = []
        self._forms: list[str] = []
        self._searched = False
        self._state = False

    async def use(self, route: str, pages_left: int) -> None:
        """Try what `route` offers. Raises PageLost when the site's time is over."""
        parts = list(_PARTS)
        share = max(2, (BUTTONS - len(self._pressed)) // max(1, pages_left))
        end = min(BUTTONS, len(self._pressed) + share)
        for _ in range(_TRIES):
            doing: Told | None = None
            try:
                if not await self._walk.arrive(route):
                    return
                played = await self._walk.play(
                    "page",
                    buttons=self._pressed,
                    budget=end - len(self._pressed),
                    forms=self._forms,
                    search=self._searched,
                    state=self._state,
                    pointer=route in self._pointer,
                    parts=parts,
                )
                doing = self._hear(route, parts)
            except PageLost as lost:
                doing = self._hear(route, parts)
                what = str(doing.get("name", "")) if doing else "using the page"
                self._note(route, doing, how=lost.reason)
                self._walk.lose(what, route, lost)
                await self._walk.enter("/")
                continue
            if played.ended == "done":
                if played.value == "done":
                    return
            elif played.ended == "left":
                self._note(route, doing, how="left")
            else:
                self._note(route, doing, how="late")
                await self._walk.enter("/")

    def _hear(self, route: str, parts: list[str]) -> Told | None:
        """Sort what was told; what was begun and not finished, if anything."""
        doing: Told | None = None
        for told in self._walk.hear():
            kind = told["kind"]
            if kind == "part":
                parts.remove(told["name"])
            elif kind in _PENDING or kind == "away":
                doing = told
                self._begin(told)
            elif kind == "stay":
                doing = None
            elif kind != "rest":
                doing = doing if kind == "validate" else None
                self._state = self._state or kind == "state"
                self._walk.found.tried.append((route, told))
        return doing

    def _begin(self, told: Told) -> None:
        if told["kind"] == "press":
            self._pressed.append(told["label"])
        elif told["kind"] == "fill":
            self._forms.append(told["key"])
        elif told["kind"] == "seek":
            self._searched = True
        elif told["kind"] == "away":
            self._state = True

    def _note(self, route: str, doing: Told | None, how: str) -> None:
        """What was under way when the page was left or lost."""
        if doing is None or doing["kind"] not in _PENDING:
            return
        told: dict[str, Any] = {
            "kind": _PENDING[doing["kind"]],
            "name": doing["name"],
            "how": how,
            "effects": [],
        }
        self._walk.found.tried.append((route, told))

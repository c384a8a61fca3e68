"""The navigation: every entry clicked from the landing page, and the way back."""

from __future__ import annotations

from typing import Any

from webgen_r1.checks.evidence import Told
from webgen_r1.checks.seen import Seen
from webgen_r1.checks.walk import Walk
from webgen_r1.protocols import PageLost
from webgen_r1.types import NavEntry

ENTRIES = 16
"""Entries of the navigation that are tried."""
SAME = 0.95
"""Pages whose words agree to this share are the same page."""
HOME = 0.8
"""And to this share, the landing page again: some of it may have changed meanwhile."""


class MenuWalk:
    """Tries the entries one after another; a page that is left or lost costs only its entry."""

    def __init__(self, walk: Walk, seen: Seen) -> None:
        self._walk = walk
        self._seen = seen
        self._landing: list[str] = []
        self._given: dict[str, Any] = {"first": 0, "limit": ENTRIES, "landing": None}
        self._home = ""

    async def run(self) -> None:
        """Fills in `found.entries`. Raises PageLost when the site's time is over."""
        for _ in range(ENTRIES + 2):
            try:
                if await self._some():
                    return
            except PageLost as lost:
                pending = self._hear()
                if pending is not None:
                    self._add(pending, "error", back=False)
                    self._walk.lose(f"a click on “{pending['label']}”", "/", lost)
                else:
                    self._walk.lose("the navigation", "/", lost)
                    return
                await self._walk.enter("/")

    async def _some(self) -> bool:
        """Entries up to the first that leaves the document; whether there are no more."""
        played = await self._walk.play("navigation", **self._given)
        pending = self._hear()
        if played.ended == "done" and pending is None:
            if played.value == "done":
                return True
        elif played.ended == "left" and pending is not None:
            if await self._elsewhere(pending):
                return False
        elif pending is not None:
            self._add(pending, "error", back=False)
        elif played.ended == "late":
            return True
        await self._walk.enter("/")
        return False

    async def _elsewhere(self, pending: Told) -> bool:
        """An entry led to another document, or the way home did; whether we are at home."""
        here = await self._walk.read("here")
        if pending["kind"] == "at":  # it was on the way back
            back = self._is_home(here)
            self._add(pending, self._outcome(pending), back)
            return back
        told = {**pending, "how": "route", "same": alike(here["words"], self._landing)}
        told["isHome"] = here["place"] == self._home
        told["blank"] = not here["words"]
        outcome = self._outcome(told)
        await self._walk.play("home", home=self._home)
        back = self._is_home(await self._walk.read("here"))
        self._add(told, outcome, back)
        return back

    def _is_home(self, here: Told) -> bool:
        return here["place"] == self._home and alike(here["words"], self._landing) >= HOME

    def _hear(self) -> Told | None:
        """Take note of finished entries; the one that was under way, if any."""
        pending: Told | None = None
        for told in self._walk.hear():
            if told["kind"] == "landing":
                self._landing, self._home = told["words"], told["home"]
                self._given |= {"landing": told["words"], "nowhere": told["nowhere"]}
            elif told["kind"] == "entry":
                if pending is not None:
                    told["effects"] = [*pending["effects"], *told["effects"]]
                pending = None
                self._scrolled(told)
                if not _is_control(told):
                    self._add(told, self._outcome(told), bool(told["back"]))
                self._given["first"] = told["index"] + 1
            elif told["kind"] in ("try", "at"):
                pending = {**told, "effects": told["effects"] if told["kind"] == "at" else []}
        if pending is not None:
            self._given["first"] = pending["index"] + 1
        return pending

    def _outcome(self, told: Told) -> str:
        how, route = told["how"], self._route(told["target"])
        if how == "external":
            return "external"
        if how == "anchor" or told.get("isHome"):
            return "reached"
        if how == "gone":
            return "dead"
        if told["target"] in {link for _, link in self._seen.broken}:
            return "dead"
        if route in self._seen.failed:
            return "error"
        if told["blank"]:
            return "error" if "error" in told["effects"] else "dead"
        if told.get("nowhere", 0) >= SAME:
            return "dead"
        if how == "scroll" or ("scroll" in told["effects"] and not told["link"]):
            return "reached"
        return "reached" if told["same"] < SAME else "same"

    def _scrolled(self, told: Told) -> None:
        """What a button scrolled to is a place of its own."""
        if not told["link"] and told["how"] != "route" and "scroll" in told["effects"]:
            told["how"] = "scroll"

    def _route(self, target: str) -> str:
        return "/" + target.partition("#/")[2].strip("/") if "#/" in target else target

    def _add(self, told: Told, outcome: Any, back: bool) -> None:  # noqa: ANN401
        entry = NavEntry(
            label=str(told["label"])[:80],
            target=str(told["target"])[:300],
            outcome=outcome,
            back=back,
        )
        self._walk.found.entries.append(entry)


def _is_control(told: Told) -> bool:
    """A button that opens or toggles something instead of leading somewhere."""
    if told["link"] or told["how"] in ("route", "scroll", "external", "anchor", "gone"):
        return False
    if told["how"] == "" and not told["effects"]:
        return not told.get("menu")  # a dead button of a menu is a dead entry
    return float(told["same"]) >= 0.8


def alike(one: list[str], other: list[str]) -> float:
    """Share of what two pages say that both say (as `alike` of `js/lib.js`)."""
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a or b else 1.0

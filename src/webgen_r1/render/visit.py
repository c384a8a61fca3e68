"""What is known about one route while a site is being visited."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from webgen_r1.render.evidence import Sight
from webgen_r1.render.observer import MAX_ENTRIES, Observer
from webgen_r1.types import Page, PageStatus, RenderedPage


@dataclass
class Visit:
    """One route so far; in the end a `RenderedPage`."""

    route: str
    status: PageStatus = "unreachable"
    sight: Sight | None = None
    via: list[Literal["link", "direct"]] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    external: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Codes of findings about this page."""
    broken: list[str] = field(default_factory=list)

    def collect(self, observer: Observer) -> None:
        """Add what was observed since the tab's present visit began."""
        record = observer.record
        for into, what in (
            (self.console, observer.console_errors()),
            (self.exceptions, observer.exceptions()),
            (self.failed, tuple(record.failed)),
            (self.external, tuple(record.external)),
            (self.notes, tuple(record.notes)),
        ):
            into += [text for text in what if text not in into][: MAX_ENTRIES - len(into)]

    def rendered(self) -> RenderedPage:
        """The page with its pictures and measurements."""
        sight = self.sight
        page = Page(
            route=self.route,
            status=self.status,
            title=sight.title if sight else "",
            via=tuple(self.via),
            console_errors=tuple(self.console),
            exceptions=tuple(self.exceptions),
            failed_requests=tuple(self.failed),
            external_requests=tuple(self.external),
            broken_links=tuple(dict.fromkeys(self.broken)),
            text=sight.text if sight else "",
            metrics=sight.metrics if sight else {},
        )
        if sight is None:
            return RenderedPage(page)
        return RenderedPage(page, sight.viewport, sight.full, sight.facts)

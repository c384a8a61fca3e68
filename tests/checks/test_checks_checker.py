"""The tour over a site that is only pretended: order, trouble, and what is kept of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from webgen_r1.checks import SiteChecker
from webgen_r1.checks.scripts import library
from webgen_r1.errors import StoreError
from webgen_r1.protocols import Checker, Happening, LiveSite, PageLost, Played, SiteOpener
from webgen_r1.render import BrowserRenderer, FakeOpener, FakeSite, fake_page
from webgen_r1.types import BuildResult, CheckReport, RenderResult

BUILD = BuildResult({"index.html": b"<h1>Hello</h1>"})
RENDER = RenderResult(tuple(replace(fake_page(route), facts=None) for route in ("/", "/about")))
_NAME = re.compile(r"webgenChecks\.(\w+)\((.*)\) : ")

Script = Callable[[dict[str, Any]], tuple[Any, Sequence[dict[str, Any]]]]


def reply(**scripts: Script) -> Callable[[str], tuple[Played, list[Happening]]]:
    """Answers by name of script; a script that is not named does nothing."""

    def answer(expression: str) -> tuple[Played, list[Happening]]:
        called = _NAME.search(expression)
        if called is None:
            return Played("done", 0), []
        script = scripts.get(called[1], _idle(called[1]))
        value, told = script(json.loads(called[2]))
        happened = [Happening("told", json.dumps(one)) for one in told]
        return value if isinstance(value, Played) else Played("done", value), happened

    return answer


def _idle(name: str) -> Script:
    fits = {"over": 0, "cut": [], "overlaps": [], "offender": ""}
    values: dict[str, Any] = {
        "navigation": "done",
        "page": "done",
        "travel": True,
        "mobile": fits,
        "keyboard": {"presses": 0},
    }
    return lambda _: (values.get(name), [])


async def run(site: LiveSite) -> CheckReport:
    async with SiteChecker(FakeOpener(site)) as checker:
        return await checker.check(BUILD, RENDER)


def status(report: CheckReport) -> dict[str, str]:
    return {check.code: check.status for check in report.checks}


def test_the_parts_fit_their_protocols() -> None:
    assert isinstance(SiteChecker(FakeOpener(FakeSite(reply()))), Checker)
    assert isinstance(FakeOpener(FakeSite(reply())), SiteOpener)
    assert isinstance(BrowserRenderer(), SiteOpener)


async def test_a_site_with_nothing_on_it() -> None:
    site = FakeSite(reply())
    report = await run(site)
    assert status(report)["mobile"] == "pass"
    assert status(report)["buttons-respond"] == "absent"
    assert site.done == [("go", "/"), ("resize", "375", "667")]


async def test_the_library_is_loaded_where_it_is_missing() -> None:
    given = reply()
    loaded: list[str] = []

    def answer(expression: str) -> tuple[Played, Sequence[Happening]]:
        if expression == library():
            loaded.append(expression)
        elif not loaded and "webgenChecks" in expression:
            return Played("done", "webgen: no library"), []
        return given(expression)

    assert status(await run(FakeSite(answer)))["mobile"] == "pass"
    assert len(loaded) == 1


async def test_a_button_under_which_the_page_hangs_fails_and_the_tour_goes_on() -> None:
    def page(given: dict[str, Any]) -> tuple[Any, Sequence[dict[str, Any]]]:
        if given["buttons"]:
            return "done", []
        return Played("late"), [{"kind": "press", "label": "Go", "name": "button “Go”"}]

    report = await run(FakeSite(reply(page=page)))
    found = next(check for check in report.checks if check.code == "buttons-respond")
    assert found.examples == ("button “Go” on /: the page never rests",)
    assert status(report)["mobile"] == "pass"


async def test_a_button_is_pressed_once_however_often_its_page_is_left() -> None:
    budgets: list[int] = []

    def page(given: dict[str, Any]) -> tuple[Any, Sequence[dict[str, Any]]]:
        budgets.append(given["budget"])
        label = f"b{len(given['buttons'])}"
        return Played("left"), [{"kind": "press", "label": label, "name": label}]

    report = await run(FakeSite(reply(page=page)))
    assert len(budgets) <= 10
    assert status(report)["buttons-respond"] == "pass"


@pytest.mark.parametrize("reason", ["time", "killed"])
async def test_what_was_found_before_the_end_is_kept(reason: Any) -> None:
    entry = {"kind": "entry", "index": 0, "label": "About", "target": "/about", "link": True}
    entry |= {"how": "route", "same": 0, "back": True, "blank": False}

    def keyboard(_: dict[str, Any]) -> tuple[Any, Sequence[dict[str, Any]]]:
        raise PageLost(reason)

    site = FakeSite(reply(navigation=lambda _: ("done", [entry]), keyboard=keyboard))
    report = await run(site)
    assert [entry.outcome for entry in report.navigation] == ["reached"]
    assert status(report)["navigation"] == "pass"
    assert status(report)["mobile"] == "absent"


async def test_a_site_that_kills_every_browser_has_a_report_too() -> None:
    class Killed(FakeOpener):
        async def visit(self, build: Any, work: Any, limit_s: float) -> Any:
            raise PageLost("killed")

    async with SiteChecker(Killed(FakeSite(reply()))) as checker:
        report = await checker.check(BUILD, RENDER)
    found = next(check for check in report.checks if check.code == "no-errors")
    assert found.examples == ("using the site on /: the browser dies",)
    assert report.navigation == ()


async def test_errors_that_the_renderer_has_reported_are_not_reported_again() -> None:
    page = replace(fake_page("/", exceptions=("Error: old",)), facts=None)
    render = RenderResult((page,))
    given = reply()

    def answer(expression: str) -> tuple[Played, Sequence[Happening]]:
        played, happened = given(expression)
        if "webgenChecks.page(" in expression:
            happened += [Happening("exception", "Error: old"), Happening("console", "new")]
        return played, happened

    async with SiteChecker(FakeOpener(FakeSite(answer))) as checker:
        report = await checker.check(BUILD, render)
    found = next(check for check in report.checks if check.code == "no-errors")
    assert found.examples == ("new",)


async def test_axe_must_be_installed_where_a_store_is_given(tmp_path: Path) -> None:
    class Empty:
        def tools(self, folder: Path) -> Path | None:
            return tmp_path if (tmp_path / folder.name).is_dir() else None

    with pytest.raises(StoreError, match="webgen setup"):
        await SiteChecker(FakeOpener(FakeSite(reply())), Empty()).__aenter__()

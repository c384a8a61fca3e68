"""What each check says of given evidence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.checks.evidence import Evidence, Loss
from webgen_r1.checks.seen import Seen, seen
from webgen_r1.checks.verdicts import EXAMPLES, verdicts
from webgen_r1.render import fake_page
from webgen_r1.types import Check, NavEntry, RenderResult

CODES = (
    "navigation",
    "dead-links",
    "buttons-respond",
    "forms-validate",
    "forms-submit",
    "search-filters",
    "state-survives",
    "keyboard",
    "accessibility",
    "mobile",
    "no-errors",
)


def check(code: str, found: Evidence, known: Seen | None = None) -> Check:
    checks = {check.code: check for check in verdicts(found, known or Seen(("/",)))}
    return checks[code]


def told(kind: str, **fields: Any) -> Evidence:
    return Evidence(tried=[("/", {"kind": kind, "name": "it", "effects": [], **fields})])


def entry(outcome: Any, back: bool = True) -> NavEntry:
    return NavEntry(label="About", target="/about", outcome=outcome, back=back)


def test_a_site_on_which_nothing_was_tried_has_every_check_absent() -> None:
    found = verdicts(Evidence(), Seen(("/",)))
    assert tuple(check.code for check in found) == CODES
    assert {check.status for check in found} == {"absent"}


@pytest.mark.parametrize(
    ("entries", "status"),
    [
        ([entry("reached")], "pass"),
        ([entry("reached", back=False)], "fail"),
        ([entry("reached"), entry("dead")], "fail"),
        ([entry("reached"), entry("same")], "fail"),
        ([entry("reached"), entry("error")], "fail"),
        ([entry("reached"), entry("external", back=False)], "pass"),
        ([entry("external", back=False)], "absent"),
    ],
)
def test_navigation_wants_every_internal_entry_reached_and_back(
    entries: list[NavEntry], status: str
) -> None:
    assert check("navigation", Evidence(entries=entries)).status == status


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"how": "document"}, "pass"),
        ({"how": ""}, "fail"),
        ({"how": "", "effects": ["print"]}, "pass"),
        ({"how": "", "effects": ["error"]}, "fail"),
        ({"how": "hung"}, "fail"),
        ({"how": "left"}, "pass"),
        ({"how": "", "quiet": True}, "absent"),
    ],
)
def test_a_button_must_do_something(fields: dict[str, Any], status: str) -> None:
    assert check("buttons-respond", told("button", **fields)).status == status


QUIET = {"refused": False, "problem": False, "success": False, "route": False, "said": []}


@pytest.mark.parametrize(
    ("empty", "mail", "status"),
    [
        ({"refused": True}, None, "pass"),
        ({"problem": True}, {"refused": True}, "pass"),
        ({"said": ["Who are you?"]}, None, "pass"),
        ({"refused": True}, {"success": True}, "fail"),
        ({"success": True, "said": ["Thank you"]}, None, "fail"),
        ({}, None, "fail"),
    ],
)
def test_a_form_must_refuse_what_is_empty_or_wrong(
    empty: dict[str, Any], mail: dict[str, Any] | None, status: str
) -> None:
    found = told("validate", wanted=True, empty=QUIET | empty, mail=mail and QUIET | mail)
    assert check("forms-validate", found).status == status


@pytest.mark.parametrize(
    ("full", "effects", "status"),
    [
        ({"said": ["Thank you"], "success": True}, [], "pass"),
        ({"cleared": True}, [], "pass"),
        ({"gone": True}, [], "pass"),
        ({"route": True}, [], "pass"),
        ({}, ["dialog"], "pass"),
        ({}, [], "fail"),
        ({"problem": True, "said": ["Use a postcode"]}, [], "absent"),
        ({"refused": True}, [], "absent"),
    ],
)
def test_something_must_follow_a_form_that_is_filled_in(
    full: dict[str, Any], effects: list[str], status: str
) -> None:
    full = QUIET | {"gone": False, "cleared": False} | full
    found = told("submit", full=full, effects=effects)
    assert check("forms-submit", found).status == status


def test_search_must_change_the_list() -> None:
    fields = {"word": "fern", "kept": True, "led": False, "items": 3}
    works = told("search", narrowed=True, emptied=True, **fields)
    idle = told("search", narrowed=False, emptied=False, **fields)
    loses = told("search", narrowed=True, emptied=False, **{**fields, "kept": False})
    assert [check("search-filters", f).status for f in (works, idle, loses)] == [
        "pass",
        "fail",
        "fail",
    ]


def test_axe_is_absent_where_it_was_not_run_and_passes_where_it_found_nothing() -> None:
    assert check("accessibility", Evidence()).status == "absent"
    assert check("accessibility", Evidence(violations=[])).status == "pass"


def test_errors_count_only_where_something_was_done() -> None:
    assert check("no-errors", Evidence(entries=[entry("reached")])).status == "pass"
    assert check("no-errors", Evidence(errors=["boom"])).status == "fail"


def test_a_narrow_screen_fails_by_any_of_its_pages() -> None:
    fits: dict[str, Any] = {"over": 0, "cut": [], "overlaps": [], "offender": ""}
    good = Evidence(narrow=[("/", fits)], menu={"usable": True, "how": "links"})
    wide = Evidence(narrow=[("/", fits), ("/b", {**fits, "over": 40})])
    shut = Evidence(narrow=[("/", fits)], menu={"usable": False, "how": "no menu button"})
    assert [check("mobile", found).status for found in (good, wide, shut)] == [
        "pass",
        "fail",
        "fail",
    ]


def test_what_ended_early_says_so() -> None:
    found = Evidence(over="time", losses=[Loss("x", "/", "time")])
    assert check("buttons-respond", found).message == "the site's time ended before"


@given(st.lists(st.text(max_size=300), min_size=1, max_size=20))
def test_examples_are_few_short_and_printable(labels: list[str]) -> None:
    tried = [("/", {"kind": "button", "name": label, "how": "", "effects": []}) for label in labels]
    found = check("buttons-respond", Evidence(tried=list(tried)))
    assert 1 <= len(found.examples) <= EXAMPLES
    assert all(text.isprintable() and len(text) <= 200 for text in found.examples)


def test_pages_of_the_render_are_sorted_by_what_became_of_them() -> None:
    render = RenderResult(
        (
            fake_page("/"),
            fake_page("/a", status="blank"),
            fake_page("/b", status="error", exceptions=("Error: x",)),
        )
    )
    known = seen(render)
    assert (known.routes, known.blank, known.failed) == (
        ("/",),
        frozenset({"/a"}),
        frozenset({"/b"}),
    )
    assert known.errors == {"Error: x"}

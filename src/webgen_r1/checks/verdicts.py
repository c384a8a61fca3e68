"""From what was found to what each check says. Pure: one function for each check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from webgen_r1.checks.evidence import Evidence, Told
from webgen_r1.checks.seen import Seen
from webgen_r1.types import Check

EXAMPLES = 5
_HUNG = {
    "hung": "the page hangs",
    "crashed": "the page crashes",
    "time": "the page hangs",
    "killed": "the browser dies",
    "late": "the page never rests",
}


def verdicts(found: Evidence, seen: Seen) -> tuple[Check, ...]:
    """Every check, in the order of docs/checks.md."""
    return (
        navigation(found),
        dead_links(seen),
        buttons_respond(found),
        forms_validate(found),
        forms_submit(found),
        search_filters(found),
        state_survives(found),
        keyboard(found),
        accessibility(found),
        mobile(found),
        no_errors(found),
    )


def navigation(found: Evidence) -> Check:
    inside = [entry for entry in found.entries if entry.outcome != "external"]
    why = {"same": "changes nothing", "dead": "leads nowhere", "error": "leads to an error"}
    bad = [f"“{e.label}” {why[e.outcome]}" for e in inside if e.outcome != "reached"]
    bad += [f"“{e.label}” has no way back" for e in inside if e.outcome == "reached" and not e.back]
    return _verdict("navigation", len(inside), bad, "entries of the navigation", found)


def dead_links(seen: Seen) -> Check:
    bad = [f"a link to “{link}” on {route}" for route, link in seen.broken]
    links = len(seen.routes) > 1 or bool(bad)
    return _verdict("dead-links", int(links), bad, "links within the site")


def buttons_respond(found: Evidence) -> Check:
    tried = [(r, t) for r, t in found.told("button") if not t.get("quiet") or t["effects"]]
    bad = [
        f"{t['name']} on {r}: {_HUNG.get(t['how'], 'nothing happens')}"
        for r, t in tried
        if t["how"] in _HUNG or not (t["how"] or set(t["effects"]) - {"error"})
    ]
    return _verdict("buttons-respond", len(tried), bad, "buttons", found)


def forms_validate(found: Evidence) -> Check:
    tried = [(r, t) for r, t in found.told("validate") if t["wanted"]]
    bad = []
    for route, told in tried:
        for state, what in ((told["empty"], "empty"), (told["mail"], "with a wrong e-mail")):
            if state and not _refuses(state, told):
                bad.append(f"{told['name']} on {route}: {what}, it is not refused")
                break
    return _verdict("forms-validate", len(tried), bad, "forms", found)


def _refuses(state: Told, told: Told) -> bool:
    if state["refused"]:
        return True
    if state["success"] or state["route"]:
        return False
    return bool(state["problem"] or state["said"]) or "dialog" in told["effects"]


def forms_submit(found: Evidence) -> Check:
    tried = [(r, t) for r, t in found.told("submit") if not t.get("skipped") and not _blocked(t)]
    bad = [f"{t['name']} on {r}: nothing follows" for r, t in tried if not _follows(t)]
    lost = [(r, t) for r, t in found.told("form") if t["how"] != "left"]
    bad += [f"{t['name']} on {r}: {_HUNG.get(t['how'], t['how'])}" for r, t in lost]
    return _verdict("forms-submit", len(tried) + len(lost), bad, "forms", found)


def _blocked(told: Told) -> bool:
    """Refused although every field is filled: it wants something that we cannot know."""
    full = told["full"]
    done = full["success"] or full["route"] or full["gone"] or full["cleared"]
    return bool((full["refused"] or full["problem"]) and not done)


def _follows(told: Told) -> bool:
    full = told["full"]
    effects = set(told["effects"]) - {"error", "scroll"}
    return bool(full["said"] or full["route"] or full["gone"] or full["cleared"] or effects)


def search_filters(found: Evidence) -> Check:
    bad, tried = [], 0
    for route, told in found.told("search"):
        tried += 1
        if told.get("how"):
            bad.append(f"{told['name']} on {route}: {_HUNG.get(told['how'], 'leaves the site')}")
        elif not (told["led"] or told["emptied"] or told["narrowed"]):
            bad.append(f"{told['name']} on {route}: typing nonsense changes nothing")
        elif told["narrowed"] and told["kept"] is False and not told["led"]:
            bad.append(f"{told['name']} on {route}: “{told['word']}” finds nothing that says so")
    for route, told in found.told("filter"):
        tried += 1
        if not told["changed"]:
            bad.append(f"{told['name']} on {route}: choosing another one changes nothing")
    return _verdict("search-filters", tried, bad, "searches and filters", found)


def state_survives(found: Evidence) -> Check:
    tried = found.told("state")
    bad = [
        f"{t['what']} on {r}: “{t['expected']}” became “{t['now']}”"
        for r, t in tried
        if not t["kept"]
    ]
    return _verdict("state-survives", len(tried), bad, "things entered")


def keyboard(found: Evidence) -> Check:
    bad, tried = [], 0
    if found.keyboard is not None:
        tried += 1
        bad += [f"the Tab key does not reach {name}" for name in found.keyboard["missed"]]
        link = found.keyboard.get("link")
        if link and not link["activated"]:
            bad.append(f"the Enter key does nothing on {link['name']}")
    pointer = [(r, t) for r, t in found.told("pointer") if t["how"]]
    bad += [f"{t['name']} on {r} can be used by mouse only" for r, t in pointer]
    return _verdict("keyboard", tried + len(pointer), bad, "ways by keyboard", found)


def accessibility(found: Evidence) -> Check:
    if found.violations is None:
        return Check(code="accessibility", status="absent", message="axe-core was not run")
    bad = [f"{v['id']} on {v['route']}: {v['html']}" for v in found.violations]
    return _verdict("accessibility", 1, bad, "pages without serious violations")


def mobile(found: Evidence) -> Check:
    bad = []
    for route, told in found.narrow:
        if told["over"] > 1:
            bad.append(f"{route} scrolls sideways by {told['over']:.0f} px ({told['offender']})")
        bad += [f"{route}: {name} is cut off" for name in told["cut"]]
        bad += [f"{route}: {pair} overlap" for pair in told["overlaps"]]
    if found.menu is not None and not found.menu["usable"]:
        bad.append(f"the navigation cannot be reached: {found.menu['how']}")
    return _verdict("mobile", len(found.narrow), bad, "pages at 375 x 667", found)


def no_errors(found: Evidence) -> Check:
    acted = bool(found.entries or found.tried or found.keyboard)
    lost = [
        f"{loss.doing} on {loss.route}: {_HUNG[loss.reason]}"
        for loss in found.losses
        if loss.reason in ("hung", "crashed", "killed")
    ]
    bad = [*found.errors, *lost]
    return _verdict("no-errors", int(acted), bad, "errors while the site was used")


def _verdict(
    code: str, tried: int, bad: Sequence[str], what: str, found: Evidence | None = None
) -> Check:
    """Fail where anything is wrong, absent where nothing was there to try."""
    status: Literal["pass", "fail", "absent"] = "fail" if bad else "pass" if tried else "absent"
    if status == "absent":
        message = "the site's time ended before" if found and found.over else f"no {what}"
    elif status == "pass":
        message = f"{what}: {tried} tried"
    else:
        message = f"{what}: {len(bad)} wrong, {tried} tried"
    return Check(code=code, status=status, message=message, examples=tuple(_clean(bad)))


def _clean(texts: Iterable[str]) -> list[str]:
    """The first few, in one line each: what a site says is not to be trusted with a terminal."""
    found = dict.fromkeys(
        "".join(c if c.isprintable() else " " for c in text)[:200] for text in texts
    )
    return list(found)[:EXAMPLES]

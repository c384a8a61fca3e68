"""Findings of the render stage: their codes, and which of them are errors.

An error makes a site not functional (`s_func` = 0); a warning is only reported.
"""

from __future__ import annotations

from webgen_r1.types import Failure, Page

MESSAGES = {
    "navigated-away": "the page sends the visitor to another site",
    "navigation-loop": "the page reloads or redirects without end",
    "console-overridden": "the page replaces console.error; what it hides is still counted",
    "dialog": "the page opens a dialog (alert, confirm or prompt) by itself",
    "direct-url-fails": "works by its link but not when its address is opened directly",
    "link-fails": "opens by its address but not by its link",
    "route-not-reached": "is declared, but no link leads there and its address shows nothing",
    "broken-link": "leads to no page",
    "browser-killed": "the site brings the whole browser down",
}
_ERRORS = frozenset({"navigation-loop", "navigated-away", "browser-killed"})


def finding(code: str, route: str, detail: str = "") -> Failure:
    """A failure with the usual wording for `code`."""
    message = f"{route}: {MESSAGES[code]}" + (f" ({detail})" if detail else "")
    severity = "error" if code in _ERRORS else "warning"
    return Failure(stage="render", code=code, message=message, severity=severity)


def page_failures(page: Page) -> list[Failure]:
    """What is wrong with one page by itself."""
    found: list[tuple[str, str]] = []
    if page.status == "blank":
        found.append(("page-blank", "nothing is visible"))
    elif page.status == "error":
        found.append(("page-error", "an error left nothing useful on the page"))
    elif page.status == "timeout":
        found.append(("page-timeout", "the page does not come to rest"))
    elif page.status == "crashed":
        found.append(("page-crashed", "the page's process died, usually for lack of memory"))
    elif page.status == "unreachable":
        found.append(("page-unreachable", "neither its link nor its address leads there"))
    found += [("uncaught-exception", text) for text in page.exceptions]
    found += [("console-error", text) for text in page.console_errors]
    found += [("request-failed", text) for text in page.failed_requests]
    return [
        Failure(stage="render", code=code, message=f"{page.route}: {text}") for code, text in found
    ]

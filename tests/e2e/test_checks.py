"""Every check in a real browser: a site that passes, one that fails, one without the thing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from check_sites import ABOUT, HOME, SHOP, application, documents, site

from webgen_r1.build import DependencyStore
from webgen_r1.checks import TOOLS, SiteChecker
from webgen_r1.config import RenderConfig, SandboxConfig
from webgen_r1.render import BrowserRenderer
from webgen_r1.sandbox import find_sandbox
from webgen_r1.types import BuildResult, Check, CheckReport, Project

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def renderer() -> AsyncIterator[BrowserRenderer]:
    config = RenderConfig(page_timeout_s=4.0, concurrency=2)
    async with BrowserRenderer(config, find_sandbox(SandboxConfig())) as it:
        yield it


async def report(renderer: BrowserRenderer, build: BuildResult, *routes: str) -> CheckReport:
    """What is checked on a site; `routes` as React Router would declare them."""
    declared = "".join(f'<Route path="{route}" element={{<P/>}} />' for route in routes)
    project = Project({"src/App.tsx": f"const a = <Routes>{declared}</Routes>".encode()})
    store = DependencyStore()
    await store.prepare_tools(TOOLS)
    async with SiteChecker(renderer, store) as checker:
        return await checker.check(build, await renderer.render(build, project))


def one(found: CheckReport, code: str) -> Check:
    return next(check for check in found.checks if check.code == code)


async def status(renderer: BrowserRenderer, build: BuildResult, code: str, wanted: str) -> Check:
    check = one(await report(renderer, build), code)
    assert check.status == wanted, (check.message, check.examples)
    return check


# ── the whole ───────────────────────────────────────────────────────────────────────


async def test_a_plain_good_site_passes_what_applies(renderer: BrowserRenderer) -> None:
    found = await report(renderer, SHOP, "/", "/about")
    assert {c.code: c.status for c in found.checks} == {
        "navigation": "pass",
        "dead-links": "pass",
        "buttons-respond": "absent",
        "forms-validate": "absent",
        "forms-submit": "absent",
        "search-filters": "absent",
        "state-survives": "absent",
        "keyboard": "pass",
        "accessibility": "pass",
        "mobile": "pass",
        "no-errors": "pass",
    }
    assert found.share == 1.0


RICH = application(
    {
        "/": HOME + "<button onclick=\"this.textContent += '!'\">Count</button><input type=search>",
        "/about": ABOUT + "<form><input required><button>Send</button></form>",
    }
)


async def test_two_checks_of_one_site_say_the_same(renderer: BrowserRenderer) -> None:
    assert await report(renderer, RICH, "/") == await report(renderer, RICH, "/")


# ── navigation and links ────────────────────────────────────────────────────────────


def entries(found: CheckReport) -> dict[str, tuple[str, bool]]:
    return {entry.label: (entry.outcome, entry.back) for entry in found.navigation}


async def test_entries_are_told_apart(renderer: BrowserRenderer) -> None:
    nav = (
        "<nav><a href=/>Home</a><a href=/about>About</a><a href=/gone>Gone</a><a href='#'>Nothing"
        "</a><a href='#part'>Part</a><a href='https://example.com/'>Elsewhere</a><button>Dead"
        "</button><a href=/broken>Broken</a></nav>"
    )
    script = "window.arrive = (p) => { if (p === '/broken') { page.innerHTML = ''; throw 1 } };"
    build = application({"/": HOME + "<h2 id=part>Part</h2>", "/about": ABOUT}, nav, script)
    found = await report(renderer, build)
    assert entries(found) == {
        "Home": ("reached", True),
        "About": ("reached", True),
        "Gone": ("dead", True),
        "Nothing": ("same", True),
        "Part": ("reached", True),
        "Elsewhere": ("external", False),
        "Dead": ("same", True),
        "Broken": ("error", True),
    }
    assert one(found, "navigation").status == "fail"


async def test_documents_of_their_own_are_reached_and_left(renderer: BrowserRenderer) -> None:
    found = await report(renderer, documents({"/": HOME, "/about": ABOUT}))
    assert entries(found) == {"Home": ("reached", True), "About": ("reached", True)}


async def test_a_page_without_a_way_back(renderer: BrowserRenderer) -> None:
    build = application(
        {"/": HOME, "/about": ABOUT},
        script="addEventListener('popstate', (e) => e.stopImmediatePropagation());"
        "window.arrive = (p) => { if (p === '/about') document.querySelector('header').remove() };",
    )
    found = await report(renderer, build)
    assert entries(found)["About"] == ("reached", False)


async def test_a_site_without_navigation(renderer: BrowserRenderer) -> None:
    await status(renderer, site("<main><h1>One page</h1></main>"), "navigation", "absent")


async def test_a_hash_router(renderer: BrowserRenderer) -> None:
    script = (
        "const show = () => page.innerHTML = location.hash === '#/about' ? '<h1>About us</h1>'"
        ": '<h1>Welcome</h1><p>to the shop</p>'; addEventListener('hashchange', show);"
        "addEventListener('popstate', show); show();"
    )
    nav = "<nav><a href='#/'>Home</a><a href='#/about'>About</a></nav><main id=page></main>"
    found = await report(renderer, site(nav, script))
    assert entries(found) == {"Home": ("reached", True), "About": ("reached", True)}


async def test_dead_links(renderer: BrowserRenderer) -> None:
    build = application({"/": HOME + "<a href=/gone>gone</a>", "/about": ABOUT})
    found = one(await report(renderer, build, "/", "/about"), "dead-links")
    assert (found.status, found.examples) == ("fail", ("a link to “/gone” on /",))


# ── buttons ─────────────────────────────────────────────────────────────────────────

RESPONDING = {
    "text": "this.textContent = 'done'",
    "attribute": "this.setAttribute('aria-expanded', 'true')",
    "late": "setTimeout(() => this.textContent = 'done', 500)",
    "route": "history.pushState(null, '', '/x'); dispatchEvent(new PopStateEvent('popstate'))",
    "document": "location.href = '/about'",
    "dialog": "alert('hello')",
    "print": "print()",
    "clipboard": "navigator.clipboard.writeText('x')",
    "download": "Object.assign(document.createElement('a'), {download: 'x'}).click()",
    "scroll": "scrollTo({top: 0, behavior: 'smooth'})",
}


@pytest.mark.parametrize("action", RESPONDING.values(), ids=RESPONDING)
async def test_a_button_that_does_something(renderer: BrowserRenderer, action: str) -> None:
    build = application({"/": f'{HOME}<button onclick="{action}">Go</button>', "/about": ABOUT})
    await status(renderer, build, "buttons-respond", "pass")


async def test_a_button_that_does_nothing(renderer: BrowserRenderer) -> None:
    ticking = "setInterval(() => clock.textContent = Date.now(), 100)"
    build = site("<h1>Hi</h1><p id=clock></p><button>Buy now</button>", ticking)
    check = await status(renderer, build, "buttons-respond", "fail")
    assert check.examples == ("button “Buy now” on /: nothing happens",)


async def test_the_chosen_one_of_a_row_is_not_dead(renderer: BrowserRenderer) -> None:
    script = (
        "for (const b of document.querySelectorAll('button')) b.onclick = () => "
        "{ if (out.textContent !== b.textContent) out.textContent = b.textContent }"
    )
    body = "<h1>Hi</h1><p id=out>Day</p><div><button>Day</button><button>Week</button></div>"
    await status(renderer, site(body, script), "buttons-respond", "pass")


async def test_a_button_that_hangs_the_page(renderer: BrowserRenderer) -> None:
    build = site("<h1>Hi</h1><button onclick='while (true) {}'>Freeze</button>")
    check = await status(renderer, build, "buttons-respond", "fail")
    assert check.examples == ("button “Freeze” on /: the page hangs",)


# ── forms ───────────────────────────────────────────────────────────────────────────

FORM = (
    "<h1>Contact</h1><form><label>Name <input name=name %s></label>"
    "<label>E-mail <input name=email %s></label><button>Send</button></form><p id=out></p>"
)
SENDS = (
    "const f = document.forms[0]; f.onsubmit = (e) => { e.preventDefault(); %s"
    " out.textContent = 'Thank you, ' + f.name.value }"
)
CHECKS = (
    "if (!f.elements.name.value || !/@/.test(f.elements.email.value))"
    " return out.textContent = 'Please check what you wrote';"
)


async def test_native_validation(renderer: BrowserRenderer) -> None:
    build = site(FORM % ("required", "type=email required"), SENDS % "")
    found = await report(renderer, build)
    assert (one(found, "forms-validate").status, one(found, "forms-submit").status) == (
        "pass",
        "pass",
    )


async def test_validation_by_script(renderer: BrowserRenderer) -> None:
    build = site(FORM % ("", ""), SENDS % CHECKS)
    found = await report(renderer, build)
    assert one(found, "forms-validate").status == "pass"
    assert one(found, "forms-submit").status == "pass"


async def test_a_form_that_takes_anything(renderer: BrowserRenderer) -> None:
    check = await status(renderer, site(FORM % ("", ""), SENDS % ""), "forms-validate", "fail")
    assert check.examples == ("form “Send” on /: empty, it is not refused",)


async def test_a_form_that_nothing_follows(renderer: BrowserRenderer) -> None:
    script = "document.forms[0].onsubmit = (e) => e.preventDefault()"
    await status(renderer, site(FORM % ("", ""), script), "forms-submit", "fail")

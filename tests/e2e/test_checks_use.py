"""Search, state, keyboard, narrow screens and errors, in a real browser."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from check_sites import ABOUT, HOME, application, site

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


async def report(renderer: BrowserRenderer, build: BuildResult) -> CheckReport:
    store = DependencyStore()
    await store.prepare_tools(TOOLS)
    async with SiteChecker(renderer, store) as checker:
        return await checker.check(build, await renderer.render(build, Project({})))


async def status(renderer: BrowserRenderer, build: BuildResult, code: str, wanted: str) -> Check:
    found = await report(renderer, build)
    check = next(check for check in found.checks if check.code == code)
    assert check.status == wanted, (check.message, check.examples)
    return check


# ── search and filters ──────────────────────────────────────────────────────────────

FRUIT = (
    "<h1>Fruit</h1><main><input type=search placeholder=Search><select><option>All<option>Red"
    "</select><ul><li>Cherry</li><li>Damson</li><li>Elderberry</li></ul></main>"
)
SEARCHES = """
const items = [...document.querySelectorAll('li')];
const show = (fits) => items.forEach((li) => li.hidden = !fits(li.textContent.toLowerCase()));
const on = (tag, type, act) => document.querySelector(tag).addEventListener(type, act);
on('input', 'input', (e) => show((t) => t.includes(e.target.value.toLowerCase())));
on('select', 'change', (e) => show((t) => e.target.value === 'All' || t === 'cherry'));
"""


async def test_a_search_that_narrows_the_list(renderer: BrowserRenderer) -> None:
    await status(renderer, site(FRUIT, SEARCHES), "search-filters", "pass")


async def test_a_search_that_does_nothing(renderer: BrowserRenderer) -> None:
    check = await status(renderer, site(FRUIT), "search-filters", "fail")
    assert len(check.examples) == 2


# ── state ───────────────────────────────────────────────────────────────────────────

CART_NAV = "<nav><a href=/>Home</a><a href=/about>About</a> Cart <span id=count>0</span></nav>"
BUY = HOME + "<button onclick='buy()'>Add to cart</button>"


async def test_a_cart_that_is_kept(renderer: BrowserRenderer) -> None:
    script = "let n = 0; window.buy = () => { n += 1; count.textContent = n };"
    build = application({"/": BUY, "/about": ABOUT}, CART_NAV, script)
    await status(renderer, build, "state-survives", "pass")


async def test_a_cart_that_is_lost(renderer: BrowserRenderer) -> None:
    script = (
        "window.buy = () => { count.textContent = +count.textContent + 1 };"
        "window.arrive = () => { count.textContent = 0 };"
    )
    build = application({"/": BUY, "/about": ABOUT}, CART_NAV, script)
    check = await status(renderer, build, "state-survives", "fail")
    assert "Add to cart" in check.examples[0]


# ── keyboard and accessibility ──────────────────────────────────────────────────────


async def test_links_that_the_keyboard_cannot_reach(renderer: BrowserRenderer) -> None:
    nav = "<nav><a href=/ tabindex=-1>Home</a><a href=/about>About</a></nav>"
    check = await status(
        renderer, application({"/": HOME, "/about": ABOUT}, nav), "keyboard", "fail"
    )
    assert check.examples == ("the Tab key does not reach link “Home”",)


async def test_what_only_a_mouse_can_work(renderer: BrowserRenderer) -> None:
    body = (
        "<h1>Hi</h1><p id=out>no</p>"
        "<div style='cursor:pointer' onclick=\"out.textContent = 'yes'\">Open</div>"
    )
    check = await status(renderer, site(body), "keyboard", "fail")
    assert check.examples == ("<div> “Open” on / can be used by mouse only",)


async def test_serious_violations_are_named(renderer: BrowserRenderer) -> None:
    body = "<main><h1>Hi</h1><img src='/a.svg' width=9 height=9><button></button></main>"
    check = await status(renderer, site(body), "accessibility", "fail")
    assert [text.partition(" ")[0] for text in check.examples] == ["button-name", "image-alt"]


async def test_the_copy_for_axe_runs_no_script_of_the_site(renderer: BrowserRenderer) -> None:
    body = "<main><h1>Hi</h1><img alt=x src=/none.png onerror='document.title = 1'></main>"
    script = "document.body.append(Object.assign(document.createElement('button')))"
    check = await status(renderer, site(body, script), "accessibility", "fail")
    assert [text.partition(" ")[0] for text in check.examples] == ["button-name"]


# ── narrow screens ──────────────────────────────────────────────────────────────────

NARROW_MENU = (
    "<style>@media (max-width: 600px) { nav { display: none } nav.open { display: block } }"
    "@media (min-width: 601px) { .menu { display: none } }</style>"
    "<button class=menu aria-label=Menu onclick=\"document.querySelector('nav').classList"
    ".toggle('open')\">=</button><nav><a href=/>Home</a><a href=/about>About</a></nav>"
)


async def test_a_menu_that_opens_on_a_narrow_screen(renderer: BrowserRenderer) -> None:
    build = application({"/": HOME, "/about": ABOUT}, NARROW_MENU)
    await status(renderer, build, "mobile", "pass")


async def test_a_menu_that_is_gone_on_a_narrow_screen(renderer: BrowserRenderer) -> None:
    build = application({"/": HOME, "/about": ABOUT}, NARROW_MENU.replace("onclick", "data-x"))
    check = await status(renderer, build, "mobile", "fail")
    assert "navigation" in check.examples[0]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("<div style='width: 900px'>wide</div>", "sideways"),
        ("<style>body{overflow-x:hidden}</style><p style='width:900px'>long text</p>", "cut off"),
        (
            "<a href=/ >One</a><a href=/x style='display:inline-block;margin-left:-25px'>Two</a>",
            "overlap",
        ),
    ],
    ids=["sideways", "cut", "overlap"],
)
async def test_what_does_not_fit(renderer: BrowserRenderer, body: str, word: str) -> None:
    check = await status(renderer, site(f"<h1>Hi</h1>{body}"), "mobile", "fail")
    assert word in check.examples[0]


# ── errors, and sites that fight back ───────────────────────────────────────────────


async def test_an_error_that_a_click_causes(renderer: BrowserRenderer) -> None:
    body = "<h1>Hi</h1><button onclick=\"this.textContent = 'x'; nothing.there()\">Go</button>"
    check = await status(renderer, site(body), "no-errors", "fail")
    assert check.examples == ("ReferenceError: nothing is not defined",)


HOSTILE = {
    "prototypes": "Element.prototype.click = Array.prototype.push = Map = Set = null;"
    " EventTarget.prototype.addEventListener = () => { throw 1 }; JSON.stringify = () => '{}'",
    "dialogs": "alert('a'); onclick = () => { alert('b'); confirm('c') }",
    "reloads": "onclick = () => location.reload()",
    "leaves": "onclick = () => { location = 'https://example.com/' }",
    "re-renders": "setInterval(() => { out.innerHTML = '<b>' + Math.random() + '</b>' }, 1)",
    "huge": "document.body.insertAdjacentHTML('beforeend', '<button>x</button>'.repeat(2e4))",
    "removes itself": "onclick = () => document.documentElement.remove()",
    "writes": "onclick = () => document.write('<h1>gone</h1>')",
}


@pytest.mark.parametrize("script", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_site_ends_in_a_report(renderer: BrowserRenderer, script: str) -> None:
    body = "<nav><a href=/>Home</a></nav><h1>Hi</h1><p id=out></p><button>One</button>"
    started = time.monotonic()
    found = await report(renderer, site(body, script))
    assert len(found.checks) == 11
    assert time.monotonic() - started < 60

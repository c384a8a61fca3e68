"""The reports in a real browser, opened from disk as people open them."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from webgen_r1.evaluate.compare import compare
from webgen_r1.render.find import find_browser
from webgen_r1.report.comparison import write_page
from webgen_r1.report.evaluation import write_evaluation

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))
from run_samples import run  # the samples of the tests of reports

pytestmark = pytest.mark.e2e

CONTRAST = """(selectors) => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => {
      const v = c / 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (el) => {
    for (let at = el; at; at = at.parentElement) {
      const found = numbers(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  return selectors.flatMap((selector) => [...document.querySelectorAll(selector)].slice(0, 3)
    .map((el) => {
      const [a, b] = [light(numbers(getComputedStyle(el).color)), light(ground(el))];
      return [selector, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
    }));
}"""

TEXTS = [
    *("body", ".soft", ".note", ".badge", ".verdict", ".flag", "caption", ".chips > span"),
    *(".filter > label", "select", ".switch > label > span", ".problem > code", "h1 > span"),
    ".facts > div > dt",
]


@dataclass
class Watched:
    """A page, and what it complained about or asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=[*flags, "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    results = run(tmp_path_factory.mktemp("run"), size=40, pages=3, steps=2, pictures="shared")
    return write_evaluation(results, results.folder)


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five models on a hundred instructions, five pages each: as large as it gets."""
    root = tmp_path_factory.mktemp("runs")
    runs = [
        run(root / f"m{n}", f"model-{n}", skill=0.95, steps=1, pictures="shared") for n in range(5)
    ]
    return write_page(compare(runs), runs, root / "compare")


@pytest.fixture
def opened(browser: Browser, report: Path) -> Iterator[Watched]:
    yield from _open(browser, report, 1280, "light")


def _open(browser: Browser, path: Path, width: int, scheme: str) -> Iterator[Watched]:
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    watched = Watched(page)
    page.on("console", lambda line: watched.complaints.append(line.text))
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    page.on("request", lambda request: watched.requests.append(request.url))
    page.goto(path.as_uri())
    yield watched
    context.close()
    assert watched.complaints == []
    folder = path.parent.as_uri()
    assert [url for url in watched.requests if not url.startswith((folder, "data:"))] == []


def wait_until(page: Page, script: str) -> None:
    """Until `script` is true. The page's policy forbids what Playwright waits with."""
    end = time.monotonic() + 20
    while not page.evaluate(script):
        assert time.monotonic() < end, f"never true: {script}"
        page.wait_for_timeout(40)


def shown(page: Page) -> int:
    return page.locator("#items > article:visible").count()


# ── filters ─────────────────────────────────────────────────────────────────────────


def test_text_and_choices_filter_at_once_and_stay_in_the_address(opened: Watched) -> None:
    page = opened.page
    expect(page.locator("#shown")).to_have_text("40 sites")
    page.get_by_label("Text").fill("city choir")
    some = shown(page)
    assert 0 < some < 40
    expect(page.locator("#shown")).to_have_text(f"{some} of 40 sites")
    page.get_by_label("Outcome").select_option("rendered")
    fewer = shown(page)
    assert 0 < fewer < some
    assert "q=city+choir" in page.url
    assert "stage=rendered" in page.url
    page.reload()
    assert shown(page) == fewer
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#shown")).to_have_text("40 sites")
    assert "#" not in page.url


def test_the_words_of_the_evidence_are_found_too(opened: Watched) -> None:
    opened.page.get_by_label("Text").fill("nothing happened after the click")
    assert 0 < shown(opened.page) < 40


def test_every_filter_leaves_what_its_choice_counts(opened: Watched) -> None:
    page = opened.page
    for name in ("scenario", "application", "failure", "check"):
        option = page.locator(f'select[name="{name}"] option').nth(1)
        count = re.search(r"\((\d+)\)$", option.inner_text())
        assert count is not None
        page.locator(f'select[name="{name}"]').select_option(index=1)
        assert shown(page) == int(count.group(1))
        page.get_by_role("button", name="Clear").click()
        expect(page.locator("#shown")).to_have_text("40 sites")


def test_nothing_found_is_said(opened: Watched) -> None:
    opened.page.get_by_label("Text").fill("no such words anywhere")
    expect(opened.page.locator("#nothing")).to_be_visible()


def test_a_bar_leads_to_its_sites(opened: Watched) -> None:
    page = opened.page
    page.locator(".bars a:visible").first.click()
    assert "scenario=" in page.url
    assert 0 < shown(page) < 40
    expect(page.get_by_label("Scenario")).to_be_focused()


def test_the_metric_of_the_bars_is_switched_by_keyboard(opened: Watched) -> None:
    page = opened.page
    expect(page.get_by_text("FSR by scenario", exact=True)).to_be_visible()
    page.get_by_role("radio", name="FSR", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("VRR by scenario", exact=True)).to_be_visible()
    expect(page.get_by_text("FSR by scenario", exact=True)).to_be_hidden()
    assert "metric=vrr" in page.url


# ── pictures and evidence ───────────────────────────────────────────────────────────


def test_a_picture_opens_large_and_closes_with_escape(opened: Watched) -> None:
    page = opened.page
    first = page.locator("a.shot").first
    first.scroll_into_view_if_needed()
    first.focus()
    page.keyboard.press("Enter")
    viewer = page.locator("#viewer")
    expect(viewer).to_be_visible()
    large = page.locator("#viewer-picture")
    wait_until(page, "document.getElementById('viewer-picture').naturalWidth > 1000")
    before = large.get_attribute("src")
    page.keyboard.press("ArrowRight")
    assert large.get_attribute("src") != before
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(first).to_be_focused()


def test_thumbnails_load_only_when_they_come_near(opened: Watched) -> None:
    page = opened.page
    loaded = "[...document.querySelectorAll('a.shot img')].map((image) => image.naturalWidth)"
    assert 0 in page.evaluate(loaded)
    page.locator("a.shot img").last.scroll_into_view_if_needed()
    wait_until(page, f"{loaded}.at(-1) === 320")


def test_every_step_of_a_case_is_one_click_away(opened: Watched) -> None:
    page = opened.page
    case = page.locator("article.good").first.locator("details[data-case]").first
    case.locator("summary").click()
    expect(case.get_by_text("Steps of the agent (2)")).to_be_visible()
    expect(case.locator(".steps > li")).to_have_count(2)
    expect(case.get_by_text("Reason of the verdict")).to_be_visible()
    case.locator(".steps a.shot").first.click()
    expect(page.locator("#viewer-title")).to_contain_text("step 1")
    page.keyboard.press("Escape")


def test_what_was_measured_opens_with_checks_lint_and_judges(opened: Watched) -> None:
    site = opened.page.locator("article.good").first
    site.get_by_text("Pages, findings, checks, lint and judges").click()
    for title in ("Checks", "Navigation", "Painted colours"):
        expect(site.get_by_role("heading", name=title)).to_be_visible()
    expect(site.get_by_role("heading", name=re.compile("Judge: "))).to_have_count(2)
    swatch = site.locator(".swatch").first
    assert swatch.evaluate("(el) => getComputedStyle(el).backgroundColor") == "rgb(255, 255, 240)"


# ── how it looks ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Browser, report: Path, scheme: str) -> None:
    for watched in _open(browser, report, 1280, scheme):
        found = watched.page.evaluate(CONTRAST, TEXTS)
        assert len({selector for selector, _ in found}) == len(TEXTS)
        assert [(selector, round(ratio, 2)) for selector, ratio in found if ratio < 4.5] == []


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_scrolls_sideways(
    browser: Browser, report: Path, comparison: Path, width: int
) -> None:
    for path in (report, comparison):
        for watched in _open(browser, path, width, "light"):
            page = watched.page
            page.locator("#items article").first.scroll_into_view_if_needed()
            page.locator("#items article details summary").first.click()
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_has_landmarks_and_every_control_a_name(opened: Watched) -> None:
    page = opened.page
    for role in ("banner", "main", "search"):
        expect(page.get_by_role(role)).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the sites")).to_be_focused()
    assert page.locator("img:not([alt])").count() == 0
    assert page.locator("h1").count() == 1


# ── comparison ──────────────────────────────────────────────────────────────────────


def test_the_comparison_opens_quickly_and_attaches_pictures_on_the_way(
    browser: Browser, comparison: Path
) -> None:
    assert comparison.stat().st_size < 16_000_000
    context = browser.new_context(viewport={"width": 1280, "height": 844})
    page = context.new_page()
    session = context.new_cdp_session(page)
    # Time on the processor, not on the clock: other work of the machine does not count.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(comparison.as_uri(), wait_until="domcontentloaded")
    measured = session.send("Performance.getMetrics")["metrics"]
    assert {each["name"]: each["value"] for each in measured}["ThreadTime"] < 2.5
    pictures = page.locator("[data-picture] img")
    assert pictures.count() > 2000
    assert page.locator("[data-picture] img[src]").count() < 200
    page.locator("#items article").nth(60).scroll_into_view_if_needed()
    wait_until(
        page,
        "document.querySelectorAll('#items article')[60]"
        ".querySelector('[data-picture] img')?.naturalWidth > 200",
    )
    context.close()


def test_where_models_differ_most_comes_first(browser: Browser, comparison: Path) -> None:
    for watched in _open(browser, comparison, 1280, "light"):
        page = watched.page
        spreads = "[...document.querySelectorAll('#items article')].map((a) => +a.dataset.spread)"
        given = page.evaluate(spreads)
        page.get_by_label("Order").select_option("spread")
        assert page.evaluate(spreads) == sorted(given, reverse=True) != given
        assert "order=spread" in page.url
        page.get_by_label("Order").select_option("")
        assert page.evaluate(spreads) == given


def test_the_gallery_zooms_and_shows_every_verdict(browser: Browser, comparison: Path) -> None:
    for watched in _open(browser, comparison, 390, "dark"):
        page = watched.page
        row = page.locator("#items article", has=page.locator("button.shot")).first
        row.scroll_into_view_if_needed()
        row.locator("button.shot").first.click()
        expect(page.locator("#viewer")).to_be_visible()
        wait_until(page, "document.getElementById('viewer-picture').naturalWidth > 200")
        page.keyboard.press("Escape")
        expect(page.locator("#viewer")).to_be_hidden()
        row.locator("details summary").click()
        expect(row.locator(".compared th")).to_have_count(6)

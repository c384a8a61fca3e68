"""The page and its API: blind, closed to every other page, and hostile sites shut in."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
import pytest_asyncio

from rate_runs import TINY, write_run
from webgen_r1.rate.app import RateApp
from webgen_r1.rate.desk import Desk
from webgen_r1.rate.door import Door
from webgen_r1.rate.live import SiteTools
from webgen_r1.rate.order import Subject
from webgen_r1.rate.records import read_all
from webgen_r1.rate.sites import gather, pairs
from webgen_r1.rate.store import RatingsFile
from webgen_r1.render.site_server import placeholder, site_app
from webgen_r1.reward.artifacts import load_site

DOOR = Door(port=4567, token="secret")
SECRETS = re.compile(r"alpha|beta|4\.321|4\.221|design|shots|\.zip")
TOOLS = SiteTools(load_site, site_app, placeholder)


class Page:
    """The rating page in a browser: its cookie, its header, its origin."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(
        self, path: str, body: dict[str, Any], *, rater: str = "ann", **headers: str
    ) -> httpx.Response:
        sent = {
            "x-rate-token": DOOR.token,
            "origin": DOOR.origin,
            "content-type": "application/json",
        }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = json.dumps({"rater": rater, **body})
        return await self.client.post(path, content=content, headers=sent)

    async def open(self, number: int | None = None, rater: str = "ann") -> dict[str, Any]:
        answer = await self.post("/api/open", {"number": number}, rater=rater)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def rate(self, number: int, answer: int | str, **more: object) -> httpx.Response:
        return await self.post("/api/rate", {"number": number, "answer": answer, **more})


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    sites = {"shop": TINY, "zoo": TINY, "gym": TINY}
    return [write_run(tmp_path / name, sites, base="/app/") for name in ("alpha", "beta")]


@pytest.fixture
def ratings(tmp_path: Path) -> Iterator[RatingsFile]:
    with RatingsFile(tmp_path / "r.jsonl") as file:
        yield file


def client(app: RateApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=DOOR.origin)


@pytest_asyncio.fixture
async def page(runs: list[Path], ratings: RatingsFile) -> AsyncIterator[Page]:
    subjects: list[Subject] = [(site,) for site in gather(runs[:1]).sites]
    async with client(RateApp(Desk(subjects, ratings), TOOLS, DOOR)) as browser:
        browser.cookies.set(DOOR.cookie, DOOR.token)
        yield Page(browser)


@pytest_asyncio.fixture
async def pairs_page(runs: list[Path], ratings: RatingsFile) -> AsyncIterator[Page]:
    subjects: list[Subject] = [*pairs(gather(runs))]
    async with client(RateApp(Desk(subjects, ratings), TOOLS, DOOR)) as browser:
        browser.cookies.set(DOOR.cookie, DOOR.token)
        yield Page(browser)


# ── rating ──────────────────────────────────────────────────────────────────────────


async def test_a_rating_leads_to_the_next_site_and_to_the_end(
    page: Page, ratings: RatingsFile
) -> None:
    state = await page.open()
    for number in range(3):
        assert (state["number"], state["done"], state["total"]) == (number, number, 3)
        answer = await page.rate(number, number + 3, seconds=2.5, comment=" fine ")
        state = answer.json()
    assert state["number"] is None
    assert state["tally"] == {"3": 1, "4": 1, "5": 1}
    assert state["seconds"] == 2.5
    assert [rating.comment for rating in read_all([ratings.path])] == ["fine"] * 3


async def test_a_rating_can_be_looked_at_and_changed(page: Page) -> None:
    await page.rate(0, 2, comment="hm")
    back = await page.open(0)
    assert (back["answer"], back["comment"]) == (2, "hm")
    assert (await page.rate(0, 5)).json()["number"] == 1
    assert (await page.open(0))["answer"] == 5


async def test_raters_do_not_disturb_each_other(page: Page) -> None:
    await page.rate(0, 2)
    assert (await page.open(rater="bob"))["number"] == 0
    assert (await page.open(rater="ann"))["number"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"number": 0, "answer": 0},
        {"number": 0, "answer": 6},
        {"number": 0, "answer": "4"},
        {"number": 0, "answer": True},
        {"number": 0, "answer": "left"},
        {"number": 3, "answer": 4},
        {"number": -1, "answer": 4},
        {"number": 0, "answer": 4, "seconds": -1},
        {"number": 0, "answer": 4, "comment": "x" * 2001},
        {"number": 0, "answer": 4, "more": 1},
        {"number": 0, "answer": 4, "rater": " "},
        {"number": 0, "answer": 4, "comment": "x" * 100_000},
    ],
)
async def test_what_is_no_rating_is_refused_in_one_line(
    page: Page, ratings: RatingsFile, body: dict[str, Any]
) -> None:
    answer = await page.post("/api/rate", body)
    assert answer.status_code == 400
    assert "\n" not in answer.json()["error"]
    assert read_all([ratings.path]) == []


async def test_the_only_rater_is_the_one_that_was_named(
    runs: list[Path], ratings: RatingsFile
) -> None:
    subjects: list[Subject] = [(site,) for site in gather(runs[:1]).sites]
    door = Door(DOOR.port, DOOR.token, rater="ann")
    async with client(RateApp(Desk(subjects, ratings), TOOLS, door)) as browser:
        browser.cookies.set(DOOR.cookie, DOOR.token)
        page = Page(browser)
        assert 'data-rater="ann"' in (await browser.get("/")).text
        assert (await page.open(rater="ann"))["number"] == 0
        assert (await page.post("/api/open", {}, rater="bob")).status_code == 400


# ── blind ───────────────────────────────────────────────────────────────────────────


async def test_nothing_a_rater_gets_names_a_run_a_model_or_a_reward(pairs_page: Page) -> None:
    said = [(await pairs_page.client.get(path)).text for path in ("/", "/rate.js", "/stage.js")]
    for number in range(3):
        state = await pairs_page.open(number)
        said.append(json.dumps(state))
        picture = await pairs_page.client.get(state["sites"][0]["pages"][0]["picture"])
        assert picture.headers["content-type"] == "image/jpeg"
        said.append(str(picture.headers))
        said.append((await pairs_page.rate(number, "left")).text)
    for text in said:
        assert not SECRETS.search(text)


async def test_the_same_site_has_another_name_each_time(pairs_page: Page) -> None:
    ann = [await pairs_page.open(number) for number in range(3)]
    bob = [await pairs_page.open(number, rater="bob") for number in range(3)]
    frames = [site["frame"] for state in ann + bob for site in state["sites"]]
    assert len(set(frames)) == 12
    assert [await pairs_page.open(number) for number in range(3)] == ann


# ── the door ────────────────────────────────────────────────────────────────────────


async def test_the_printed_address_opens_the_page_and_leaves_the_address_bar(page: Page) -> None:
    page.client.cookies.clear()
    assert (await page.client.get("/")).status_code == 403
    assert (await page.client.get("/?token=wrong")).status_code == 403
    opened = await page.client.get(DOOR.address)
    assert (opened.status_code, opened.headers["location"]) == (303, "/")
    cookie = opened.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert (await page.client.get("/")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"x_rate_token": "wrong"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {"sec_fetch_site": "same-site"},
        {"content_type": "text/plain"},
    ],
)
async def test_another_page_of_this_machine_cannot_rate(
    page: Page, ratings: RatingsFile, headers: dict[str, str]
) -> None:
    answer = await page.post("/api/rate", {"number": 0, "answer": 1}, **headers)
    assert answer.status_code == 403
    assert read_all([ratings.path]) == []


async def test_without_the_cookie_there_is_no_api_and_no_picture(page: Page) -> None:
    picture = (await page.open(0))["sites"][0]["pages"][0]["picture"]
    page.client.cookies.clear()
    assert (await page.post("/api/open", {})).status_code == 403
    assert (await page.client.get(picture)).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example:4567", "evil.example", "localhost:4567", "127.0.0.1:80", "127.0.0.1"]
)
async def test_a_name_rebound_to_this_machine_gets_nothing(page: Page, host: str) -> None:
    answer = await page.client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "secret" not in answer.text


async def test_nobody_may_frame_the_rating_page(page: Page) -> None:
    headers = (await page.client.get("/")).headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"


# ── sites ───────────────────────────────────────────────────────────────────────────


async def visit(page: Page, url: str, **headers: str) -> httpx.Response:
    # The transport has no names to resolve: the host goes into the header.
    host, _, path = url.removeprefix("http://").partition("/")
    return await page.client.get(f"/{path}", headers={"host": host} | headers)


async def frame_of(page: Page) -> str:
    frame = (await page.open(0))["sites"][0]["frame"]
    assert isinstance(frame, str)
    return frame


async def test_a_site_lives_at_a_host_and_base_of_its_own(page: Page) -> None:
    frame = await frame_of(page)
    assert re.fullmatch(r"http://[0-9a-f]{32}\.localhost:4567/app/", frame)
    assert "Hello" in (await visit(page, frame)).text
    assert "Hello" in (await visit(page, f"{frame}some/route")).text
    assert (await visit(page, f"{frame}gone.png")).status_code == 404


@pytest.mark.parametrize("rest", ["", "some/route", "gone.png", "../.webgen-rate/pictures.js"])
async def test_every_answer_of_a_site_shuts_it_in(page: Page, rest: str) -> None:
    headers = (await visit(page, await frame_of(page) + rest)).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self' 'unsafe-inline' 'unsafe-eval' data: blob:"
    assert policy["connect-src"] == "'self' data: blob:"
    assert policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == f"'self' {DOOR.origin}"
    assert policy["sandbox"] == "allow-scripts allow-forms allow-same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"


async def test_a_host_that_nobody_was_told_is_no_site(page: Page) -> None:
    answer = await visit(page, f"http://{'0' * 32}.localhost:4567/")
    assert answer.status_code == 404
    assert "content-security-policy" in answer.headers


async def test_the_api_is_not_at_the_host_of_a_site(page: Page) -> None:
    host = (await frame_of(page)).removeprefix("http://").partition("/")[0]
    answer = await page.post("/api/rate", {"number": 0, "answer": 1}, host=host)
    assert answer.status_code in (404, 405)


async def test_a_site_may_not_outlive_its_showing(page: Page) -> None:
    answer = await visit(page, await frame_of(page), **{"service-worker": "script"})
    assert answer.status_code == 403


async def test_our_script_comes_before_those_of_the_site(page: Page) -> None:
    html = (await visit(page, await frame_of(page))).text
    assert '<head><script src="/.webgen-rate/pictures.js"></script>' in html
    stand_in = "/.webgen-rate/placeholder.svg?https%3A%2F%2Fpics.example%2F300x200"
    picture = await visit(page, urljoin(await frame_of(page), stand_in))
    assert 'width="300"' in picture.text
    assert picture.headers["content-type"].startswith("image/svg+xml")


async def test_a_site_that_was_lost_is_shown_in_pictures(page: Page, runs: list[Path]) -> None:
    for archive in (runs[0] / "sites").iterdir():
        archive.write_bytes(b"no archive")
    (site,) = (await page.open(0))["sites"]
    assert site["frame"] is None
    assert site["pages"]

"""The static report: complete, and safe whatever a model wrote."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from report_samples import good, outage, unbuilt

from webgen_r1.errors import DiskError
from webgen_r1.report import write_report
from webgen_r1.types import Failure, Page, Trace

EVIL = "</script><script>alert(1)</script><img src=x onerror='alert(2)'>\"'"


class Elements(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def report(folder: Path, *traces: Trace) -> str:
    page = write_report([(trace, folder) for trace in traces], folder / "report")
    return page.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shots").mkdir()
    Image.new("RGB", (64, 40), "teal").save(tmp_path / "shots" / "a.jpg")
    return tmp_path


def test_every_completion_has_its_card(folder: Path) -> None:
    html = report(folder, good("shop"), unbuilt("gym"), outage("zoo"))
    assert html.count("<article") == 3
    assert "missing-export" in html
    assert "src/App.tsx:3" in html
    assert "401 from the endpoint" in html
    assert "no reward: the infrastructure failed, not the model" in html


def test_pictures_are_named_relative_to_the_page(folder: Path) -> None:
    images = Elements(report(folder, good("shop"))).all("img")
    assert images
    for image in images:
        assert image["src"] == "../shots/a.jpg"
    assert (folder / "report" / "../shots/a.jpg").is_file()


@pytest.mark.parametrize(
    "screenshot",
    [
        "../secret.jpg",
        "/etc/secret.jpg",
        "shots/../../secret.jpg",
        "shots/a.html",
        "shots/gone.jpg",
        "shots/link.jpg",
        "https://evil.example/x.jpg",
        "javascript:alert(1)//.jpg",
        "..\\secret.jpg",
        "shots/a\0.jpg",
    ],
)
def test_a_picture_outside_of_its_folder_is_not_shown(folder: Path, screenshot: str) -> None:
    (folder.parent / "secret.jpg").write_bytes(b"secret")
    (folder / "shots" / "a.html").write_text("<script>")
    (folder / "shots" / "link.jpg").symlink_to(folder.parent / "secret.jpg")
    pages = (Page(route="/", status="ok", screenshot=screenshot, screenshot_full=screenshot),)
    elements = Elements(report(folder, good("shop", pages=pages)))
    assert elements.all("img") == []
    assert elements.all("a") == []


def hostile(text: str) -> Trace:
    page = Page(
        route=text, status="error", title=text, exceptions=(text,), external_requests=(text,)
    )
    failure = Failure(stage="render", code=text, message=text, path=text, line=1)
    return good(
        text,
        instruction=text,
        title=text,
        pages=(page,),
        failures=(failure,),
        versions={"judge": text, "preset": text},
    )


def test_what_a_model_wrote_is_text(folder: Path) -> None:
    plain, evil = (Elements(report(folder, hostile(text))) for text in ("plain", EVIL))
    assert [tag for tag, _ in evil.found] == [tag for tag, _ in plain.found]
    assert not any(name.startswith("on") for _, given in evil.found for name in given)


@given(st.text())
@settings(max_examples=30)
def test_no_text_changes_the_structure(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("report")
    tags = [tag for tag, _ in Elements(report(folder, hostile("x" + text))).found]
    assert tags == [tag for tag, _ in Elements(report(folder, hostile("x"))).found]


def test_only_our_script_may_run_and_nothing_is_loaded_from_elsewhere(folder: Path) -> None:
    html = report(folder, hostile(EVIL))
    (policy,) = [meta["content"] for meta in Elements(html).all("meta") if "http-equiv" in meta]
    assert policy is not None
    assert policy.startswith("default-src 'none'; img-src 'self' file:;")
    assert re.search(r"script-src 'sha256-[\w+/=]+'$", policy)
    assert "unsafe" not in policy
    assert re.findall(r"(?:src|href)=\"https?:", html) == []


def test_the_page_without_traces_says_zero(folder: Path) -> None:
    assert "0 completions" in report(folder)


def test_a_folder_that_cannot_be_written_is_a_disk_error(folder: Path) -> None:
    (folder / "report").write_text("in the way")
    with pytest.raises(DiskError, match="cannot write"):
        report(folder, good("shop"))

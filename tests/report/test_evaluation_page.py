"""The report of an evaluation: complete, and safe whatever a model wrote."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from run_samples import run

from webgen_r1.errors import DiskError
from webgen_r1.evaluate.results import RunResults
from webgen_r1.report.evaluation import write_evaluation
from webgen_r1.report.pictures import THUMBS
from webgen_r1.types import Infra

EVIL = "</script><script>alert(1)</script><img src=x onerror='alert(2)'>\"'"


class Elements(HTMLParser):
    """Every start tag with its attributes, and the text of inert data."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.data: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.found[-1] if self.found else ("", {})
        if tag == "script" and attributes.get("class") == "evidence":
            self.data.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def page(results: RunResults, **options: bool) -> str:
    return write_evaluation(results, results.folder, **options).read_text(encoding="utf-8")


@pytest.fixture
def small(tmp_path: Path) -> RunResults:
    return run(tmp_path / "run", size=6, pages=2, steps=2)


def test_the_five_metrics_stand_with_value_interval_and_n(small: RunResults) -> None:
    html = page(small)
    vrr = small.summary.vrr
    assert vrr.value is not None
    assert vrr.low is not None
    assert vrr.high is not None
    assert f"{vrr.value * 100:.1f} %" in html
    assert f"{vrr.low * 100:.1f} – {vrr.high * 100:.1f}" in html
    for name in ("FSR", "FSR-verified", "VRR", "AAS", "LDPR"):
        assert f"<b>{name}</b>" in html
    assert f"{small.summary.fsr.n}<small> cases" in html


def test_the_training_judge_is_flagged_and_only_then(small: RunResults) -> None:
    assert "training judge</span>" in page(small)
    honest = small.manifest.model_copy(update={"training_judge": False})
    assert "training judge</span>" not in page(replace(small, manifest=honest))


def test_every_site_has_a_card_with_its_cases_and_pictures(small: RunResults) -> None:
    elements = Elements(page(small))
    assert len(elements.all("article")) == len(small.sites)
    details = [each for each in elements.all("details") if "data-case" in each]
    assert len(details) == sum(len(site.item.cases) for site in small.sites)
    pages = sum(len(site.trace.pages) for site in small.sites if site.trace)
    shown = [image for image in elements.all("img") if image.get("loading") == "lazy"]
    assert len(shown) == pages > 0
    for image in shown:
        assert (image["width"], image["height"]) == ("320", "200")
        assert (small.folder / (image["src"] or "")).is_file()


def test_the_evidence_of_every_case_is_in_the_page(small: RunResults) -> None:
    first = json.loads(Elements(page(small)).data[0])
    case = small.sites[0].cases[0]
    assert first["cases"][0]["reason"] == case.reason
    assert [step["action"] for step in first["cases"][0]["steps"]] == [
        step.action for step in case.steps
    ]
    assert "verified" in first["cases"][-1]


def hostile(results: RunResults, text: str) -> RunResults:
    site = next(site for site in results.sites if site.rendered and site.cases[0].steps)
    assert site.trace is not None
    shown = site.trace.pages[0].model_copy(
        update={"route": text, "title": text, "console_errors": (text,)}
    )
    case = site.cases[0]
    step = case.steps[0].model_copy(update={"action": text, "thought": text, "route": text})
    evil = replace(
        site,
        item=site.item.model_copy(
            update={"instruction": text, "application": text, "scenarios": (text,)}
        ),
        trace=site.trace.model_copy(update={"pages": (shown,), "versions": {text: text}}),
        cases=(case.model_copy(update={"reason": text, "steps": (step,)}), *site.cases[1:]),
    )
    manifest = results.manifest.model_copy(update={"model": text, "judges": (text,)})
    summary = results.summary.model_copy(
        update={"model": text, "notes": (text,), "lint_rules": {text: 1}}
    )
    return replace(results, sites=(evil,), manifest=manifest, summary=summary)


def test_what_a_model_wrote_is_text(small: RunResults) -> None:
    plain, evil = (Elements(page(hostile(small, text))) for text in ("plain", EVIL))
    assert [tag for tag, _ in evil.found] == [tag for tag, _ in plain.found]
    assert not any(name.startswith("on") for _, given in evil.found for name in given)
    assert json.loads(evil.data[0])["cases"][0]["reason"] == EVIL


def test_nothing_is_loaded_from_elsewhere_and_only_our_script_runs(small: RunResults) -> None:
    html = page(hostile(small, EVIL))
    (policy,) = [meta["content"] for meta in Elements(html).all("meta") if "http-equiv" in meta]
    assert policy is not None
    assert policy.startswith("default-src 'none'; img-src 'self' file:;")
    assert "unsafe" not in policy
    assert re.findall(r"(?:src|href)=\"(?:https?:|//)", html) == []
    assert re.findall(r"<[a-z][^>]* style=", html) == []


def test_embedded_it_needs_no_file_beside_it(small: RunResults, tmp_path: Path) -> None:
    written = write_evaluation(small, tmp_path / "alone", embedded=True)
    html = written.read_text(encoding="utf-8")
    assert list((tmp_path / "alone").iterdir()) == [written]
    assert "data:image/webp;base64," in html
    assert "img-src data:;" in html
    assert 'src="' not in html
    assert "agent/" not in html


def test_a_picture_that_is_gone_or_outside_leaves_the_site(small: RunResults) -> None:
    site = next(site for site in small.sites if site.rendered)
    assert site.trace is not None
    (small.folder.parent / "secret.jpg").write_bytes(b"secret")
    names = ("shots/gone.jpg", "../secret.jpg")
    pages = tuple(
        shown.model_copy(update={"screenshot": name, "screenshot_full": name})
        for shown, name in zip(site.trace.pages, names, strict=True)
    )
    evil = replace(site, trace=site.trace.model_copy(update={"pages": pages}))
    html = page(replace(small, sites=(evil,)))
    assert html.count('class="shot none"') == 2
    assert "secret" not in html


def test_a_picture_that_cannot_be_read_has_no_thumbnail(small: RunResults) -> None:
    site = next(site for site in small.sites if site.rendered)
    assert site.trace is not None
    assert site.trace.pages[0].screenshot is not None
    broken = small.folder / site.trace.pages[0].screenshot
    broken.unlink()
    broken.write_bytes(b"\xff\xd8\xff not a jpeg")
    html = page(replace(small, sites=(site,)))
    assert html.count('class="shot none"') == 1


def test_thumbnails_are_kept_and_made_again_when_the_picture_is_newer(small: RunResults) -> None:
    page(small)
    thumbs = sorted((small.folder / THUMBS).glob("*.webp"))
    before = [thumb.stat().st_mtime_ns for thumb in thumbs]
    page(small)
    assert [thumb.stat().st_mtime_ns for thumb in thumbs] == before
    later = max(before) + 10**9
    for picture in (small.folder / "drawings").iterdir():
        os.utime(picture, ns=(later, later))
    page(small)
    assert all(thumb.stat().st_mtime_ns > old for thumb, old in zip(thumbs, before, strict=True))


def test_an_outage_is_told_apart_from_a_failure(small: RunResults) -> None:
    first = small.sites[0]
    assert first.trace is not None
    down = Infra(stage="render", code="browser", message="the browser died")
    lost = first.trace.model_copy(
        update={"outcome": "infra_failure", "stage": "render", "infra": down, "verdict": None}
    )
    html = page(replace(small, sites=(replace(first, trace=lost, cases=(), verified=()),)))
    assert "browser: the browser died" in html
    assert "could not find out" in html


def test_a_run_without_results_is_still_a_page(small: RunResults) -> None:
    empty = replace(
        small,
        sites=(),
        missing=tuple(item.id for item in small.benchmark.items),
        summary=small.summary.model_validate(
            {"benchmark": "b", "model": "m", "instructions": 6, "samples": 1, "completions": 0}
        ),
    )
    html = page(empty)
    assert '<td class="num value">–</td>' in html
    assert Elements(html).all("article") == []


def test_a_folder_that_cannot_be_written_is_a_disk_error(small: RunResults) -> None:
    (small.folder / THUMBS).write_text("in the way")
    with pytest.raises(DiskError, match="cannot write"):
        page(small)

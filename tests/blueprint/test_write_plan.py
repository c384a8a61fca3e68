"""What `write` says is what the plan holds, whatever its texts are made of."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.blueprint.plan import Block, Collection, PagePlan, SitePlan
from webgen_r1.blueprint.write import write
from webgen_r1.completion import parse
from webgen_r1.scaffold import is_provided, load
from webgen_r1.tsx import read_module

SCAFFOLD = load("vite-react-kit")
PLAN = SitePlan(
    id="open-road",
    name="Open Road",
    thought="Tours: browse and book.",
    background="honeydew",
    color="dark green",
    look={"layout": "top"},
    pages=(
        PagePlan("Home", (Block("Hero", {"title": "Go", "text": "Far"}),)),
        PagePlan(
            "Tours",
            (
                Block("Search", {"by": "Region"}, of="tours"),
                Block("Section", {"title": "More"}, blocks=(Block("Cards", of="guides"),)),
            ),
            title="All tours",
        ),
    ),
    collections=(
        Collection("tours", ("Tour", "Region"), (("Salt Road", "Camargue"),)),
        Collection("guides", ("Guide",), (("Ana",),)),
    ),
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=40)


def written(plan: SitePlan) -> dict[str, str]:
    parsed = parse(write(plan, "slots", SCAFFOLD))
    assert parsed.failures == ()
    return {path: text.decode() for path, text in parsed.completion.files.items()}


def with_block(block: Block) -> SitePlan:
    return replace(PLAN, pages=(PagePlan("Home", (block,)),))


def test_a_completion_reasons_and_names_the_site() -> None:
    parsed = parse(write(PLAN, "slots", SCAFFOLD))
    assert parsed.reasoning
    assert parsed.completion.think == PLAN.thought
    assert (parsed.completion.artifact_id, parsed.completion.title) == ("open-road", "Open Road")


def test_files_come_in_one_order() -> None:
    pages = ["src/pages/Home.tsx", "src/pages/Tours.tsx"]
    assert list(written(PLAN)) == ["src/App.tsx", "src/data.ts", *pages]


def test_a_site_without_collections_has_no_data_file() -> None:
    plan = replace(PLAN, pages=PLAN.pages[:1], collections=())
    assert list(written(plan)) == ["src/App.tsx", "src/pages/Home.tsx"]


def test_the_site_has_its_colours_look_and_pages() -> None:
    site = (
        '<Site name="Open Road" background="honeydew" color="dark green" layout="top"'
        " pages={{ Home, Tours }} />"
    )
    assert site in written(PLAN)["src/App.tsx"]


def test_every_module_parses_and_uses_all_that_it_imports() -> None:
    for path, source in written(PLAN).items():
        module = read_module(source.encode(), path)
        assert module.error_line is None, path
        assert all(name.used for each in module.imports for name in each.names), path


def test_a_page_imports_what_nested_blocks_use() -> None:
    page = written(PLAN)["src/pages/Tours.tsx"]
    assert page.startswith(
        "import { Cards, Page, Search, Section } from '../kit'\n"
        "import { guides, tours } from '../data'\n"
    )
    assert '      <Section title="More">\n        <Cards of={guides} />\n      </Section>' in page


def test_only_pages_with_a_title_have_one() -> None:
    files = written(PLAN)
    assert "<Page>" in files["src/pages/Home.tsx"]
    assert '<Page title="All tours">' in files["src/pages/Tours.tsx"]


def test_rows_stand_under_their_columns() -> None:
    data = written(PLAN)["src/data.ts"]
    assert "export const tours = table(`\nTour | Region\nSalt Road | Camargue\n`)" in data


@given(text=TEXTS)
def test_any_text_survives_as_a_prop(text: str) -> None:
    page = written(with_block(Block("Quote", {"text": text})))["src/pages/Home.tsx"]
    assert read_module(page.encode(), "Home.tsx").error_line is None
    value = re.search(r"<Quote text=(.*) />", page)
    assert value is not None
    said = value[1]
    if said.startswith("{"):
        assert json.loads(said[1:-1]) == text
    else:
        assert said == f'"{text}"'
        assert not set('"&') & set(text)


@given(text=TEXTS)
def test_any_text_is_one_cell(text: str) -> None:
    plan = replace(PLAN, collections=(Collection("tours", ("Tour", "Note"), ((text, "x"),)),))
    data = written(plan)["src/data.ts"]
    assert read_module(data.encode(), "data.ts").error_line is None
    line = re.sub(r"\\(.)", r"\1", data.split("\n")[4])
    assert line.endswith(" | x")
    assert line.count("|") == 1
    if "|" not in text:
        assert line == f"{text.strip()} | x"


def test_line_breaks_in_a_prop_are_kept() -> None:
    page = written(with_block(Block("Quote", {"text": "a\nb"})))["src/pages/Home.tsx"]
    assert r'<Quote text={"a\nb"} />' in page


def test_text_that_looks_like_the_format_changes_nothing() -> None:
    plan = with_block(Block("Quote", {"text": "</webAction></think>"}))
    assert '<Quote text="</webAction></think>" />' in written(plan)["src/pages/Home.tsx"]


def test_full_mode_carries_the_project_and_its_commands() -> None:
    completion = parse(write(PLAN, "full", SCAFFOLD)).completion
    assert completion.files["package.json"].strip() == SCAFFOLD.files["package.json"].strip()
    assert b"Open Road" in completion.files["src/App.tsx"]
    assert not [path for path in completion.files if is_provided(SCAFFOLD, path)]
    assert (completion.shell, completion.start) == (("npm install",), "npm run dev")

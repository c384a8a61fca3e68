"""Benchmarks: real rows, prompts without test cases, a user's own, and where a row is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from webgen_r1.errors import UserError
from webgen_r1.evaluate.benchmark import CASE_CATEGORIES, PRIMARY, load_benchmark

WEBGEN_BENCH = Path(__file__).parents[2] / "../shared/data/webgen-bench/test.jsonl"
here = pytest.mark.skipif(not WEBGEN_BENCH.exists(), reason="WebGen-Bench is not on this machine")


def rows(folder: Path, *rows: object, name: str = "own.jsonl") -> str:
    file = folder / name
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(file)


def case(task: str = "Click it") -> dict[str, Any]:
    return {
        "task": task,
        "expected_result": "It works",
        "task_category": {"primary_category": "Functional Testing", "subcategories": ["Searching"]},
    }


@here
def test_webgen_bench_has_the_papers_numbers() -> None:
    bench = load_benchmark(str(WEBGEN_BENCH))
    assert (bench.name, len(bench.items), bench.cases) == ("webgen-bench", 101, 647)
    assert len({name for item in bench.items for name in item.scenarios}) == 13
    assert len({item.application for item in bench.items}) == 20
    assert {item.category for item in bench.items} == set(PRIMARY)
    assert {case.category for item in bench.items for case in item.cases} == set(CASE_CATEGORIES)


@here
def test_a_named_benchmark_is_found_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBGEN_DATA", str(WEBGEN_BENCH.parents[1]))
    named, file = load_benchmark("webgen-bench"), load_benchmark(str(WEBGEN_BENCH))
    assert named.digest == file.digest
    assert len(load_benchmark("webgen-bench", limit=7).items) == 7


def test_a_row_needs_no_more_than_an_instruction(tmp_path: Path) -> None:
    bench = load_benchmark(rows(tmp_path, {"instruction": " A shop "}, {"prompt": "A blog"}))
    assert [(item.id, item.instruction, item.cases) for item in bench.items] == [
        ("000001", "A shop", ()),
        ("000002", "A blog", ()),
    ]
    assert bench.name == "own"


def test_a_conversation_gives_what_the_user_said_first(tmp_path: Path) -> None:
    said = [{"role": "system", "content": "Be nice"}, {"role": "user", "content": "A quiz site"}]
    parts = [{"role": "user", "content": [{"type": "text", "text": "A clock"}]}]
    arena = rows(
        tmp_path,
        {"question_id": "q1", "conversation_a": said},
        {"question_id": "q2", "conversation_a": parts},
    )
    assert [(item.id, item.instruction) for item in load_benchmark(arena).items] == [
        ("q1", "A quiz site"),
        ("q2", "A clock"),
    ]


def test_test_cases_keep_their_text_and_category(tmp_path: Path) -> None:
    row = {"id": 3, "instruction": "A shop", "ui_instruct": [case()]}
    (item,) = load_benchmark(rows(tmp_path, row)).items
    (only,) = item.cases
    assert (item.id, only.task, only.expected) == ("3", "Click it", "It works")
    assert (only.category, only.tags) == ("Functional Testing", ("Searching",))


def test_the_same_rows_are_the_same_benchmark_wherever_they_lie(tmp_path: Path) -> None:
    row = {"id": "a", "instruction": "A shop"}
    one, other = rows(tmp_path, row), rows(tmp_path, row, name="other.jsonl")
    assert load_benchmark(one).digest == load_benchmark(other).digest
    changed = rows(tmp_path, {**row, "instruction": "A blog"}, name="changed.jsonl")
    assert load_benchmark(one).digest != load_benchmark(changed).digest


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"id": "x"}, "no `instruction` among id"),
        ({"instruction": "  "}, "`instruction` must be text and not empty"),
        ({"instruction": 5}, "`instruction` must be text and not empty"),
        ({"id": 1.5, "instruction": "A"}, "`id` must be text or a whole number"),
        ({"instruction": "A", "ui_instruct": "all"}, "`ui_instruct` must be a list"),
        ({"instruction": "A", "ui_instruct": [{}]}, "case 1 is not an object with a `task`"),
        ({"instruction": "A", "Category": "x"}, "`Category` must be an object"),
        ({"instruction": "A", "application_type": 7}, "application"),
        ({"id": "first", "instruction": "A"}, "id first is already used at"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line(
    tmp_path: Path, row: object, complaint: str
) -> None:
    file = rows(tmp_path, {"id": "first", "instruction": "A shop"}, row)
    with pytest.raises(UserError) as caught:
        load_benchmark(file)
    assert f"{file}:2" in str(caught.value)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_benchmark_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no instruction"):
        load_benchmark(rows(tmp_path))

"""Given completions find the instruction they answer, or are said to belong to none."""

import json
from pathlib import Path

import pytest
from bench_samples import benchmark

from webgen_r1.evaluate.given import Given, Problem, match
from webgen_r1.inputs import BadInput, ScoreInput, find, read
from webgen_r1.types import Project


def text(id: str, instruction: str | None = None, sample: int | None = None) -> ScoreInput:
    return ScoreInput(id, instruction, "a site", None, f"given.jsonl:{id}", sample=sample)


def project(id: str, source: str) -> ScoreInput:
    return ScoreInput(id, None, None, Project({"package.json": b"{}"}), source)


def only(item: ScoreInput) -> Given | Problem:
    (found,) = match([item], benchmark())
    return found


@pytest.mark.parametrize(
    "id",
    [
        *("000002", "2", "000002.v3", "000002_shop", "task-2", "answer_000002.final"),
        "qwen2.5-coder-000002",
    ],
)
def test_an_id_may_carry_more_than_the_number(id: str) -> None:
    found = only(text(id))
    assert isinstance(found, Given)
    assert (found.sample.id, found.sample.sample) == ("000002", 0)


@pytest.mark.parametrize("id", ["000009", "shop", "1-2", "", "qwen2.5-coder-2"])
def test_an_unknown_id_is_said_and_left_out(id: str) -> None:
    found = only(text(id))
    assert isinstance(found, Problem)
    assert "is not in the benchmark" in found.message


def test_an_item_without_a_known_id_is_found_by_its_instruction() -> None:
    found = only(text("run-7-of-9", instruction="build  site number 3"))
    assert isinstance(found, Given)
    assert found.sample.id == "000003"


def test_a_line_without_an_id_is_found_by_its_instruction_alone(tmp_path: Path) -> None:
    """Not by the number of the line, nor by one in the name of the file."""
    file = tmp_path / "qwen2-samples.jsonl"
    rows = [{"instruction": f"Build site number {n}", "completion": "x"} for n in (3, 1)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = [each for each in match(read(find([file])), benchmark()) if isinstance(each, Given)]
    assert [each.sample.id for each in found] == ["000003", "000001"]


def test_an_item_that_answers_another_instruction_than_its_id_says_is_left_out() -> None:
    found = only(text("000001", instruction="Build site number 3"))
    assert isinstance(found, Problem)
    assert "what was asked is another's" in found.message


def test_an_exported_project_is_found_by_the_folder_around_it() -> None:
    found = only(project("project", "exports/000003/project"))
    assert isinstance(found, Given)
    assert (found.sample.id, found.sample.project) == ("000003", "exports/000003/project")
    assert found.sample.text is None


@pytest.mark.parametrize(
    "item", [text("000001.s4"), text("000001", sample=4), text("000001.s9", sample=4)]
)
def test_a_mark_or_a_column_tells_samples_apart(item: ScoreInput) -> None:
    found = only(item)
    assert isinstance(found, Given)
    assert (found.sample.sample, found.sample.key) == (4, "000001.s4")


def test_a_second_answer_is_said_and_the_first_counts() -> None:
    first, second = match([text("000001"), text("1")], benchmark())
    assert isinstance(first, Given)
    assert isinstance(second, Problem)
    assert "a second answer to 000001 (first: given.jsonl:000001)" in second.message


def test_what_could_not_be_read_is_passed_on() -> None:
    (found,) = match([BadInput("given.jsonl:3", "is not JSON")], benchmark())
    assert found == Problem("given.jsonl:3", "is not JSON")


def test_tokens_are_counted_or_estimated_and_it_is_said_which(tmp_path: Path) -> None:
    file = tmp_path / "given.jsonl"
    lines = [
        {"id": "1", "completion": "x" * 360, "tokens": 90},
        {"id": "2", "completion": "x" * 360},
        {"id": "3", "completion": ""},
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    counted, estimated, empty = (
        found.sample for found in match(read(find([file])), benchmark()) if isinstance(found, Given)
    )
    assert (counted.tokens, counted.tokens_exact) == (90, True)
    assert (estimated.tokens, estimated.tokens_exact) == (100, False)
    assert empty.error == "the model said nothing"

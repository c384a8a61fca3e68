"""Ratings on disk: the last word of each rater counts, and a bad line is named."""

import json
from pathlib import Path

import pytest

from webgen_r1.errors import UserError
from webgen_r1.rate.records import Choice, Grade, read_all, read_ratings, site_name


def grade(site: str, score: int, *, minute: int = 0, **fields: object) -> dict[str, object]:
    at = f"2026-11-21T10:{minute:02}:00Z"
    return {"rater": "ann", "kind": "grade", "site": site, "score": score, "at": at, **fields}


def choice(a: str, b: str, said: str, *, minute: int = 0, **fields: object) -> dict[str, object]:
    at = f"2026-11-21T10:{minute:02}:00Z"
    return {"rater": "ann", "kind": "choice", "a": a, "b": b, "choice": said, "at": at, **fields}


def write(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_grades_and_choices_come_in_order(tmp_path: Path) -> None:
    file = write(
        tmp_path / "r.jsonl",
        grade("run/a", 4, schema_version=1, seconds=12.3),
        choice("run/a", "run/b", "tie"),
    )
    first, second = read_ratings([file])
    assert isinstance(first, Grade)
    assert (first.rater, first.site, first.score, first.seconds) == ("ann", "run/a", 4, 12.3)
    assert isinstance(second, Choice)
    assert (second.a, second.b, second.choice) == ("run/a", "run/b", "tie")


def test_a_later_rating_replaces_the_earlier_in_whatever_file_it_is(tmp_path: Path) -> None:
    new = write(tmp_path / "new.jsonl", grade("run/a", 5, minute=9))
    old = write(tmp_path / "old.jsonl", grade("run/a", 1, minute=3), grade("run/b", 2))
    found = read_ratings([new, old])
    assert [(each.site, each.score) for each in found if isinstance(each, Grade)] == [
        ("run/a", 5),
        ("run/b", 2),
    ]


def test_of_two_at_the_same_moment_the_line_further_down_counts(tmp_path: Path) -> None:
    (found,) = read_ratings([write(tmp_path / "r.jsonl", grade("run/a", 1), grade("run/a", 2))])
    assert isinstance(found, Grade)
    assert found.score == 2


def test_a_pair_is_the_same_pair_with_its_sides_exchanged(tmp_path: Path) -> None:
    rows = [choice("run/a", "run/b", "a"), choice("run/b", "run/a", "a", minute=1)]
    (found,) = read_ratings([write(tmp_path / "r.jsonl", *rows)])
    assert isinstance(found, Choice)
    assert (found.a, found.choice) == ("run/b", "a")


def test_other_raters_and_repeats_replace_nothing(tmp_path: Path) -> None:
    file = write(
        tmp_path / "r.jsonl",
        grade("run/a", 1),
        grade("run/a", 2, rater="bob"),
        grade("run/a", 3, minute=5, repeat=True),
    )
    assert len(read_all([file])) == 3
    assert [each.rater for each in read_ratings([file])] == ["ann", "bob"]


def test_a_torn_last_line_is_passed_over_and_a_whole_one_is_not(tmp_path: Path) -> None:
    file = write(tmp_path / "r.jsonl", grade("run/a", 1))
    whole = json.dumps(grade("run/b", 2))
    file.write_text(file.read_text() + whole[:-9], encoding="utf-8")
    assert len(read_ratings([file])) == 1
    file.write_text(file.read_text()[: -len(whole) + 9] + whole, encoding="utf-8")
    assert len(read_ratings([file])) == 2


@pytest.mark.parametrize(
    "row",
    [
        grade("run/a", 6),
        grade("run/a", 0),
        grade("", 3),
        grade("run/a", 3, rater=""),
        grade("run/a", 3, at="2026-11-21T10:00:00"),  # whose clock?
        grade("run/a", 3, seconds=-1),
        choice("run/a", "run/a", "a"),
        choice("run/a", "run/b", "c"),
        {"kind": "shrug", "rater": "ann"},
    ],
)
def test_a_line_that_is_no_rating_is_named(tmp_path: Path, row: dict[str, object]) -> None:
    file = write(tmp_path / "r.jsonl", grade("run/b", 1), row, grade("run/c", 1))
    with pytest.raises(UserError, match=r"r\.jsonl:2 is not a rating"):
        read_ratings([file])


def test_a_missing_file_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot read"):
        read_ratings([tmp_path / "none.jsonl"])


def test_a_site_is_named_by_its_runs_folder(tmp_path: Path) -> None:
    assert site_name(tmp_path / "runs/x/../base", "007.s1") == "base/007.s1"

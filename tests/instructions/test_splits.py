"""A row's part depends on its text alone, or its rank among the rows."""

import pytest

from webgen_r1.errors import UserError
from webgen_r1.instructions.splits import read_parts, split
from webgen_r1.types import Instruction

ROWS = [Instruction(id=str(n), text=f"site {n}") for n in range(1000)]


def parts_of(rows: list[Instruction], said: str, seed: int = 0) -> dict[str, str]:
    parts = split(rows, read_parts(said), seed)
    return {row.text: name for name, part in parts.items() for row in part}


def test_shares_are_about_kept_and_every_row_is_in_one_part() -> None:
    parts = split(ROWS, {"train": 0.9, "eval": 0.1})
    assert sum(map(len, parts.values())) == len(ROWS)
    assert 70 < len(parts["eval"]) < 130
    assert parts["eval"] == sorted(parts["eval"], key=lambda row: int(row.id))


def test_a_row_that_joins_or_leaves_moves_no_other() -> None:
    few, many = parts_of(ROWS[::3], "a=0.5,b=0.5"), parts_of(ROWS[::-1], "a=0.5,b=0.5")
    assert few.items() <= many.items()


def test_what_is_beyond_the_shares_is_in_no_part() -> None:
    assert 150 < len(parts_of(ROWS, "a=0.1,b=0.1")) < 250


def test_counts_are_exact() -> None:
    parts = split(ROWS, {"train": 600, "eval": 60})
    assert [len(part) for part in parts.values()] == [600, 60]
    assert not {row.id for row in parts["train"]} & {row.id for row in parts["eval"]}


def test_another_seed_parts_otherwise() -> None:
    for said in ("a=0.5,b=0.5", "a=500,b=500"):
        assert parts_of(ROWS, said) == parts_of(ROWS, said)
        assert parts_of(ROWS, said) != parts_of(ROWS, said, seed=1)


def test_more_rows_than_there_are_is_a_mistake() -> None:
    with pytest.raises(UserError, match="asks for 1001 rows, there are 1000"):
        split(ROWS, {"a": 1000, "b": 1})


@pytest.mark.parametrize("said", ["train=0.9,eval=0.1", "a=0.7,b=0.2,c=0.1", "all=1.0"])
def test_shares_that_make_one_are_accepted(said: str) -> None:
    assert sum(read_parts(said).values()) == pytest.approx(1)


UNCLEAR = (
    *("", "train", "train=", "train=x", "=0.5", "../a=0.5", "a=0.5,", "a=0.9,a=0.1"),
    *("a=0.9,b=0.2", "a=1.5", "a=-1", "a=0", "a=nan", "a=600,b=0.1"),
)


@pytest.mark.parametrize("said", UNCLEAR)
def test_a_split_that_says_nothing_clear_is_a_mistake(said: str) -> None:
    with pytest.raises(UserError, match="a split names parts"):
        read_parts(said)

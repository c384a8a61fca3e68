"""Instructions come from files or from the hub, and a mistake in them is named."""

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from webgen_r1 import instructions
from webgen_r1.errors import UserError
from webgen_r1.instructions import load, places

SHARED = Path(__file__).parents[3] / "shared" / "data" / "webgen-bench"
needs_benchmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the benchmark is not at hand")


def jsonl(path: Path, *rows: Any) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_jsonl_rows_become_instructions_and_other_columns_meta(tmp_path: Path) -> None:
    source = jsonl(
        tmp_path / "a.jsonl",
        {"id": "tea", "instruction": " A tea shop\n", "kind": "shop", "cases": [1, 2]},
        {"id": 7, "instruction": "Ein Café – ☕"},
    )
    first, second = instructions.load_instructions(source)
    assert (first.id, first.text) == ("tea", "A tea shop")
    assert first.meta == {"kind": "shop", "cases": [1, 2]}
    assert (second.id, second.text, second.meta) == ("7", "Ein Café – ☕", {})


def test_a_row_without_id_gets_its_number(tmp_path: Path) -> None:
    source = jsonl(tmp_path / "a.jsonl", {"instruction": "a"}, {"instruction": "b", "id": None})
    assert [row.id for row in instructions.load_instructions(source)] == ["000001", "000002"]


def test_blank_lines_and_a_byte_order_mark_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": 1, "instruction": "a"}\r\n\n  \n{"instruction": "b"}')
    assert [row.text for row in instructions.load_instructions(str(path))] == ["a", "b"]


def test_a_limit_takes_the_first_and_reads_no_further(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"instruction": "a"}\nbroken\n')
    assert [row.text for row in instructions.load_instructions(str(path), 1)] == ["a"]


def test_a_text_file_is_one_instruction(tmp_path: Path) -> None:
    path = tmp_path / "tea-shop.txt"
    path.write_text("A tea shop.\nIn white.\n")
    (row,) = instructions.load_instructions(str(path))
    assert (row.id, row.text) == ("tea-shop", "A tea shop.\nIn white.")


def said(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"role": "user", "content": list(parts)}, {"role": "assistant", "content": []}]


def test_a_conversation_is_the_prompt_it_opens_with(tmp_path: Path) -> None:
    """The form of the WebDev Arena rows; a picture's text is null there."""
    picture = {"type": "image", "text": None, "image": "x"}
    words = [{"type": "text", "text": text} for text in (" A clock", "in teal")]
    source = jsonl(
        tmp_path / "a.jsonl",
        {"question_id": "q", "conversation_a": said(picture), "conversation_b": said(picture)},
        {
            "question_id": "r",
            "conversation_a": said(picture, *words),
            "conversation_b": said(*words),
            "winner": "model_a",
        },
        {"prompt": [{"role": "system", "content": "Be nice"}, {"role": "user", "content": "Cats"}]},
    )
    found = instructions.load_instructions(source)
    assert [(row.id, row.text, row.meta) for row in found] == [
        ("r", "A clock in teal", {"winner": "model_a"}),
        ("000003", "Cats", {}),
    ]


def test_parquet_rows_equal_those_of_jsonl(tmp_path: Path) -> None:
    rows = [{"id": n, "instruction": f"site {n}", "kind": {"deep": ["x"]}} for n in range(600)]
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    assert instructions.load_instructions(str(path)) == instructions.load_instructions(
        jsonl(tmp_path / "a.jsonl", *rows)
    )
    assert len(instructions.load_instructions(str(path), 3)) == 3


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "a.jsonl:2: not a JSON object"),
        (b"[1]", "a.jsonl:2: not a JSON object"),
        (b'{"instruction": "\xff"}', "a.jsonl:2: not a JSON object in UTF-8"),
        (b"[" * 100_000, "a.jsonl:2: not a JSON object"),
        (b'{"id": 1, "text": "x"}', "a.jsonl:2: no `instruction` among id, text"),
        (b'{"prompt": ""}', "a.jsonl:2: `prompt` must be text and not empty"),
        (b'{"instruction": ["x"]}', "a.jsonl:2: `instruction` must be text and not empty"),
        (b"{}", "a.jsonl:2: no `instruction` among no columns"),
        (b'{"instruction": " "}', "a.jsonl:2: `instruction` must be text and not empty"),
        (b'{"instruction": 3}', "a.jsonl:2: `instruction` must be text and not empty"),
        (b'{"instruction": "x", "id": [1]}', "a.jsonl:2: `id` must be text or a whole number"),
        (b'{"instruction": "x", "id": true}', "a.jsonl:2: `id` must be text or a whole number"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: bytes, said: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"instruction": "fine"}\n' + line + b"\n")
    with pytest.raises(UserError) as caught:
        instructions.load_instructions(str(path))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", b"\n", "holds no instruction"),
        ("a.txt", b" ", "must be text and not empty"),
        ("a.txt", b"\xff\xfe", "not UTF-8"),
        ("a.parquet", b"PAR1 not really", "not a readable parquet file"),
        ("a.csv", b"instruction\nx\n", "instructions are read from .jsonl, .parquet, .txt"),
    ],
)
def test_a_file_that_holds_none_is_named(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError) as caught:
        instructions.load_instructions(str(tmp_path / name))
    assert name in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["none.jsonl", "none.parquet", "none.txt"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match=rf"cannot read .*{name}: No such file"):
        instructions.load_instructions(str(tmp_path / name))


def test_what_is_neither_file_nor_data_set_is_said_so(tmp_path: Path) -> None:
    for source in (str(tmp_path), "prompts", "a/b/c"):
        with pytest.raises(UserError, match="neither a file"):
            instructions.load_instructions(source)


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(UserError, match="limit must be at least 1, not 0"):
        instructions.load_instructions("a.jsonl", 0)


@pytest.mark.parametrize("setup", ["", "sys.modules['datasets'] = None"])
def test_the_hub_out_of_reach_or_its_library_missing_is_one_line(
    setup: str, tmp_path: Path
) -> None:
    """In a process of its own: the library reads its offline switch when it is imported."""
    program = (
        f"import sys; {setup}\n"
        "from webgen_r1 import errors, instructions\n"
        "try: instructions.load_instructions('nobody/nothing:test')\n"
        "except errors.UserError as error: print(error)\n"
    )
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=offline, capture_output=True, text=True, timeout=120
    )
    assert len(done.stdout.splitlines()) == 1, done.stderr
    assert "nobody/nothing" in done.stdout
    assert "from the hub" in done.stdout


def test_a_name_is_found_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, (local, _) in places.NAMED.items():
        file = tmp_path / local
        file.parent.mkdir(exist_ok=True)
        if file.suffix == ".parquet":
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist([{"instruction": name}]), file)
        else:
            jsonl(file, {"instruction": name})
    monkeypatch.setenv("WEBGEN_DATA", str(tmp_path))
    for name in places.NAMED:
        assert [row.text for row in instructions.load_instructions(name)] == [name]


def test_a_name_that_is_not_on_this_machine_is_one_of_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBGEN_DATA", str(tmp_path))
    for name, (_, hub) in places.NAMED.items():
        assert places.place(name) == hub
        assert load.HUB_NAME.fullmatch(hub)


@needs_benchmark
def test_the_benchmark_s_test_set() -> None:
    rows = instructions.load_instructions(str(SHARED / "test.jsonl"))
    assert len(rows) == len({row.id for row in rows}) == 101
    assert rows[0].id == "000001"
    assert sum(len(row.meta["ui_instruct"]) for row in rows) == 647


@needs_benchmark
def test_the_benchmark_s_training_set() -> None:
    rows = instructions.load_instructions(str(SHARED / "train.parquet"))
    assert len(rows) == len({row.id for row in rows}) == 6667
    assert all(row.meta["application_type"] for row in islice(rows, 50))


def test_a_folder_that_holds_one_file_stands_for_it(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("about it")
    (tmp_path / "train.jsonl").write_text('{"instruction": "A shop"}\n')
    assert [one.text for one in instructions.load_instructions(str(tmp_path))] == ["A shop"]
    (tmp_path / "test.jsonl").write_text('{"instruction": "A blog"}\n')
    with pytest.raises(UserError, match="is neither a file"):
        instructions.load_instructions(str(tmp_path))

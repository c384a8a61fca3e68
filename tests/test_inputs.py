"""From what the user points at to completions: nothing is lost, nothing is trusted."""

import json
import os
import time
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1 import inputs
from webgen_r1.errors import UserError
from webgen_r1.inputs import BadInput, ScoreInput, count, find, read
from webgen_r1.samples import Sample


def items(*paths: Path, **options: str) -> list[ScoreInput]:
    found = list(read(find(paths), **options))
    assert all(isinstance(item, ScoreInput) for item in found), found
    return [item for item in found if isinstance(item, ScoreInput)]


# ── completion files ────────────────────────────────────────────────────────────────


def test_a_text_file_is_one_completion(tmp_path: Path) -> None:
    file = tmp_path / "shop.v2.txt"
    file.write_text("<answer>")
    (item,) = items(file)
    assert (item.id, item.text, item.project) == ("shop.v2", "<answer>", None)
    assert item.instruction is None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(bytes(range(256)) * 40, id="binary"),
        pytest.param(b"<answer>\xff\xfe</answer>", id="not UTF-8"),
        pytest.param(b"x" * 20_000_000, id="20 MB"),
    ],
)
def test_whatever_a_model_wrote_is_an_item(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(content)
    (item,) = items(file)
    assert item.text is not None
    assert len(item.text) >= len(content) / 4
    assert len(item.digest) == 64


def test_a_file_beyond_any_completion_is_left_out_by_name(tmp_path: Path) -> None:
    with (tmp_path / "disk.img").open("wb") as file:
        file.truncate(inputs.MAX_COMPLETION_BYTES + 1)
    (bad,) = read(find([tmp_path / "disk.img"]))
    assert isinstance(bad, BadInput)
    assert "32 MB" in bad.message


@given(st.text())
def test_equal_texts_have_equal_digests(text: str) -> None:
    one, two = (ScoreInput(name, None, text, None, name) for name in ("a", "b"))
    assert one.digest == two.digest
    assert one.digest != ScoreInput("a", None, text + "x", None, "a").digest


# ── what was asked ──────────────────────────────────────────────────────────────────


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "completions"
    folder.mkdir()
    (folder / "shop.broken.txt").write_text("text")
    rows = [{"id": "shop", "instruction": "a shop"}, {"id": "gym", "instruction": "a gym"}]
    (tmp_path / "instructions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder


def test_instructions_beside_the_folder_are_found(shop: Path) -> None:
    assert [item.instruction for item in items(shop.parent)] == ["a shop"]
    assert [item.instruction for item in items(shop / "shop.broken.txt")] == ["a shop"]


def test_instructions_beside_the_file_come_first(shop: Path) -> None:
    (shop / "instructions.jsonl").write_text('{"id": "shop.broken", "instruction": "exactly"}')
    assert [item.instruction for item in items(shop)] == ["exactly"]


def test_what_is_said_on_the_command_line_wins(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text('{"id": "shop", "instruction": "another shop"}')
    assert [i.instruction for i in items(shop, instructions=str(other))] == ["another shop"]
    assert [i.instruction for i in items(shop, instruction="said")] == ["said"]


def test_a_line_that_says_what_was_asked_is_believed(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": 7, "instruction": "own", "completion": "x"}\n{"completion": "y"}\n')
    assert [(i.id, i.instruction) for i in items(file, instruction="said")] == [
        ("7", "own"),
        ("rows:2", "said"),
    ]


def test_what_an_evaluation_kept_can_be_read_again(tmp_path: Path) -> None:
    kept = [Sample(id="1", text="one"), Sample(id="1", sample=1, text="two")]
    file = tmp_path / "completions.jsonl"
    file.write_text("".join(sample.model_dump_json() + "\n" for sample in kept))
    assert [(i.id, i.sample, i.text) for i in items(file)] == [("1", 0, "one"), ("1", 1, "two")]


def test_a_bad_instructions_file_is_the_users_mistake(shop: Path) -> None:
    (shop / "instructions.jsonl").write_text("{oops")
    with pytest.raises(UserError, match=r"instructions\.jsonl:1"):
        items(shop)


# ── JSONL ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{oops", "is not JSON"),
        (b"[1]", "is not an object"),
        (b'{"id": "a"}', "no `completion`"),
        (b'{"completion": 3}', "no `completion`"),
        (b'{"completion": "x", "instruction": 3}', "`instruction`"),
        (b'{"completion": "x", "id": [1]}', "`id`"),
        (b"[" * 200_000, "is not JSON"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path: Path, line: bytes, says: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'{"completion": "one"}\n' + line + b'\n\n{"completion": "two"}')
    one, bad, two = read(find([file]))
    assert isinstance(bad, BadInput)
    assert bad.source == f"{file}:2"
    assert says in bad.message
    assert isinstance(one, ScoreInput)
    assert isinstance(two, ScoreInput)
    assert (one.text, two.text, two.source) == ("one", "two", f"{file}:4")


def test_a_line_without_end_is_skipped_in_pieces(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    with file.open("wb") as out:
        out.truncate(inputs.MAX_COMPLETION_BYTES + 5_000_000)
        out.seek(0, os.SEEK_END)
        out.write(b'\n{"completion": "after"}\n')
    bad, good = read(find([file]))
    assert isinstance(bad, BadInput)
    assert isinstance(good, ScoreInput)
    assert good.text == "after"


def test_half_a_surrogate_pair_becomes_text_that_can_be_written(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": "\\ud800", "completion": "a\\udfffb"}')
    (item,) = items(file)
    assert (item.id, item.text) == ("?", "a?b")


def test_a_long_file_is_read_as_a_stream(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    with file.open("w") as out:
        for _ in range(2000):
            out.write('{"completion": "' + "x" * 5000 + '"}\n')
    sources = find([file])
    assert count(sources) == 2000
    assert len(list(islice(read(sources), 3))) == 3


@given(st.lists(st.sampled_from(["", "   ", '{"completion": "x"}', "bad"]), max_size=12))
def test_the_count_is_the_number_of_items(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    file = tmp_path_factory.mktemp("count") / "rows.jsonl"
    file.write_text("\n".join(lines))
    assert count(find([file])) == len(list(read(find([file]))))


# ── project folders ─────────────────────────────────────────────────────────────────


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "my-site"
    for name in ("src/App.tsx", "src/build/x.ts", "node_modules/a/index.js", "dist/a.js"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text("secret")
    (root / "package.json").write_text("{}")
    return root


def test_a_project_is_its_sources(project: Path) -> None:
    (item,) = items(project)
    assert item.id == "my-site"
    assert item.project is not None
    assert sorted(item.project.files) == ["package.json", "src/App.tsx", "src/build/x.ts"]
    assert item.digest == item.project.digest


def test_a_folder_of_projects_and_completions_is_both(project: Path) -> None:
    (project.parent / "z.txt").write_text("text")
    assert [item.id for item in items(project.parent)] == ["z", "my-site"]


def test_links_are_never_followed(project: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (project / "src" / "leak.ts").symlink_to(tmp_path / "secret")
    (project / "src" / "up").symlink_to(tmp_path, target_is_directory=True)
    (item,) = items(project)
    assert item.project is not None
    assert sorted(item.project.files) == ["package.json", "src/App.tsx", "src/build/x.ts"]
    assert [note.split(":")[0] for note in item.notes] == ["src/leak.ts", "src/up"]


def test_pipes_and_names_of_no_encoding_are_left_out(project: Path) -> None:
    os.mkfifo(project / "src" / "pipe.ts")
    (Path(os.fsdecode(os.fsencode(project / "src") + b"/\xff.ts"))).write_text("x")
    (item,) = items(project)
    assert item.project is not None
    assert len(item.project.files) == 3
    assert len(item.notes) == 2
    assert all(note.encode() for note in item.notes)


def test_a_folder_too_large_for_a_project_is_left_out(project: Path) -> None:
    with (project / "video.mp4").open("wb") as file:
        file.truncate(65 * 2**20)
    (bad,) = read(find([project]))
    assert isinstance(bad, BadInput)
    assert "64 MB" in bad.message


# ── paths ───────────────────────────────────────────────────────────────────────────


def test_a_missing_path_is_said_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(UserError, match=r"cannot read .*nothing"):
        find([tmp_path / "a.txt", tmp_path / "nothing"])


@pytest.mark.parametrize("name", ["\0", "x" * 5000])
def test_an_impossible_path_is_a_clear_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="cannot read"):
        find([tmp_path / name])


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserError, match="neither a file nor a folder"):
        find([tmp_path / "pipe"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_a_clear_line(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    with pytest.raises(UserError, match="Permission denied"):
        find([tmp_path / "closed"])


def test_a_file_that_vanishes_is_left_out_by_name(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)
    sources = find([tmp_path])
    (tmp_path / "a.txt").unlink()
    bad, good = read(sources)
    assert isinstance(bad, BadInput)
    assert isinstance(good, ScoreInput)


def test_a_folder_with_nothing_to_score_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("x")
    with pytest.raises(UserError, match="holds nothing to score"):
        find([tmp_path])


def test_our_own_output_is_no_input(tmp_path: Path) -> None:
    report = tmp_path / "out" / "score" / "report"
    report.mkdir(parents=True)
    (report / "index.html").write_text("<h1>report</h1>")
    (report.parent / "traces.jsonl").write_text("")
    (tmp_path / "a.txt").write_text("x")
    assert [item.id for item in items(tmp_path)] == ["a"]


def test_a_folder_with_too_many_files_is_refused_at_once(tmp_path: Path) -> None:
    for n in range(inputs.MAX_ENTRIES + 1):
        (tmp_path / str(n)).touch()
    started = time.monotonic()
    with pytest.raises(UserError, match="more than 20,000 files"):
        find([tmp_path])
    assert time.monotonic() - started < 5

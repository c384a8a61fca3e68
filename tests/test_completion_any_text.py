"""Whatever a text is, it is read in proportion to its length, and writing is reading's inverse."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from completion_samples import GOOD, artifact, codes, file
from webgen_r1.completion import MAX_CHARACTERS, parse, write
from webgen_r1.errors import UserError
from webgen_r1.outline import MAX_FAILURES_PER_CODE, MAX_TAGS
from webgen_r1.paths import safe_path
from webgen_r1.types import Completion

# ── any text ────────────────────────────────────────────────────────────────────────

FRAGMENTS = st.sampled_from(
    [
        "<think>", "</think>", "<answer>", "</answer>", "<webArtifact", "</webArtifact>",
        '<webArtifact id="a" title="t">', "<webAction", "</webAction>", "<webAction>",
        '<webAction type="file" filePath="src/a.ts">', "<webAction type='file' filePath=b.ts>",
        '<webAction type="file" filePath="src">', '<webAction type="file" filePath="../x">',
        '<webAction type="shell">', '<webAction type="start">', '<webAction type="start"/>',
        "<![CDATA[", "]]>", "]]", ">", "<", "<!--", "-->", "```", "```tsx\n", "\n```", "\n", " ",
        '"', "'", "&", "&lt;", "&#0;", "=", "/", "x", "\r\n", "\0", "\u2028", "\ud800", "é",
    ]
)  # fmt: skip
ADVERSARIAL = st.lists(FRAGMENTS, max_size=40).map("".join)


@given(ADVERSARIAL | st.text())
@example("<webArtifact><webAction filePath='a'>```\nx\n```</webAction></webArtifact>")
def test_any_text_is_read_and_what_is_read_can_be_written(text: str) -> None:
    parsed = parse(text)
    assert all(safe_path(path) == path for path in parsed.completion.files)
    assert parse(write(parsed.completion)).completion == parsed.completion


SEGMENT = st.text(st.sampled_from("abcXYZ019._-[]() é"), min_size=1, max_size=8)
PATHS = st.lists(SEGMENT, min_size=1, max_size=3).map("/".join).filter(lambda p: safe_path(p) == p)
BODIES = ADVERSARIAL.filter(lambda text: "\ud800" not in text) | st.text()


def _no_conflicts(files: dict[str, str]) -> bool:
    return not any(a != b and b.startswith(f"{a}/") for a in files for b in files)


COMPLETIONS = st.builds(
    Completion,
    think=st.none() | BODIES,
    answered=st.booleans(),
    artifact_id=st.none() | BODIES,
    title=st.none() | BODIES,
    files=st.dictionaries(PATHS, BODIES, max_size=4)
    .filter(_no_conflicts)
    .map(lambda files: {path: body.encode() for path, body in files.items()}),
    shell=st.lists(BODIES, max_size=3).map(tuple),
    start=st.none() | BODIES,
)


@given(COMPLETIONS)
@example(Completion(think="<![CDATA[x]]>"))
@example(Completion(think="</think>", answered=True, title='\n"\r&quot;<'))
@example(Completion(files={"a.ts": b"```\nx\n```", "b.md": b"```\nx\n```"}))
@example(Completion(files={"a.ts": b" <![CDATA[x]]>", "b.ts": b"]]>", "c.ts": b"x\n"}))
@example(Completion(shell=("```\nx\n```", " x", "<webAction>"), start=""))
def test_what_is_written_is_read_back(completion: Completion) -> None:
    assert parse(write(completion)).completion == completion


@given(COMPLETIONS.filter(lambda c: bool(c.files)))
def test_what_is_written_has_no_faults(completion: Completion) -> None:
    assert codes(parse(write(completion))) == []


def test_ordinary_files_are_written_without_cdata() -> None:
    assert write(parse(GOOD).completion) == GOOD


@pytest.mark.parametrize(
    "files",
    [
        {"logo.png": b"\x89PNG\xff"},
        {"../a.ts": b""},
        {"./a.ts": b""},
        {"src": b"", "src/a.ts": b""},
    ],
)
def test_what_no_text_can_say_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(UserError, match="cannot write a completion"):
        write(Completion(files=files))


def test_bytes_that_were_not_utf8_are_replaced_and_reported() -> None:
    text = artifact(file("a.ts", "x\xff")).encode("latin-1").decode("utf-8", "surrogateescape")
    parsed = parse(text)
    assert parsed.completion.files == {"a.ts": "x\ufffd".encode()}
    assert codes(parsed, "warning") == ["not-utf8"]


# ── noise ───────────────────────────────────────────────────────────────────────────

OPEN_FILE = '<webAction type="file" filePath="a">\n'


@pytest.mark.parametrize(
    "fragment",
    [
        "<webAction",
        "<webAction ",
        "<webAction>",
        "<webAction a='",
        OPEN_FILE,
        f"{OPEN_FILE}<![CDATA[</webAction>\n",
        f"{OPEN_FILE}]]>\n",
        f"x{OPEN_FILE}{OPEN_FILE}</webAction>\n",
        "</webAction>\n",
        "<think>",
        "<!--",
        "```",
        " ",
        '<webArtifact id="',
    ],
    ids=repr,
)
@pytest.mark.parametrize(
    "prefix", ["", f"<answer><webArtifact>{OPEN_FILE}", f"{OPEN_FILE}<![CDATA["]
)
def test_noise_takes_time_in_proportion_to_its_length(fragment: str, prefix: str) -> None:
    def cost(characters: int) -> float:
        text = prefix + fragment * (characters // len(fragment))
        started = time.process_time()
        parse(text)
        return time.process_time() - started

    # Quadratic work would cost 100 times as much, each time; linear work costs 10 times, but for
    # a moment in which the machine had something else to do.
    assert any(cost(400_000) < 40 * cost(40_000) + 0.2 for _ in range(3))


@pytest.mark.parametrize("fragment", ["<think>", "<!--", f"{OPEN_FILE}<![CDATA["], ids=repr)
def test_a_search_that_failed_is_not_repeated(fragment: str) -> None:
    started = time.process_time()
    parse(fragment * (5_000_000 // len(fragment)))
    assert time.process_time() - started < 5  # repeated, it takes a minute; once, a tenth of 5 s


def test_a_text_of_any_size_is_answered_at_once() -> None:
    parsed = parse("<webAction>" * (MAX_CHARACTERS // 11 + 1))
    assert codes(parsed) == ["too-large"]
    parsed = parse("<answer>" * (MAX_TAGS + 1))
    assert "too-large" in codes(parsed)


def test_findings_of_one_kind_are_limited() -> None:
    parsed = parse(artifact(*[file("/x", "")] * 1000, file("a.ts", "1")))
    assert codes(parsed) == ["unsafe-path"] * MAX_FAILURES_PER_CODE

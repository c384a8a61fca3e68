"""The completion format: what is read, and what is refused."""

from __future__ import annotations

import pytest

from completion_samples import APP, GOOD, artifact, codes, file
from webgen_r1.completion import parse
from webgen_r1.types import Completion


def only_file(text: str) -> str:
    parsed = parse(text)
    assert codes(parsed) == []
    (content,) = parsed.completion.files.values()
    return content.decode()


def test_a_good_completion_is_read_without_findings() -> None:
    parsed = parse(GOOD)
    assert parsed.failures == ()
    assert parsed.reasoning
    assert parsed.completion == Completion(
        think="One page will do.",
        answered=True,
        artifact_id="shop",
        title='A "nice" shop',
        files={"src/App.tsx": APP.encode()},
        shell=("npm install",),
        start="npm run dev",
    )


def test_the_artifact_alone_is_a_completion() -> None:
    parsed = parse(artifact(file("a.ts", "1")))
    assert parsed.failures == ()
    assert parsed.completion.files == {"a.ts": b"1"}
    assert (parsed.completion.think, parsed.completion.answered) == (None, False)
    assert not parsed.reasoning


# ── tags ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "tag",
    [
        "<webAction type='file' filePath='src/a.ts'>",
        "<webAction type=file filePath=src/a.ts>",
        '<webAction filePath="src/a.ts" type="file">',
        '<webAction\n  type = "file"\n  filePath = "src/a.ts"\n>',
        '<webAction type="file" language="ts" filePath="src/a.ts" data-x>',
        '<WEBACTION TYPE="File" FILEPATH="src/a.ts">',
        '<webAction type="file"filePath="src/a.ts" >',
        '<webAction type="file" filePath="src&#47;a.ts">',
        '<webAction filePath="./src/a.ts">',
        '<webAction type="file" filePath="src/a.ts" filePath="src/b.ts">',
    ],
)
def test_tags_may_be_written_in_many_ways(tag: str) -> None:
    assert parse(artifact(f"{tag}x</webAction>")).completion.files == {"src/a.ts": b"x"}


def test_closing_tags_may_be_written_in_any_case() -> None:
    text = '<WebArtifact id="a"><webAction filePath="a.ts">x</WEBACTION ></webartifact>'
    assert parse(text).completion.files == {"a.ts": b"x"}


def test_a_title_may_hold_angle_brackets_and_entities() -> None:
    parsed = parse('<webArtifact id="x" title="2 > 1 &amp; I <3 &#228;"></webArtifact>')
    assert parsed.completion.title == "2 > 1 & I <3 ä"


def test_an_absurd_character_reference_is_left_alone() -> None:
    title = "&#" + "9" * 5000 + ";"
    assert parse(f'<webArtifact title="{title}"></webArtifact>').completion.title == title


# ── bodies ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("\nx\n", "x"),
        ("  \r\nx\r\n", "x"),
        ("\n\n  x\n \t\n", "\n  x"),
        ("x", "x"),
        ("  x", "  x"),
        ("\na\r\nb\r\n", "a\r\nb"),
        ("", ""),
        ("\n", ""),
        ("\nx\u00a0\n", "x\u00a0"),
    ],
)
def test_one_leading_newline_and_trailing_blanks_are_layout(body: str, kept: str) -> None:
    assert only_file(artifact(file("a.ts", body))) == kept


@pytest.mark.parametrize(
    "code",
    [
        "const a = x < y && y > z;",
        "const a = '</webAction>';",
        'const a = "<webAction type=\\"file\\" filePath=\\"b.ts\\">";',
        "const a = `<webAction type='file' filePath='b.ts'>hi</webAction>`;",
        "const a = `\n<webAction type='file' filePath='b.ts'>\nhi\n</webAction>\n`;",
        "return <code></webAction></code>;",
        "return <Answer>42</Answer>;",
        "// <think> </think> <answer> </answer>",
        "const entity = '&lt;&amp;';",
        "if (a[b[0]]>1) {}",
        "<!-- a comment of the page -->",
        "const md = '```js';\n```\n",
    ],
)
def test_code_that_looks_like_markup_is_code(code: str) -> None:
    text = artifact(file("a.ts", f"\n{code}\n"), file("z.ts", "z"))
    assert parse(text).completion.files == {"a.ts": code.rstrip().encode(), "z.ts": b"z"}


def test_cdata_is_taken_exactly() -> None:
    body = "<![CDATA[\n</webAction> & ]]]]><![CDATA[> a[b[0]]>1 \n]]>"
    assert only_file(artifact(file("a.ts", f"\n  {body}\n"))) == (
        "\n</webAction> & ]]> a[b[0]]>1 \n"
    )


def test_cdata_that_never_ends_is_plain_text() -> None:
    assert only_file(artifact(file("a.ts", "<![CDATA[x"))) == "<![CDATA[x"


@pytest.mark.parametrize("fence", ["```tsx", "```", "```c++ "])
def test_a_fence_around_the_whole_file_is_taken_away(fence: str) -> None:
    parsed = parse(artifact(file("a.tsx", f"\n{fence}\nx\n```\n")))
    assert parsed.completion.files == {"a.tsx": b"x"}
    assert codes(parsed, "warning") == ["fenced"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("README.md", "```\nx\n```"),
        ("a.ts", "```\nx\n```\ny\n```\nz\n```"),
        ("a.ts", "const a = `\n```\n`"),
        ("a.ts", "```"),
        ("a.ts", "``` ```"),
    ],
)
def test_other_fences_belong_to_the_file(path: str, body: str) -> None:
    assert only_file(artifact(file(path, f"\n{body}\n"))) == body


# ── around the artifact ─────────────────────────────────────────────────────────────


def test_comments_between_actions_are_nothing() -> None:
    text = artifact("<!-- first -->", file("a.ts", "1"), f"<!-- {file('b.ts', '2')} -->")
    parsed = parse(text)
    assert parsed.completion.files == {"a.ts": b"1"}
    assert parsed.failures == ()


def test_a_fence_around_everything_is_ignored_but_is_no_good_form() -> None:
    parsed = parse(f"```xml\n{GOOD}```\n")
    assert parsed.completion == parse(GOOD).completion
    assert codes(parsed, "warning") == ["fenced", "fenced"]
    assert not parsed.reasoning


def test_text_outside_is_reported_with_its_line() -> None:
    parsed = parse(f"\nHere you are:\n{GOOD}")
    assert [(f.code, f.line) for f in parsed.failures] == [("text-outside", 2)]
    assert not parsed.reasoning


def test_the_last_complete_artifact_counts() -> None:
    text = (
        '<webArtifact id="1"><webAction filePath="a">1</webAction></webArtifact>\n'
        '<webArtifact id="2"><webAction filePath="a">2</webAction></webArtifact>\n'
        '<webArtifact id="3"><webAction filePath="a">3'
    )
    parsed = parse(text)
    assert parsed.completion.artifact_id == "2"
    assert parsed.completion.files == {"a": b"2"}
    assert "several-artifacts" in codes(parsed, "warning")
    assert codes(parsed) == []


def test_of_cut_off_artifacts_the_last_one_counts() -> None:
    text = '<webArtifact id="1"><webAction filePath="a">1</webAction>\n<webArtifact id="2">'
    parsed = parse(text + '<webAction filePath="a">2')
    assert parsed.completion.artifact_id == "2"
    assert codes(parsed) == ["truncated"]


def test_artifacts_inside_think_are_thoughts() -> None:
    parsed = parse(f"<think>{artifact(file('a.ts', '1'))}</think>{artifact(file('a.ts', '2'))}")
    assert parsed.completion.files == {"a.ts": b"2"}
    assert parsed.failures == ()


def test_of_two_files_with_one_path_the_last_counts() -> None:
    parsed = parse(artifact(file("a.ts", "1"), file("./a.ts", "2")))
    assert parsed.completion.files == {"a.ts": b"2"}
    (finding,) = parsed.failures
    assert (finding.code, finding.path, finding.line) == ("duplicate-file", "a.ts", 3)
    assert finding.severity == "warning"


def test_paths_that_differ_only_in_case_are_reported() -> None:
    parsed = parse(artifact(file("src/App.tsx", "1"), file("src/app.tsx", "2")))
    assert len(parsed.completion.files) == 2
    assert codes(parsed, "warning") == ["case-collision"]


@pytest.mark.parametrize("paths", [("src", "src/a.ts"), ("src/a/b.ts", "src/a")])
def test_nothing_is_both_file_and_folder(paths: tuple[str, str]) -> None:
    parsed = parse(artifact(*(file(path, "1") for path in paths)))
    assert list(parsed.completion.files) == [paths[0]]
    assert codes(parsed) == ["path-conflict"]


@pytest.mark.parametrize("path", ["/etc/passwd", "../a", "C:\\a", "node_modules/a.js", "a\u202eb"])
def test_unsafe_paths_are_left_out(path: str) -> None:
    parsed = parse(artifact(file(path, "1"), file("a.ts", "2")))
    assert parsed.completion.files == {"a.ts": b"2"}
    assert [(f.code, f.line) for f in parsed.failures] == [("unsafe-path", 2)]


def test_a_file_needs_a_path() -> None:
    parsed = parse(artifact('<webAction type="file">x</webAction>', file("", "y")))
    assert codes(parsed) == ["no-files", "missing-path", "missing-path"]


def test_unknown_actions_are_left_out() -> None:
    parsed = parse(artifact('<webAction type="patch">x</webAction>', file("a.ts", "1")))
    assert parsed.completion.files == {"a.ts": b"1"}
    assert codes(parsed, "warning") == ["unknown-action"]


def test_of_several_start_actions_the_last_counts() -> None:
    start = '<webAction type="start">npm run {}</webAction>'
    parsed = parse(artifact(file("a", "1"), start.format("dev"), start.format("preview")))
    assert parsed.completion.start == "npm run preview"
    assert codes(parsed, "warning") == ["duplicate-start"]


def test_a_forgotten_closing_tag_costs_nothing_but_a_warning() -> None:
    text = artifact(
        '<webAction type="file" filePath="a.ts">\n1\n',
        file("b.ts", "2"),
        '<webAction type="shell">npm install',
        '<webAction type="start">npm run dev</webAction>',
    )
    parsed = parse(text)
    assert parsed.completion.files == {"a.ts": b"1", "b.ts": b"2"}
    assert parsed.completion.shell == ("npm install",)
    assert parsed.completion.start == "npm run dev"
    assert codes(parsed) == []
    assert codes(parsed, "warning") == ["unclosed-action", "unclosed-action"]


def test_actions_on_one_line_are_told_apart_after_a_forgotten_closing_tag() -> None:
    text = artifact(
        '<webAction type="file" filePath="a.ts">\n1', file("b.ts", "2") + file("c.ts", "3")
    )
    assert parse(text).completion.files == {"a.ts": b"1", "b.ts": b"2", "c.ts": b"3"}


def test_an_answer_may_end_an_artifact() -> None:
    parsed = parse('<answer><webArtifact id="a"><webAction filePath="a">1</webAction></answer>')
    assert parsed.completion.files == {"a": b"1"}
    assert parsed.completion.answered
    assert [f.code for f in parsed.failures] == ["unclosed-artifact"]


@pytest.mark.parametrize(
    "text", ["", "   ", "hello", "\0\x01\x02", "<webArtifact", "<answer></answer>"]
)
def test_text_without_an_artifact_says_so(text: str) -> None:
    parsed = parse(text)
    assert parsed.completion == Completion()
    assert codes(parsed) == ["no-artifact"]


def test_actions_without_an_artifact_are_read_but_are_an_error() -> None:
    parsed = parse(f"<answer>{file('a.ts', '1')}</answer>")
    assert parsed.completion.files == {"a.ts": b"1"}
    assert codes(parsed) == ["no-artifact"]


def test_an_artifact_without_files_is_an_error() -> None:
    assert codes(parse('<webArtifact id="a" title="b"/>')) == ["no-files"]


# ── cut off ─────────────────────────────────────────────────────────────────────────


def test_every_cut_inside_the_artifact_is_truncated() -> None:
    first = GOOD.index("<webArtifact") + len(
        '<webArtifact id="shop" title="A &quot;nice&quot; shop">'
    )
    for end in range(first, GOOD.index("</webArtifact>") + len("</webArtifact")):
        assert "truncated" in codes(parse(GOOD[:end])), GOOD[:end][-40:]


def test_a_cut_inside_a_file_names_it() -> None:
    parsed = parse(GOOD[: GOOD.index("<h1>")])
    finding = next(f for f in parsed.failures if f.code == "truncated")
    assert (finding.path, finding.line) == ("src/App.tsx", 8)
    assert not parsed.reasoning


@pytest.mark.parametrize("text", ["<think>\nhm, ", "<think>a</think>\n<answer>\n<webArt"])
def test_a_cut_before_the_artifact_is_truncated(text: str) -> None:
    assert set(codes(parse(text))) == {"no-artifact", "truncated"}


# ── reasoning ───────────────────────────────────────────────────────────────────────

ANSWER = f"<answer>{artifact(file('a.ts', '1'))}</answer>"


@pytest.mark.parametrize(
    ("text", "reasoning"),
    [
        (f"<think>why</think>{ANSWER}", True),
        (f"\n <THINK>why</THINK>\n\n{ANSWER}\n", True),
        ("<think>why</think><answer>no idea</answer>", True),
        (ANSWER, False),
        (f"<think> \n</think>{ANSWER}", False),
        ("<think>why</think><answer> </answer>", False),
        (f"{ANSWER}<think>why</think>", False),
        (f"<think>why</think><think>more</think>{ANSWER}", False),
        (f"<think>why</think>{ANSWER}{ANSWER}", False),
        (f"<think>why</think>{ANSWER}</answer>", False),
        (f"<answer><think>why</think>{artifact(file('a.ts', '1'))}</answer>", False),
        (f"Sure! <think>why</think>{ANSWER}", False),
        (f"<think>why</think> so {ANSWER}", False),
        (f"<think>why</think>{ANSWER} bye", False),
        (f"<think>why{ANSWER}", False),
        (f"<think>why</think><answer>{artifact(file('a.ts', '1'))}", False),
        (f"why</think>{ANSWER}", False),
    ],
)
def test_reasoning_is_one_think_then_one_answer(text: str, reasoning: bool) -> None:
    assert parse(text).reasoning is reasoning

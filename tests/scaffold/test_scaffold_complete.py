"""From completion to project: `full` takes what is carried, `slots` fills the starter."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1 import scaffold
from webgen_r1.types import Completion

SCAFFOLD = scaffold.load("vite-react-typescript")
HOME = b"export default function Home() { return <h1>Tea</h1> }\n"


def test_full_mode_takes_what_the_completion_carries_and_nothing_else() -> None:
    completion = Completion(
        artifact_id="tea",
        title="Tea",
        files={"src/pages/Home.tsx": HOME},
        shell=("npm i",),
        start="npm start",
    )
    project, failures = scaffold.complete(SCAFFOLD, completion, "full")
    assert failures == ()
    assert project.files == {"src/pages/Home.tsx": HOME}
    assert (project.artifact_id, project.title) == ("tea", "Tea")
    assert (project.shell, project.start) == (("npm i",), "npm start")


def test_full_mode_does_not_mend_what_is_missing() -> None:
    project, _ = scaffold.complete(SCAFFOLD, Completion(), "full")
    assert (project.files, project.shell, project.start) == ({}, (), None)


def test_slots_mode_fills_the_starter() -> None:
    completion = Completion(title="Tea", files={"src/pages/Home.tsx": HOME, "src/data/a.ts": b""})
    project, failures = scaffold.complete(SCAFFOLD, completion, "slots")
    assert failures == ()
    assert project.files["src/pages/Home.tsx"] == HOME
    assert project.files["src/main.tsx"] == SCAFFOLD.files["src/main.tsx"]
    assert set(project.files) == {*SCAFFOLD.files, "src/data/a.ts"}
    assert project.title == "Tea"


def test_slots_mode_supplies_actions_only_where_the_completion_gives_none() -> None:
    bare, _ = scaffold.complete(SCAFFOLD, Completion(), "slots")
    own, _ = scaffold.complete(SCAFFOLD, Completion(shell=("npm ci",), start="vite"), "slots")
    assert (bare.shell, bare.start) == (("npm install",), "npm run dev")
    assert (own.shell, own.start) == (("npm ci",), "vite")


def test_a_file_outside_the_slots_is_ignored_and_reported() -> None:
    completion = Completion(files={"package.json": b"{}", "notes.md": b"", "src/App.tsx": HOME})
    project, failures = scaffold.complete(SCAFFOLD, completion, "slots")
    assert project.files["package.json"] == SCAFFOLD.files["package.json"]
    assert "notes.md" not in project.files
    assert [(f.code, f.path, f.severity, f.stage) for f in failures] == [
        ("outside-slots", "package.json", "warning", "parse"),
        ("outside-slots", "notes.md", "warning", "parse"),
    ]


@pytest.mark.parametrize(
    ("glob", "inside", "outside"),
    [
        ("src/App.tsx", ["src/App.tsx"], ["src/Appxtsx", "a/src/App.tsx", "src/App.tsx/x"]),
        ("src/pages/**", ["src/pages/A.tsx", "src/pages/a/b/C.tsx"], ["src/pages", "src/pages/"]),
        ("src/*.css", ["src/index.css"], ["src/a/index.css", "src/.css", "src/index.css.ts"]),
        ("src/**/*.ts", ["src/a/b.ts", "src/a/b/c.ts"], ["src/b.ts", "src/a/b.tsx"]),
        ("[a].(b)+", ["[a].(b)+"], ["a.bb"]),
    ],
)
def test_globs(glob: str, inside: list[str], outside: list[str]) -> None:
    one = replace(SCAFFOLD, slots=(glob,))
    assert [path for path in inside + outside if scaffold.in_slots(one, path)] == inside


PATHS = st.sampled_from([*SCAFFOLD.files, "src/pages/Menu.tsx", "public/tea.svg", ".env", "src/x"])


@given(st.dictionaries(PATHS, st.binary(max_size=8)))
def test_every_carried_file_is_either_in_the_project_or_reported(files: dict[str, bytes]) -> None:
    project, failures = scaffold.complete(SCAFFOLD, Completion(files=files), "slots")
    reported = {failure.path for failure in failures}
    for path, source in files.items():
        assert (path in reported) != (scaffold.in_slots(SCAFFOLD, path))
        assert path in reported or project.files[path] == source
    for path, source in SCAFFOLD.files.items():
        assert project.files[path] == (source if path in reported else files.get(path, source))

"""Rules about the artifact, its size, package.json, and the files every site needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from rule_projects import GOOD, Scaffold, failed, package, project, report

from webgen_r1.errors import UserError
from webgen_r1.rules import CODES, check
from webgen_r1.types import Completion, Project

OF_COMPLETIONS = {"artifact-id", "artifact-title", "install-action", "start-action", "page"}
ON_PACKAGE = {
    "package-json", "package-name", "package-version", "package-scripts",
    "package-dependencies", "undeclared-import", "node-builtin",
}  # fmt: skip
ON_ENTRY = {
    "entry", "page", "default-export", "unresolved-import", "missing-export",
    "undeclared-import", "node-builtin",
}  # fmt: skip


def test_a_good_project_passes_every_rule() -> None:
    found = report()
    assert found.failures == ()
    assert found.passed == dict.fromkeys(CODES, True)
    assert found.ok


def test_an_empty_project_fails_without_an_accident() -> None:
    found = check(Project({}), Scaffold(), Completion())
    assert {code for code, held in found.passed.items() if held} == {"size-limits"}


def test_every_failure_is_of_the_static_stage_and_under_its_code() -> None:
    for failure in check(Project({}), Scaffold(), Completion()).failures:
        assert failure.stage == "static"
        assert failure.severity == "error"
        assert failure.code in CODES


def test_a_folder_is_not_asked_what_only_a_completion_has() -> None:
    bare = Project(project().files)
    assert set(check(bare, Scaffold(), None).passed) == set(CODES) - OF_COMPLETIONS
    assert check(bare, Scaffold(), None).ok
    assert not check(bare, Scaffold(), Completion()).ok


def test_only_the_rules_of_the_scaffold_apply() -> None:
    found = check(Project({}), Scaffold({"app": None, "package-name": {}}), None)
    assert found.passed == {"app": False, "package-name": False}
    assert [failure.code for failure in found.failures] == ["app"]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"no-such-rule": None}, "no static rule 'no-such-rule'"),
        ({"app": {"colour": 1}}, "static rule app: colour: "),
        ({"size-limits": {"max_files": "many"}}, "static rule size-limits: max_files: "),
    ],
)
def test_a_scaffold_that_asks_for_what_does_not_exist(rules: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        check(Project({}), Scaffold(rules), None)


# ── artifact, actions, size ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"artifact_id": None}, "artifact-id"),
        ({"artifact_id": " "}, "artifact-id"),
        ({"title": ""}, "artifact-title"),
        ({"shell": ()}, "install-action"),
        ({"shell": ("npm run build", "echo hello")}, "install-action"),
        ({"start": None}, "start-action"),
        ({"start": "\n"}, "start-action"),
    ],
)
def test_what_an_artifact_must_say(facts: dict[str, Any], code: str) -> None:
    assert failed(**facts) == {code}


@pytest.mark.parametrize(
    "command",
    ["npm install", "npm i", "npm ci", "cd . && npm  install --legacy-peer-deps", "yarn", "pnpm i"],
)
def test_there_are_many_ways_to_install(command: str) -> None:
    assert failed(shell=(command,)) == set()


@pytest.mark.parametrize(
    "limit", [{"max_files": 5}, {"max_file_bytes": 100}, {"max_total_bytes": 300}]
)
def test_size_limits_are_options(limit: dict[str, int]) -> None:
    assert not check(project(), Scaffold({"size-limits": limit}), None).ok
    assert check(project(), Scaffold({"size-limits": None}), None).ok


def test_a_file_that_is_too_large_is_named() -> None:
    found = check(
        project({"big.txt": "x" * 999}), Scaffold({"size-limits": {"max_file_bytes": 900}}), None
    )
    assert [failure.path for failure in found.failures] == ["big.txt"]


# ── package.json ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (None, None),
        ("", 1),
        ('{\n  "name": "a",\n}', 3),
        ("[]", 1),
        ('{"name": NaN}', None),
        ("[" * 100_000, None),
        ('{"version": ' + "9" * 5000 + "}", None),
        ("// comment\n{}", 1),
    ],
    ids=lambda value: str(value)[:16],
)
def test_package_json_must_be_an_object(text: str | None, line: int | None) -> None:
    found = report({"package.json": text})
    assert [(f.code, f.path, f.line) for f in found.failures] == [
        ("package-json", "package.json", line)
    ]
    assert {code for code, held in found.passed.items() if not held} == ON_PACKAGE


def test_a_byte_order_mark_is_no_harm() -> None:
    assert failed({"package.json": "\ufeff" + GOOD["package.json"]}) == set()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (package(name=None), "package-name"),
        (package(name=""), "package-name"),
        (package(version=1), "package-version"),
        (package(scripts=None), "package-scripts"),
        (package(scripts={"dev": "vite", "build": "vite build"}), "package-scripts"),
        (package(scripts=["vite"]), "package-scripts"),
        (package(devDependencies={"lucide-react": "*"}), "package-dependencies"),
    ],
)
def test_what_package_json_must_say(changes: dict[str, str | None], code: str) -> None:
    assert failed(changes) == {code}


def test_every_missing_package_is_named() -> None:
    found = report(package(dependencies={}, devDependencies=None))
    messages = [f.message for f in found.failures if f.code == "package-dependencies"]
    assert [message.split()[-1] for message in messages] == ["react", "react-dom", "vite"]


def test_required_names_are_options() -> None:
    rules = {"package-dependencies": {"names": ["vue"]}, "package-scripts": {"names": ["dev"]}}
    assert check(project(), Scaffold(rules), None).passed == {
        "package-scripts": True,
        "package-dependencies": False,
    }


# ── files every site needs ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["vite.config.js", "vite.config.mts"])
def test_a_vite_configuration_may_be_in_any_script(path: str) -> None:
    assert failed({"vite.config.ts": None, path: "export default {}"}) == set()


def test_a_vite_configuration_is_needed() -> None:
    assert failed({"vite.config.ts": None}) == {"vite-config"}


@pytest.mark.parametrize(
    "html",
    [
        '<script src="/src/main.tsx" type="module"></script>',
        "<script type=module src=src/main.tsx></script>",
        "<SCRIPT TYPE='module' SRC='./src/main.tsx'></SCRIPT>",
        '<script type="module">import "/src/main.tsx";</script>',
        '<script>if (a<b) {}</script><script type="module" src="/src/main"></script>',
        '<script type="module" src="https://cdn.test/x.js"></script>'
        '<script type="module" src="/src/main.tsx"></script>',
    ],
)
def test_index_html_may_load_its_entry_in_many_ways(html: str) -> None:
    assert failed({"index.html": html}) == set()


@pytest.mark.parametrize(
    "html",
    [
        None,
        "",
        '<script src="/src/main.tsx"></script>',
        '<!-- <script type="module" src="/src/main.tsx"></script> -->',
        '<script type="module" src="/src/index.tsx"></script>',
        '<script type="module" src="https://cdn.test/x.js"></script>',
        '<script type="module">console.log(1)</script>',
    ],
)
def test_without_an_entry_nothing_is_reached(html: str | None) -> None:
    found = report({"index.html": html})
    assert {code for code, held in found.passed.items() if not held} == ON_ENTRY
    assert {failure.code for failure in found.failures} == {"entry"}


def test_a_missing_entry_is_named_with_its_line() -> None:
    found = report({"src/main.tsx": None})
    assert (found.failures[0].path, found.failures[0].line) == ("index.html", 2)
    assert "/src/main.tsx" in found.failures[0].message


def test_the_root_of_the_configuration_is_honoured() -> None:
    changes: Mapping[str, str | None] = {
        "vite.config.ts": "export default defineConfig({ root: 'web' })",
        "index.html": None,
        "web/index.html": '<script type="module" src="/main.tsx"></script>',
        "web/main.tsx": "import '../src/App'",
    }
    assert failed(changes) == set()


def test_an_app_component_is_needed() -> None:
    moved: Mapping[str, str | None] = {
        "src/App.tsx": None,
        "src/Site.tsx": GOOD["src/App.tsx"],
        "src/main.tsx": "import './Site'",
    }
    assert failed(moved) == {"app"}


def test_a_page_or_component_must_be_reached() -> None:
    assert failed({"src/App.tsx": "export default () => null"}) == {"page"}


def test_a_project_of_ones_own_may_be_one_component() -> None:
    files = {**project().files, "src/App.tsx": b"export default () => null"}
    assert check(Project(files), Scaffold(), None).ok

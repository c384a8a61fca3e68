"""Declared and used, used and declared, resolvable."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lint_projects import check, declaring, errors, package, project

from webgen_r1.lint.dependencies import CODES, check_dependencies
from webgen_r1.lint.scripts import Scripts


def test_a_clean_project_has_no_findings() -> None:
    assert check() == ()


# ── used and declared ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "line",
    [
        "import x from 'left-pad'",
        "import 'left-pad/style.css'",
        "export * from 'left-pad'",
        "const x = () => import('left-pad')",
        "const x = require('left-pad')",
        "import type { X } from 'left-pad'",
    ],
)
def test_an_imported_package_must_be_declared(line: str) -> None:
    found = check({"src/App.tsx": f"\n{line}\nexport default () => null\n"})
    assert [(f.code, f.path, f.line, f.severity) for f in found] == [
        ("undeclared-dependency", "src/App.tsx", 2, "error")
    ]
    assert "left-pad" in found[0].message


@pytest.mark.parametrize(
    "table", ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"]
)
def test_any_table_declares(table: str) -> None:
    changes = {"src/App.tsx": "import x from 'left-pad'\nexport default x\n"}
    tables = {"react": "^18.3.1", "left-pad": "1"}
    assert errors({**changes, **package(**{table: tables})}) == []


def test_types_may_come_from_another_package() -> None:
    types = {"src/App.tsx": "import type { X } from '@mapbox/tile'\nexport const x: X = 1\n"}
    values = {"src/App.tsx": "import X from '@mapbox/tile'\nexport const x = X\n"}
    declared = declaring({"@types/mapbox__tile": "1"}, "devDependencies")
    assert errors({**types, **declared}) == []
    assert errors({**values, **declared}) == ["undeclared-dependency"]


def test_modules_of_node_are_no_packages() -> None:
    assert (
        errors({"vite.config.ts": "import p from 'path'\nimport 'node:fs'\nexport default p"}) == []
    )


def test_a_script_that_nothing_reaches_is_asked_too() -> None:
    assert errors({"src/old/Unused.tsx": "import 'left-pad'\n"}) == ["undeclared-dependency"]


@pytest.mark.parametrize("folder", ["node_modules/x", "dist", "public", ".cache"])
def test_what_tools_wrote_is_not_asked(folder: str) -> None:
    assert errors({f"{folder}/x.js": "import 'left-pad'\n"}) == []


def test_code_that_runs_cannot_hide_in_such_a_folder() -> None:
    hidden = {
        "src/App.tsx": "import x from '../dist/x'\nexport default x\n",
        "dist/x.ts": "import x from 'left-pad'\nexport default x\n",
    }
    assert errors(hidden) == ["undeclared-dependency"]


def test_an_inner_package_answers_for_itself_unless_the_site_runs_it() -> None:
    server = {"server/package.json": "{}", "server/index.ts": "import 'express'\n"}
    assert errors(server) == []
    source = {"src/package.json": "{}", "src/App.tsx": "import x from 'left-pad'\nexport default x"}
    assert errors(source) == ["undeclared-dependency"]


# ── every import of a file finds it ─────────────────────────────────────────────────────


@pytest.mark.parametrize("specifier", ["./Nowhere", "../nowhere.css", "@/Nowhere", "~/Nowhere"])
def test_an_import_that_finds_nothing(specifier: str) -> None:
    found = check({"src/App.tsx": f"import x from '{specifier}'\nexport default x\n"})
    assert [(f.code, f.path, f.line) for f in found] == [("unresolved-import", "src/App.tsx", 1)]


def test_an_alias_is_followed() -> None:
    alias = "export default { resolve: { alias: { '@': '/src' } } }"
    app = {"src/App.tsx": "import x from '@/x'\nexport default x\n", "vite.config.ts": alias}
    assert errors(app) == ["unresolved-import"]
    assert errors({**app, "src/x.ts": "export default 1\n"}) == []


# ── declared and used ───────────────────────────────────────────────────────────────────


def test_a_dependency_that_nothing_uses() -> None:
    found = check(declaring({"left-pad": "1.0.0"}))
    assert [(f.code, f.path, f.severity) for f in found] == [
        ("unused-dependency", "package.json", "error")
    ]
    text = project(declaring({"left-pad": "1.0.0"})).text("package.json")
    assert found[0].line is not None
    assert "left-pad" in text.splitlines()[found[0].line - 1]


def test_a_tool_that_nothing_uses_is_only_told() -> None:
    found = check(declaring({"some-tool": "1.0.0"}, "devDependencies"))
    assert [(f.code, f.severity) for f in found] == [("unused-dependency", "warning")]


def test_the_scaffold_s_own_packages_are_never_held_against_a_project() -> None:
    assert check(declaring({"clsx": "^2.0.0"})) == ()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("src/App.tsx", "import x from 'left-pad/deep'\nexport default x"),
        ("src/dead.ts", "import 'left-pad'"),
        ("src/App.tsx", "export default () => import('left-pad')"),
        ("src/index.css", "@import 'left-pad/style.css';"),
        ("src/index.css", "@import url(left-pad/style.css);"),
        ("src/index.scss", '@use "~left-pad/style";'),
        ("src/index.css", '@plugin "left-pad";'),
        ("index.html", '<link href="/node_modules/left-pad/x.css">'),
        ("tailwind.config.js", "module.exports = { plugins: [require('left-pad')] }"),
        ("postcss.config.js", "export default { plugins: { 'left-pad': {} } }"),
        (".babelrc", '{"plugins": ["left-pad"]}'),
        ("tsconfig.json", '{"compilerOptions": {"types": ["left-pad"]}}'),
        ("src/env.d.ts", '/// <reference types="left-pad" />'),
        ("src/Broken.tsx", "import {{ from nowhere\nconst a = 'left-pad'"),
    ],
)
def test_ways_to_use_a_package(path: str, content: str) -> None:
    changes = {**declaring({"left-pad": "1.0.0"}), path: content}
    assert "unused-dependency" not in errors(changes)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("src/App.tsx", "export default () => 'left-pad'"),
        ("README.md", "`left-pad`"),
        ("package-lock.json", '{"left-pad": {}}'),
        ("src/index.css", "/* left-pad */ .left-pad {}"),
        ("node_modules/a/index.js", "require('left-pad')"),
    ],
)
def test_a_name_somewhere_is_no_use(path: str, content: str) -> None:
    assert errors({**declaring({"left-pad": "1.0.0"}), path: content}) == ["unused-dependency"]


def test_a_package_is_used_by_a_script_of_package_json() -> None:
    tables = {"react": "^18.3.1", "json-server": "1"}
    used = package(dependencies=tables, scripts={"mock": "npx json-server db.json"})
    assert errors(used) == []
    assert errors(package(dependencies=tables)) == ["unused-dependency"]


def test_a_package_is_used_by_one_that_asks_to_be_given_it() -> None:
    app = {"src/App.tsx": "import { Line } from 'react-chartjs-2'\nexport default Line"}
    both = {"react-chartjs-2": "5", "chart.js": "4"}
    assert errors({**app, **declaring(both)}) == []
    assert errors(declaring(both)) == ["unused-dependency", "unused-dependency"]


def test_a_compiler_is_used_by_its_files() -> None:
    assert errors(declaring({"sass": "1"})) == ["unused-dependency"]
    assert errors({**declaring({"sass": "1"}), "src/a.scss": "a { b { c: d } }"}) == []


def test_types_are_used_by_who_uses_their_package() -> None:
    app = {"src/App.tsx": "import x from 'left-pad'\nexport default x"}
    declared = declaring({"left-pad": "1", "@types/left-pad": "1", "@types/other": "1"})
    found = [f.message for f in check({**app, **declared})]
    assert found == ['nothing uses "@types/other" of dependencies']


# ── resolvable ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "spec",
    [
        *("1", "1.2", "1.2.3", "v1.2.3", "=1.2.3", "^1.2.3", "~1.2", "^1.x", "1.*", "*", "x", ""),
        *(">=1 <2", ">= 1.2.3", "1.2 - 2", "^1 || ^2", "1.0.0-beta.1", "^1.0.0-rc.1+build"),
        *("latest", "next", "npm:preact@^10", "npm:@preact/compat"),
        *("^18.3.1 ", ">=16.8.0", "<=3", ">1.0 <=2.0.0 || 3.x", "^0.0.3"),
    ],
)
def test_versions_that_a_registry_can_have(spec: str) -> None:
    assert errors(declaring({"clsx": spec})) == []


@pytest.mark.parametrize(
    "spec",
    [
        *("workspace:*", "file:../x", "github:a/b", "git+ssh://git@host/x.git", "a/b"),
        *("https://host/x.tgz", "newest", "^^1", "1.2.3.4", "^1.2.three", "[object Object]"),
        "npm:preact@newest",
    ],
)
def test_versions_that_it_cannot(spec: str) -> None:
    found = check(declaring({"clsx": spec}))
    assert [(f.code, f.severity) for f in found] == [("unresolvable-version", "error")]


@pytest.mark.parametrize("text", ["{", "[]", '"x"', "{'a': 1}", "NaN", "[" * 100_000])
def test_a_package_json_that_npm_cannot_read(text: str) -> None:
    assert errors({"package.json": text}) == ["package-json"]


def test_without_package_json_imports_of_files_are_still_followed() -> None:
    changes = {"package.json": None, "src/App.tsx": "import './nowhere'\nimport 'left-pad'\n"}
    assert errors(changes) == ["package-json", "unresolved-import"]


@pytest.mark.parametrize("table", [["left-pad"], 5, True])
def test_a_table_of_another_form(table: object) -> None:
    assert errors(package(devDependencies=table)) == ["package-json"]


# ── whatever comes ──────────────────────────────────────────────────────────────────────

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
tables = ["name", "dependencies", "devDependencies", "peerDependencies", "scripts", "postcss"]


@given(st.dictionaries(st.sampled_from(tables), values), st.text(max_size=200))
def test_no_project_is_too_strange(fields: dict[str, object], source: str) -> None:
    changes = {"package.json": json.dumps(fields), "src/App.tsx": source, "src/a.css": source}
    files = project(changes)
    found = check_dependencies(Scripts(files), frozenset())
    assert {failure.code for failure in found} <= CODES.keys()
    assert all(failure.path in files.files for failure in found)

"""Rules about imports: what Vite finds is found, what it does not find is reported."""

from __future__ import annotations

import pytest
from rule_projects import GOOD, failed, package, report

from webgen_r1.types import Failure

Files = dict[str, str | None]


def home(source: str, files: Files | None = None) -> Files:
    """Changes that make the home page begin with `source`."""
    return {"src/pages/Home.tsx": f"{source}\n{GOOD['src/pages/Home.tsx']}", **(files or {})}


def failure(changes: Files) -> Failure:
    (found,) = report(changes).failures
    return found


# ── finding files ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("specifier", "path"),
    [
        ("./Card", "src/pages/Card.tsx"),
        ("./Card", "src/pages/Card/index.ts"),
        ("./Card.tsx", "src/pages/Card.tsx"),
        ("./Card.js", "src/pages/Card.tsx"),
        ("./Card.jsx", "src/pages/Card.tsx"),
        ("../lib", "src/lib/index.js"),
        ("..", "src/index.ts"),
        (".", "src/pages/index.ts"),
        ("/src/lib/a", "src/lib/a.ts"),
        ("./card.css", "src/pages/card.css"),
        ("./card.module.css?inline", "src/pages/card.module.css"),
        ("../assets/a.svg?url", "src/assets/a.svg"),
        ("./text.md?raw", "src/pages/text.md"),
        ("./data", "src/pages/data.json"),
        ("/logo.svg", "public/logo.svg"),
        ("/src/assets/logo.svg", "src/assets/logo.svg"),
        ("./a.b", "src/pages/a.b.ts"),
    ],
)
def test_files_are_found_as_vite_finds_them(specifier: str, path: str) -> None:
    changes = home(f"import '{specifier}';")
    assert failed(changes) == {"unresolved-import"}
    assert failed({**changes, path: "{}"}) == set()


@pytest.mark.parametrize(
    "source",
    [
        "import x from './x'; x();",
        "import './x.css';",
        "export { x } from './x';",
        "export * from './x';",
        "const x = lazy(() => import('./x'));",
    ],
)
def test_every_import_of_a_file_must_find_it(source: str) -> None:
    found = failure(home(f"\n{source}"))
    assert (found.code, found.path, found.line) == ("unresolved-import", "src/pages/Home.tsx", 2)


def test_an_import_cannot_leave_the_project() -> None:
    assert failed(home("import '../../../etc/passwd';")) == {"unresolved-import"}


def test_names_are_told_apart_by_case() -> None:
    assert failed(home("import './card';", {"src/pages/Card.tsx": ""})) == {"unresolved-import"}


@pytest.mark.parametrize(
    "source",
    [
        "import type { X } from './x'; let a: X;",
        "import { X } from './x'; let a: X;",
        "import { type X } from './x';",
        "export type { X } from './x';",
        "import unused from './x';",
        "require('./x');",
        "new URL('./x.png', import.meta.url);",
        "import(`./${name}`);",
        "import 'https://cdn.test/x.js';",
        "import 'virtual:pwa-register';",
    ],
)
def test_what_no_build_asks_for_need_not_be_there(source: str) -> None:
    assert failed(home(source)) == set()


def test_typescript_keeps_unused_imports_when_told_to() -> None:
    changes = home("import { X } from './x'; let a: X;")
    options = '{ "compilerOptions": { /* strict */ "verbatimModuleSyntax": true, } } // end'
    assert failed({**changes, "tsconfig.json": options}) == {"unresolved-import"}


def test_javascript_keeps_unused_imports() -> None:
    assert failed(home("import './b.js';", {"src/pages/b.js": "import x from './x'"})) == {
        "unresolved-import"
    }


def test_files_that_nothing_reaches_are_nobodys_business() -> None:
    dead = {"src/old/Dead.tsx": "import x from './gone'; import y from 'undeclared'; x(y)"}
    assert failed({**dead}) == set()
    assert failed(home("import '../old/Dead';", {**dead})) == {
        "unresolved-import",
        "undeclared-import",
    }


@pytest.mark.parametrize(
    "source",
    [
        "import type { A } from '../old/a';",
        "import { A } from '../old/a'; let a: A;",
        "import text from '../old/a?raw'; text;",
        "import address from '../old/a?url'; address;",
    ],
)
def test_modules_whose_code_is_not_needed_are_not_reached(source: str) -> None:
    assert failed(home(source, {"src/old/a.ts": "import './gone'"})) == set()


@pytest.mark.parametrize(
    "source",
    [
        "import('../old/a');",
        "export * from '../old/a';",
        "import.meta.glob('../old/*.ts');",
        "import.meta.glob('/src/**/a.{ts,tsx}', { eager: true });",
        "import W from '../old/a?worker'; new W();",
        "new Worker(new URL('../old/a.ts', import.meta.url));",
    ],
)
def test_modules_are_reached_in_many_ways(source: str) -> None:
    assert failed(home(source, {"src/old/a.ts": "import './gone'"})) == {"unresolved-import"}


def test_a_hostile_glob_takes_no_time() -> None:
    stars = "/".join(["**"] * 200) + "/" + "*a" * 200 + "b"
    assert failed(home(f"import.meta.glob('./{stars}');", {"src/" + "a" * 190: ""})) == set()


# ── aliases ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "config",
    [
        "export default defineConfig({ resolve: { alias: { '@': '/src' } } })",
        "export default { resolve: { alias: { '@': path.resolve(__dirname, './src') } } }",
        "export default { resolve: { alias: { '@': resolve(process.cwd(), 'src') } } }",
        "export default { resolve: { alias: { '@': `${__dirname}/src` } } }",
        "export default { resolve: { alias: { '@/': '/src/' } } }",
        "export default defineConfig(() => ({ resolve: { alias: [{ find: '@', replacement:"
        " fileURLToPath(new URL('./src', import.meta.url)) }] } }))",
    ],
)
def test_aliases_of_vite_are_read(config: str) -> None:
    changes = home("import '@/lib/a';", {"vite.config.ts": config})
    found = failure(changes)
    assert found.code == "unresolved-import"
    assert "src/lib/a" in found.message
    assert failed({**changes, "src/lib/a.ts": ""}) == set()


@pytest.mark.parametrize(
    "config",
    [
        "const alias = {}; export default { resolve: { alias } }",
        "export default { resolve: makeResolve() }",
        "export default { resolve: { alias: aliases } }",
        "export default { resolve: { alias: { '@/': '/src' } } }",
        "export default { resolve: { alias: { ...others } } }",
        "export default { resolve: { alias: { '@': where } } }",
        "export default { resolve: { alias: [{ find: /^@/, replacement: '/src' }] } }",
    ],
)
def test_aliases_that_are_computed_are_left_to_the_build(config: str) -> None:
    assert failed(home("import '@/lib/a';", {"vite.config.ts": config})) == set()


@pytest.mark.parametrize("file", ["tsconfig.json", "tsconfig.app.json"])
def test_paths_of_typescript_are_read(file: str) -> None:
    options = '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["./src/*"]}}}'
    changes = home("import '@/lib/a';", {file: options})
    assert failed({**changes, "src/lib/a.ts": ""}) == set()
    assert failed(changes) == {"unresolved-import"}


def test_an_alias_that_nobody_declared_is_named() -> None:
    found = failure(home("import '@/lib/a';", {"src/lib/a.ts": ""}))
    assert found.code == "unresolved-import"
    assert 'no alias "@"' in found.message


def test_an_alias_may_stand_for_a_package() -> None:
    config = "export default { resolve: { alias: { react: 'preact/compat' } } }"
    changes = home("import 'react';", {"vite.config.ts": config})
    assert failed(changes) == {"undeclared-import"}
    assert failed({**changes, **package(devDependencies={"preact": "*", "vite": "*"})}) == set()


# ── exports ─────────────────────────────────────────────────────────────────────────

KIT = (
    "export const a = 1; export interface T {}"
    " export { b as c } from './deep'; export * from './deep';"
)
DEEP = "export const b = 1, d = 2; export default 1;"


@pytest.mark.parametrize("name", ["a", "c", "b", "d", "T"])
def test_exports_are_followed(name: str) -> None:
    files: Files = {"src/kit.ts": KIT, "src/deep.ts": DEEP}
    assert failed(home(f"import {{ {name} }} from '../kit'; {name};", files)) == set()


def test_a_name_that_is_used_only_as_a_type_need_not_be_exported() -> None:
    source = "import { a, Gone } from '../kit'; const b: Gone = a;"
    assert failed(home(source, {"src/kit.ts": "export const a = 1;"})) == set()


def test_a_missing_export_is_named() -> None:
    files: Files = {"src/kit.ts": KIT, "src/deep.ts": DEEP}
    found = failure(home("import { nope } from '../kit';\nnope();", files))
    assert (found.code, found.path, found.line) == ("missing-export", "src/pages/Home.tsx", 1)
    assert found.message == '"nope" is not exported by src/kit.ts'


@pytest.mark.parametrize(
    "source",
    [
        "import Kit from '../kit'; Kit();",
        "import { default as Kit } from '../kit'; Kit();",
        "const Kit = lazy(() => import('../kit'));",
        "export { default } from '../kit';",
    ],
)
def test_a_default_export_does_not_pass_through_a_star(source: str) -> None:
    found = failed(home(source, {"src/kit.ts": KIT, "src/deep.ts": DEEP}))
    assert "default-export" in found


@pytest.mark.parametrize(
    "kit",
    [
        "export * from 'lucide-react';",
        "module.exports = { nope: 1 };",
        "export const = ;",
        "export * from './kit'; export const nope = 1;",
        "export const { nope } = tools;",
    ],
)
def test_exports_that_cannot_be_denied_are_left_to_the_build(kit: str) -> None:
    assert failed(home("import { nope } from '../kit'; nope();", {"src/kit.ts": kit})) == set()


def test_star_exports_may_go_in_circles() -> None:
    files: Files = {"src/a.ts": "export * from './b'", "src/b.ts": "export * from './a'"}
    assert failed(home("import { x } from '../a'; x();", files)) == {"missing-export"}


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("import styles from './a.module.css'; styles.x;", "src/pages/a.module.css"),
        ("import { version } from './a.json'; version;", "src/pages/a.json"),
        ("import logo from './a.svg'; logo;", "src/pages/a.svg"),
        ("import text from './a.ts?raw'; text;", "src/pages/a.ts"),
        ("import * as all from './a'; all.nope;", "src/pages/a.ts"),
    ],
)
def test_only_scripts_are_asked_for_their_exports(source: str, path: str) -> None:
    assert failed(home(source, {path: "{}"})) == set()


# ── packages ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "source",
    [
        "import 'react';",
        "import 'react-dom/client';",
        "import '@scope/kit';",
        "import '@scope/kit/deep/file.css';",
        "import { Star } from 'lucide-react'; Star;",
        "import type { X } from 'undeclared';",
        "import { X } from 'undeclared'; let a: X;",
    ],
)
def test_declared_packages_may_be_imported(source: str) -> None:
    assert failed(home(source)) == set()


@pytest.mark.parametrize(
    ("specifier", "name"),
    [
        ("framer-motion", "framer-motion"),
        ("@scope/other/deep", "@scope/other"),
        ("src/lib/a", "src"),
        ("react-dom-extra", "react-dom-extra"),
    ],
)
def test_undeclared_packages_are_named(specifier: str, name: str) -> None:
    found = failure(home(f"import '{specifier}';"))
    assert (found.code, found.line) == ("undeclared-import", 1)
    assert f'"{name}"' in found.message


@pytest.mark.parametrize(
    "source",
    ["import fs from 'fs'; fs;", "import 'node:path';", "import { x } from 'fs/promises'; x;"],
)
def test_modules_of_node_are_not_for_browsers(source: str) -> None:
    assert failed(home(source)) == {"node-builtin"}


def test_a_package_may_bear_the_name_of_a_module_of_node() -> None:
    declared = package(devDependencies={"buffer": "^6", "vite": "*"})
    assert failed(home("import { Buffer } from 'buffer'; Buffer;", declared)) == set()


def test_a_plugin_may_bring_modules_of_node_to_the_browser() -> None:
    declared = package(devDependencies={"vite-plugin-node-polyfills": "*", "vite": "*"})
    assert failed(home("import 'path';", declared)) == set()


def test_configuration_files_run_in_node() -> None:
    assert failed({"vite.config.ts": "import path from 'path'; export default {};"}) == set()

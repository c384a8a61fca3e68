"""Reading modules: what they ask of others and offer to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.tsx import MAX_SOURCE_BYTES, Import, Module, read_module, syntax_tree


def read(source: str, path: str = "a.tsx") -> Module:
    return read_module(source.encode(), path)


def only_import(source: str) -> Import:
    (found,) = read(source).imports
    return found


def asked(one: Import) -> list[tuple[str, str]]:
    return [(name.name, name.local) for name in one.names]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import React from 'm'", [("default", "React")]),
        ("import { a, b as c } from 'm'", [("a", "a"), ("b", "c")]),
        ("import { default as d } from 'm'", [("default", "d")]),
        ("import { 'x-y' as z } from 'm'", [("x-y", "z")]),
        ("import * as ns from 'm'", [("*", "ns")]),
        ("import D, { a } from 'm'", [("default", "D"), ("a", "a")]),
        ("import D, * as ns from 'm'", [("default", "D"), ("*", "ns")]),
        ("import 'm'", []),
        ("import data from 'm' with { type: 'json' }", [("default", "data")]),
    ],
)
def test_static_imports(source: str, names: list[tuple[str, str]]) -> None:
    one = only_import(source)
    assert (one.specifier, one.kind, one.type_only) == ("m", "static", False)
    assert asked(one) == names


def test_lines_are_counted_from_one() -> None:
    assert [one.line for one in read("import 'a';\n\nimport 'b';").imports] == [1, 3]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("const a = import('m')", "dynamic"),
        ("const a = import(`m`)", "dynamic"),
        ("const a = import(/* chunk */ 'm')", "dynamic"),
        ("const a = require('m')", "require"),
        ("import a = require('m')", "require"),
        ("export * from 'm'", "reexport"),
        ("export { a } from 'm'", "reexport"),
        ("import.meta.glob('m')", "glob"),
        ("new Worker(new URL('m', import.meta.url))", "url"),
    ],
)
def test_other_ways_to_ask(source: str, kind: str) -> None:
    one = only_import(source)
    assert (one.specifier, one.kind) == ("m", kind)


@pytest.mark.parametrize(
    "source",
    [
        "import(`./pages/${name}.tsx`)",
        "import(name)",
        "new URL('m', location.href)",
        "foo('m')",
        "// import 'm'",
        "const s = \"import 'm'\"",
    ],
)
def test_what_cannot_be_told_is_no_import(source: str) -> None:
    assert read(source).imports == ()


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("lazy(() => import('m'))", [("default", "")]),
        ("React.lazy(async () => { return await import('m') })", [("default", "")]),
        ("lazy(() => import('m').then((m) => ({ default: m.Page })))", []),
        ("load(() => import('m'))", []),
    ],
)
def test_lazy_components_ask_for_the_default_export(
    source: str, names: list[tuple[str, str]]
) -> None:
    assert asked(only_import(source)) == names


@pytest.mark.parametrize(
    "use",
    [
        "",
        "const x: T = y;",
        "let x: typeof T;",
        "let x: typeof T.y;",
        "let x: T.Inner;",
        "type F = (T: number) => void;",
        "function f(): T<T[]> {}",
        "interface U extends T {}",
        "const o = { T: 1 }; o.T;",
        "<p T={1} />;",
    ],
)
def test_an_import_used_only_as_a_type_is_dropped(use: str) -> None:
    assert only_import(f"import {{ T }} from 'm'; {use}").erased_if_unused


@pytest.mark.parametrize(
    "use",
    [
        "T();",
        "<T />;",
        "<T.X />;",
        "({ T });",
        "class C extends T {}",
        "export { T };",
        "T.x = 1",
        "(a = T) => a",
    ],
)
def test_an_import_used_as_a_value_is_kept(use: str) -> None:
    assert not only_import(f"import {{ T }} from 'm'; {use}").erased_if_unused


def test_what_is_marked_as_a_type_is_one() -> None:
    assert only_import("import type { T } from 'm'").type_only
    assert only_import("export type { T } from 'm'").type_only
    one = only_import("import { type T, a } from 'm'")
    assert [name.type_only for name in one.names] == [True, False]
    assert not only_import("import 'm'").erased_if_unused


@pytest.mark.parametrize(
    ("source", "values", "types"),
    [
        ("export const a = 1, b = 2", {"a", "b"}, set()),
        ("export const { a, b: [c, ...d], e = 1, ...f } = g", {"a", "c", "d", "e", "f"}, set()),
        ("export function a() {}", {"a"}, set()),
        ("export async function* a() {}", {"a"}, set()),
        ("export class A {}", {"A"}, set()),
        ("export abstract class A {}", {"A"}, set()),
        ("export enum A { B }", {"A"}, set()),
        ("export namespace A {}", {"A"}, set()),
        ("export default function A() {}", {"default"}, set()),
        ("export default class {}", {"default"}, set()),
        ("export default memo(A)", {"default"}, set()),
        ("export { a, b as c, d as default }", {"a", "c", "default"}, set()),
        ("export { default } from './m'", {"default"}, set()),
        ("export { default as A } from './m'", {"A"}, set()),
        ("export * as ns from './m'", {"ns"}, set()),
        ("export interface A {}", set(), {"A"}),
        ("export type A = 1", set(), {"A"}),
        ("export type { A } from './m'", set(), {"A"}),
        ("export { type A, b }", {"b"}, {"A"}),
        ("export default interface A {}", set(), {"default"}),
        ("export declare const a: number", set(), {"a"}),
        ("export interface A {} export const A = 1", {"A"}, set()),
        ("declare module 'x' { export const a: 1 }", set(), set()),
    ],
)
def test_exports(source: str, values: set[str], types: set[str]) -> None:
    module = read(source)
    assert module.exports == values
    assert module.type_exports == types
    assert module.has_default == ("default" in values)
    assert module.error_line is None


def test_star_exports_are_listed_unless_they_are_types() -> None:
    module = read("export * from './a';\nexport type * from './b';")
    assert module.star_exports == ("./a",)
    assert module.error_line is None


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("const a = 1;\nconst = 2;\n", 2),
        ("const a = (\n", 1),
        ("export default function A() {\n  return <div>;\n}\n", 2),
        ("const a = 1;\n", None),
    ],
)
def test_the_first_line_that_is_no_program(source: str, line: int | None) -> None:
    assert read(source).error_line == line


def test_a_bare_ampersand_in_text_is_no_error() -> None:
    module = read("export const A = () => <h1 title='a&b'>Terms & Conditions</h1>")
    assert module.error_line is None
    assert module.exports == {"A"}


def test_type_assertions_are_read_in_ts_but_not_in_tsx() -> None:
    assert read("const a = <any>b;", "a.ts").error_line is None
    assert read("const a = <any>b;", "a.tsx").error_line is not None


def test_imports_before_an_error_are_still_seen() -> None:
    assert [one.specifier for one in read("import a from './a';\nconst = ;").imports] == ["./a"]


def test_a_source_too_large_is_not_parsed() -> None:
    assert not read_module(b" " * (MAX_SOURCE_BYTES + 1), "a.ts").parsed


def test_a_source_is_read_once() -> None:
    assert read("export const once = 1") is read("export const once = 1")


@given(st.binary(max_size=200) | st.text("imporexprt{}*'\"<>()=;asdefaultype \n").map(str.encode))
def test_any_bytes_are_read(source: bytes) -> None:
    module = read_module(source, "a.tsx")
    lines = source.count(b"\n") + 1
    assert all(1 <= one.line <= lines for one in module.imports)
    assert module.error_line is None or 1 <= module.error_line <= lines
    assert syntax_tree(source, "a.ts").root_node.end_byte <= len(source)

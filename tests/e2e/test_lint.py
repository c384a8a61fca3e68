"""Real ESLint in the real sandbox: what counts, what does not, and what cannot harm it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from build_samples import SCAFFOLD, starter

from webgen_r1.build import DependencyStore
from webgen_r1.completion import parse
from webgen_r1.config import SandboxConfig
from webgen_r1.lint import ProjectLinter
from webgen_r1.sandbox import find_sandbox
from webgen_r1.scaffold import complete
from webgen_r1.types import LintReport

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

EXAMPLES = Path(__file__).parents[2] / "examples" / "completions"
GOOD = sorted(EXAMPLES.glob("*.good.txt"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def linter() -> AsyncIterator[ProjectLinter]:
    sandbox = find_sandbox(SandboxConfig())
    store = DependencyStore(guest=sandbox.own_userland)
    await store.prepare(SCAFFOLD)
    async with ProjectLinter(SCAFFOLD, sandbox, store) as running:
        yield running


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
async def test_the_good_examples_pass(linter: ProjectLinter, path: Path) -> None:
    project, _ = complete(SCAFFOLD, parse(path.read_text("utf-8")).completion, "full")
    report = await linter.lint(project)
    assert report.passed, report.failures


def rules(report: LintReport, severity: str = "error") -> set[tuple[str, int | None]]:
    return {(f.code, f.line) for f in report.failures if f.severity == severity}


async def test_the_starter_is_clean(linter: ProjectLinter) -> None:
    assert await linter.lint(starter()) == LintReport()


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("src/a.ts", "const unused = 1\n", ("@typescript-eslint/no-unused-vars", 1)),
        ("src/a.ts", "\nexport const x: any = 1\n", ("@typescript-eslint/no-explicit-any", 2)),
        ("src/a.jsx", "export default () => <b>{missing}</b>\n", ("no-undef", 1)),
        (
            "src/a.tsx",
            "import { useState } from 'react'\nexport default function A(p: { on: boolean }) {\n"
            "  if (p.on) useState(1)\n  return null\n}\n",
            ("react-hooks/rules-of-hooks", 3),
        ),
        ("src/a.tsx", "export default () => <p>\n", ("parse-error", 1)),
    ],
)
async def test_what_counts(
    linter: ProjectLinter, path: str, source: str, found: tuple[str, int]
) -> None:
    report = await linter.lint(starter({path: source}))
    assert found in rules(report)
    assert not report.passed


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("src/a.jsx", "import { X } from './b'\nexport default () => <X />\n"),
        ("tailwind.config.cjs", "module.exports = { plugins: [require('tailwindcss/plugin')] }\n"),
        ("scripts/run.mjs", "console.log(process.argv, Buffer.from(''))\n"),
        ("src/a.ts", "export type T = NodeListOf<HTMLElement>\nwindow.open(location.href)\n"),
        ("dist/bundle.js", "var a=1;b()\n"),
    ],
)
async def test_what_does_not(linter: ProjectLinter, path: str, source: str) -> None:
    files = {path: source, "src/b.jsx": "export const X = () => <b />\n"}
    assert (await linter.lint(starter(files))).passed


@pytest.mark.parametrize(
    "comment",
    [
        "/* eslint-disable */",
        "/* eslint prefer-const: off */",
        "// eslint-disable-next-line",
        "/* eslint-disable-next-line prefer-const -- asked for */",
    ],
)
async def test_a_comment_cannot_switch_it_off(linter: ProjectLinter, comment: str) -> None:
    report = await linter.lint(starter({"src/a.ts": f"{comment}\nlet x = 1\nexport default x\n"}))
    assert report.rules == {"prefer-const": 1}


async def test_a_script_seen_before_is_told_of_where_it_lies_now(linter: ProjectLinter) -> None:
    source = "const unused = 1\n"
    first = await linter.lint(starter({"src/a.ts": source}))
    assert await linter.lint(starter({"src/a.ts": source})) == first
    moved = await linter.lint(starter({"src/b.ts": source}))
    assert [failure.path for failure in moved.failures] == ["src/b.ts"]
    assert (await linter.lint(starter({"src/a.ts": "export {}\n"}))).passed


async def test_a_project_s_own_configuration_is_neither_read_nor_run(
    linter: ProjectLinter,
) -> None:
    own = {
        "eslint.config.js": "export default [{ rules: { 'prefer-const': 'off' } }]\n",
        ".eslintrc.json": '{"rules": {"prefer-const": "off"}, "ignorePatterns": ["**"]}',
        ".eslintignore": "**",
        "src/a.ts": "let x = 1\nexport default x\n",
    }
    assert (await linter.lint(starter(own))).rules == {"prefer-const": 1}


async def test_of_each_rule_the_first_are_kept_and_all_are_counted(linter: ProjectLinter) -> None:
    source = "".join(f"let x{n} = {n}\n" for n in range(9)) + "export default [x1]\n"
    report = await linter.lint(starter({"src/a.ts": source}))
    assert report.rules == {"prefer-const": 9, "@typescript-eslint/no-unused-vars": 8}
    assert report.eslint_errors == 17
    assert [f.line for f in report.failures if f.code == "prefer-const"] == [1, 2, 3]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("const x = '" + "a" * (2 << 20) + "'", "lint-too-large"),
        ("export const x = " + "(" * 20_000 + "1" + ")" * 20_000, "parse-error"),
        ("export const x = " + "<a>" * 10_000 + "</a>" * 10_000, "parse-error"),
        ("export const x = " + "1+" * 50_000 + "1", "parse-error"),
        ("export const x = " + "a<" * 5_000, "parse-error"),
        ("export const x = /" + "(a*)*" * 10_000 + "$/\nlet y = 1\n", "prefer-const"),
    ],
    ids=["long line", "brackets", "elements", "sum", "generics", "regex"],
)
async def test_a_hostile_script_ends_in_a_finding(
    linter: ProjectLinter, source: str, code: str
) -> None:
    report = await linter.lint(starter({"src/a.tsx": source}))
    assert code in {failure.code for failure in report.failures}
    assert await linter.lint(starter()) == LintReport()


async def test_hundreds_of_files(linter: ProjectLinter) -> None:
    many = {f"src/part{n}.ts": f"let x = {n}\nexport default x\n" for n in range(500)}
    assert (await linter.lint(starter(many))).rules == {"prefer-const": 500}

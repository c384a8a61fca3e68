"""`ProjectLinter` and its worker protocol, with a stand-in for the Node worker.

The stand-in does what the project's script `behave.ts` says, so that every way in which a
worker can answer, or not, is seen without Node.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from lint_projects import project

from webgen_r1.build import DependencyStore
from webgen_r1.build.node import Node
from webgen_r1.errors import LintError
from webgen_r1.lint import FakeLinter, LintLimits, ProjectLinter
from webgen_r1.protocols import Linter
from webgen_r1.sandbox import FakeSandbox
from webgen_r1.scaffold import load
from webgen_r1.types import Failure, LintReport, Project

SCAFFOLD = load("vite-react-typescript")

WORKER = """
import json, pathlib, sys, time
once = pathlib.Path(sys.argv[1])
print(json.dumps({"eslint": "9.0.0"}), flush=True)
for line in sys.stdin:
    job = json.loads(line)
    behave = dict(job["files"]).get("behave.ts", "")
    reply = {"nonce": job["nonce"], "errors": 0, "warnings": 0, "rules": {}, "found": [],
             "memory": 10 << 20, "crash": None}
    if behave.startswith("once ") and once.exists():
        behave = ""
    once.touch()
    behave = behave.removeprefix("once ")
    if behave == "find":
        one = {"rule": "no-empty", "message": "an\\nempty  block", "path": "a.ts", "line": 2}
        reply.update(errors=9, warnings=1, rules={"no-empty": 9, "a-rule": 1}, found=[
            {**one, "severity": "warning", "rule": "a-rule", "line": None},
            {**one, "severity": "error"}])
    if behave == "die":
        sys.exit(1)
    if behave == "die of heap":
        print("FATAL ERROR: JavaScript heap out of memory", file=sys.stderr, flush=True)
        sys.exit(134)
    if behave == "hang":
        time.sleep(60)
    if behave == "loop":
        while True: pass
    if behave == "eat":
        hoard = bytearray(b"x") * (300 << 20)
        time.sleep(60)
    if behave == "forge":
        reply["nonce"] = "0" * 32
    if behave == "babble":
        reply["found"] = [{"rule": 5}]
    if behave == "flood":
        reply["rules"] = {"x" * (3 << 20): 1}
    if behave == "crash":
        reply = {"nonce": job["nonce"], "crash": "Cannot read properties of undefined"}
    if behave == "grow":
        reply["memory"] = 80 << 20
    print(json.dumps(reply), flush=True)
"""


class Bench:
    """A linter over stand-ins, and the workers that its fake sandbox started."""

    def __init__(self, folder: Path) -> None:
        npm = folder / "npm.py"
        npm.write_text("import pathlib; pathlib.Path('node_modules/eslint').mkdir(parents=True)")
        worker = folder / "worker.py"
        worker.write_text(WORKER)
        node = Node(Path(sys.executable), (sys.executable, str(npm)), (22, 12, 0))
        once = folder / "once"
        self.sandbox = FakeSandbox(lambda _: [sys.executable, str(worker), str(once)])
        self.store = DependencyStore(node, folder / "store")

    def linter(self, **limits: float) -> ProjectLinter:
        given = {"cpu_s": 0.5, "timeout_s": 30.0, "memory_mb": 200, "recycle_mb": 64, **limits}
        return ProjectLinter(SCAFFOLD, self.sandbox, self.store, LintLimits(**given))  # type: ignore[arg-type]

    @property
    def started(self) -> int:
        return len(self.sandbox.specs)


@pytest_asyncio.fixture
async def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    await made.store.prepare(SCAFFOLD)
    return made


@pytest_asyncio.fixture
async def linter(bench: Bench) -> AsyncIterator[ProjectLinter]:
    async with bench.linter() as running:
        yield running


def behaving(how: str) -> Project:
    return project({"behave.ts": how})


def codes(report: LintReport) -> list[str]:
    return [failure.code for failure in report.failures]


async def test_a_clean_project_passes(linter: ProjectLinter) -> None:
    assert await linter.lint(project()) == LintReport()
    assert isinstance(linter, Linter)


async def test_both_kinds_of_findings_are_one_report_errors_first(linter: ProjectLinter) -> None:
    files = {"behave.ts": "find", "src/App.tsx": "import 'left-pad'\nexport default () => null"}
    report = await linter.lint(project(files))
    assert not report.passed
    assert (report.eslint_errors, report.eslint_warnings, report.dependency_errors) == (9, 1, 1)
    assert report.rules == {"a-rule": 1, "no-empty": 9}
    assert codes(report) == ["undeclared-dependency", "no-empty", "a-rule"]
    assert report.failures[1] == Failure(
        stage="static", code="no-empty", message="an empty block", path="a.ts", line=2
    )


async def test_of_each_dependency_check_the_first_are_kept_and_all_are_counted(
    linter: ProjectLinter,
) -> None:
    imports = "".join(f"import 'package-{n}'\n" for n in range(500))
    report = await linter.lint(project({"src/App.tsx": imports}))
    assert report.dependency_errors == 500
    assert codes(report) == ["undeclared-dependency"] * 10


async def test_the_worker_starts_with_the_first_script_and_stays(bench: Bench) -> None:
    async with bench.linter() as linter:
        await linter.lint(Project({"package.json": b"{}"}))
        assert bench.started == 0
        for _ in range(3):
            await linter.lint(project())
        assert bench.started == 1


async def test_a_worker_that_has_grown_is_replaced(linter: ProjectLinter, bench: Bench) -> None:
    await linter.lint(behaving("grow"))
    assert await linter.lint(project()) == LintReport()
    assert bench.started == 2


@pytest.mark.parametrize(
    ("how", "code"),
    [("loop", "lint-timeout"), ("eat", "lint-memory"), ("die of heap", "lint-memory")],
)
async def test_what_a_script_uses_up_is_its_own_fault(
    linter: ProjectLinter, how: str, code: str
) -> None:
    report = await linter.lint(behaving(how))
    assert (report.eslint_errors, report.rules, codes(report)) == (1, {code: 1}, [code])
    assert await linter.lint(project()) == LintReport()


async def test_a_busy_machine_is_nobody_s_fault(bench: Bench) -> None:
    async with bench.linter(timeout_s=0.5, cpu_s=30) as linter:
        with pytest.raises(LintError, match="time"):
            await linter.lint(behaving("hang"))
        assert await linter.lint(project()) == LintReport()


async def test_memory_that_others_left_is_not_held_against_a_script(
    linter: ProjectLinter, bench: Bench
) -> None:
    await linter.lint(project())
    assert codes(await linter.lint(behaving("die of heap"))) == ["lint-memory"]
    assert bench.started == 2


@pytest.mark.parametrize("how", ["die", "forge", "flood"])
async def test_a_worker_that_fails_gets_one_more_chance(
    linter: ProjectLinter, bench: Bench, how: str
) -> None:
    assert await linter.lint(behaving(f"once {how}")) == LintReport()
    assert bench.started == 2
    with pytest.raises(LintError):
        await linter.lint(behaving(how))


@pytest.mark.parametrize(("how", "code"), [("crash", "lint-crash"), ("babble", "lint-infra")])
async def test_a_linter_that_fails_is_not_the_project_s_fault(
    linter: ProjectLinter, how: str, code: str
) -> None:
    with pytest.raises(LintError) as caught:
        await linter.lint(behaving(how))
    assert caught.value.code == code


async def test_scripts_too_large_to_be_read_count_and_the_rest_is_linted(
    linter: ProjectLinter,
) -> None:
    files = {"behave.ts": "find", "src/huge.ts": "x".ljust(2 << 20)}
    report = await linter.lint(project(files))
    assert report.eslint_errors == 10
    assert report.rules == {"a-rule": 1, "lint-too-large": 1, "no-empty": 9}
    assert ("lint-too-large", "src/huge.ts") in [(f.code, f.path) for f in report.failures]


async def test_leaving_ends_the_worker(bench: Bench) -> None:
    async with bench.linter() as linter:
        await linter.lint(project())
        worker = linter._eslint._worker if linter._eslint else None
        assert worker is not None
        assert worker.alive
    assert not worker.alive


async def test_before_setup_the_error_says_what_to_run(tmp_path: Path) -> None:
    linter = Bench(tmp_path).linter()
    with pytest.raises(LintError, match="run: webgen setup"):
        await linter.__aenter__()


async def test_a_scaffold_must_bring_its_configuration(bench: Bench) -> None:
    linter = ProjectLinter(replace(SCAFFOLD, eslint=None), bench.sandbox, bench.store)
    with pytest.raises(LintError, match=r"eslint\.config\.mjs"):
        await linter.__aenter__()


async def test_the_fake_answers_what_it_was_told_to() -> None:
    report = LintReport(eslint_errors=1)
    site = project()
    assert isinstance(FakeLinter(), Linter)
    assert await FakeLinter().lint(site) == LintReport()
    assert await FakeLinter(report).lint(site) == report
    assert await FakeLinter({site.digest: report}).lint(site) == report
    linter = FakeLinter(lambda project: LintReport(eslint_errors=len(project.files)))
    assert (await linter.lint(site)).eslint_errors == len(site.files)
    assert linter.linted == [site]
    with pytest.raises(LintError):
        await FakeLinter(LintError("down")).lint(site)

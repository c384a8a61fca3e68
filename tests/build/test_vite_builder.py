"""`ViteBuilder` and its worker protocol, with a stand-in for the Node worker.

The stand-in does what the project's file `behave` says, so that every way in which a
worker can answer, or not, is seen without Node.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from webgen_r1.build import DependencyStore, ViteBuilder
from webgen_r1.build.node import Node
from webgen_r1.config import BuildConfig
from webgen_r1.errors import BuildInfraError, StoreError
from webgen_r1.sandbox import FakeSandbox
from webgen_r1.scaffold import load
from webgen_r1.types import BuildResult, Project

SCAFFOLD = load("vite-react-typescript")
UNUSUAL = b"export default () => ({})"

WORKER = """
import base64, json, os, pathlib, sys, time
once = pathlib.Path(sys.argv[1])
print(json.dumps({"vite": "8.0.0"}), flush=True)
for line in sys.stdin:
    job = json.loads(line)
    behave = base64.b64decode(job["files"].get("behave", "")).decode()
    reply = {"nonce": job["nonce"], "site": {"index.html": base64.b64encode(b"hi").decode()},
             "base": "/", "errors": [], "modules": [], "tooLarge": False,
             "memory": 10 << 20}
    if behave.startswith("once ") and once.exists():
        behave = ""
    once.touch()
    behave = behave.removeprefix("once ")
    if behave == "die":
        sys.exit(1)
    if behave == "hang":
        time.sleep(60)
    while behave == "loop":
        pass
    if behave == "eat":
        hoard = bytearray(b"x") * (300 << 20)
        time.sleep(60)
    if behave == "forge":
        reply["nonce"] = "0" * 32
    if behave == "flood":
        print("x" * (5 << 20))
    if behave == "babble":
        print("hello")
    if behave == "empty":
        reply["site"] = {}
    if behave == "lie":
        reply.update(site=None, modules=["src/main.tsx", "/etc/passwd"], errors=[
            {"code": "../x", "message": "m" * 9999, "path": "/etc/passwd", "line": -1}, 5])
    if behave == "fail":
        reply.update(site=None, modules=["src/main.tsx"], errors=[
            {"code": "missing-export", "message": '"App" is not exported', "line": 1,
             "path": "src/main.tsx"}])
    if behave == "grow":
        reply["memory"] = 80 << 20
    print(json.dumps(reply), flush=True)
"""


class Bench:
    """A builder over stand-ins, and the processes that its fake sandbox started."""

    def __init__(self, folder: Path) -> None:
        npm = folder / "npm.py"
        npm.write_text("import pathlib; pathlib.Path('node_modules').mkdir()")
        worker = folder / "worker.py"
        worker.write_text(WORKER)
        node = Node(Path(sys.executable), (sys.executable, str(npm)), (22, 12, 0))
        self.once = folder / "once"
        self.sandbox = FakeSandbox(lambda spec: [sys.executable, str(worker), str(self.once)])
        self.store = DependencyStore(node, folder / "store")
        self.config = BuildConfig(
            workers=1,
            timeout_s=1.0,
            memory_mb=200,
            max_output_mb=1,
            recycle_mb=64,
            policy="store",
        )

    def builder(self) -> ViteBuilder:
        return ViteBuilder(self.config, SCAFFOLD, self.sandbox, self.store)

    @property
    def started(self) -> int:
        return len(self.sandbox.specs)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest_asyncio.fixture
async def vite(bench: Bench) -> AsyncIterator[ViteBuilder]:
    await bench.store.prepare(SCAFFOLD)
    async with bench.builder() as running:
        bench.once.unlink()
        yield running


def project(behave: str, *, unusual: bool = False) -> Project:
    files = {**SCAFFOLD.files, "behave": behave.encode()}
    if unusual:
        files["vite.config.ts"] = UNUSUAL
    return Project(files)


def only_code(result: BuildResult) -> str:
    assert result.site is None
    (failure,) = result.failures
    return failure.code


async def test_before_setup_it_refuses_to_start(bench: Bench) -> None:
    with pytest.raises(StoreError, match="webgen setup"):
        async with bench.builder():
            raise AssertionError("never entered")


async def test_a_good_answer_is_a_bundle(vite: ViteBuilder) -> None:
    result = await vite.build(project(""))
    assert result.site == {"index.html": b"hi"}
    assert result.versions["vite"] == "8.0.0"


async def test_a_worker_serves_again(vite: ViteBuilder, bench: Bench) -> None:
    for _ in range(3):
        await vite.build(project(""))
    assert bench.started == 1


async def test_a_worker_that_ran_a_program_does_not(vite: ViteBuilder, bench: Bench) -> None:
    assert (await vite.build(project("", unusual=True))).ok
    assert (await vite.build(project(""))).ok
    assert bench.started == 2


async def test_a_worker_that_grew_too_large_does_not_either(
    vite: ViteBuilder, bench: Bench
) -> None:
    assert (await vite.build(project("grow"))).ok
    assert (await vite.build(project(""))).ok
    assert bench.started == 2


@pytest.mark.parametrize(
    ("behave", "code"),
    [
        ("die", "config-error"),
        ("forge", "config-error"),
        ("babble", "config-error"),
        ("hang", "build-timeout"),
        ("loop", "build-timeout"),
        ("eat", "build-memory"),
        ("flood", "build-output-size"),
        ("empty", "build-empty"),
    ],
)
async def test_what_a_program_does_to_its_worker_is_its_own_fault(
    vite: ViteBuilder, behave: str, code: str
) -> None:
    assert only_code(await vite.build(project(behave, unusual=True))) == code
    assert (await vite.build(project(""))).ok


@pytest.mark.parametrize("behave", ["die", "forge", "babble"])
async def test_what_ends_a_fresh_worker_that_has_built_the_starter_is_the_project(
    vite: ViteBuilder, behave: str
) -> None:
    """As deep nesting does, which overflows a compiler's stack."""
    assert only_code(await vite.build(project(behave))) == "build-crash"
    assert (await vite.build(project(""))).ok


@pytest.mark.parametrize("behave", ["once die", "once hang", "once babble"])
async def test_a_second_worker_may_do_what_the_first_could_not(
    vite: ViteBuilder, behave: str
) -> None:
    assert (await vite.build(project(behave))).ok


async def test_a_project_is_late_only_if_its_build_computed(vite: ViteBuilder) -> None:
    assert only_code(await vite.build(project("loop"))) == "build-timeout"
    with pytest.raises(BuildInfraError, match="too busy"):
        await vite.build(project("hang"))


async def test_memory_counts_only_in_a_worker_that_built_nothing_before(
    vite: ViteBuilder, bench: Bench
) -> None:
    await vite.build(project(""))
    bench.once.unlink()
    assert (await vite.build(project("once eat"))).ok
    assert only_code(await vite.build(project("eat"))) == "build-memory"


async def test_errors_become_findings(vite: ViteBuilder) -> None:
    result = await vite.build(project("fail"))
    (failure,) = result.failures
    assert failure.code == "missing-export"
    assert failure.path == "src/main.tsx"
    assert failure.line is not None
    assert "App" in SCAFFOLD.files["src/main.tsx"].decode().splitlines()[failure.line - 1]
    assert 0.5 < result.progress < 1.0


async def test_nothing_a_worker_claims_is_taken_as_it_is(vite: ViteBuilder) -> None:
    result = await vite.build(project("lie"))
    (failure,) = result.failures
    assert failure.code == "build-error"
    assert len(failure.message) <= 500
    assert (failure.path, failure.line) == (None, None)


async def test_what_needs_no_worker_gets_none(vite: ViteBuilder) -> None:
    files = dict(SCAFFOLD.files)
    files["package.json"] = b'{"dependencies": {"left-pad": "1"}}'
    assert only_code(await vite.build(Project(files))) == "dependency-not-in-store"
    files["package.json"] = b'{"dependencies": {"react": "^18.0.0"}}'
    assert only_code(await vite.build(Project(files))) == "vite-missing"


async def test_the_worker_s_environment_is_ours_to_write(vite: ViteBuilder, bench: Bench) -> None:
    assert not [key for key in bench.sandbox.specs[0].env if "KEY" in key or "TOKEN" in key]

"""The dependency store, with a stand-in for npm: a script that installs or refuses."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from webgen_r1.build.node import Node
from webgen_r1.build.store import DependencyStore, Tree
from webgen_r1.errors import StoreError
from webgen_r1.scaffold import Scaffold, load
from webgen_r1.types import Failure

NPM = """
import json, pathlib, sys, time
here = pathlib.Path.cwd()
log = pathlib.Path(__file__).with_suffix(".log")
log.write_text(log.read_text() + sys.argv[1] + "\\n" if log.exists() else sys.argv[1] + "\\n")
asked = json.loads((here / "package.json").read_text()).get("dependencies", {})
for name in asked:
    if name.startswith("say-"):
        print(json.dumps({"error": {"code": name[4:].upper(), "summary": "no\\n" + name}}))
        sys.exit(1)
    if name == "take-long":
        (here / "node_modules").mkdir()
        time.sleep(60)
    (here / "node_modules" / name).mkdir(parents=True)
    (here / "node_modules" / name / "index.js").write_text("x")
if sys.argv[1] == "install":
    packages = {"node_modules/" + name: {"version": "1.0.0"} for name in asked}
    (here / "package-lock.json").write_text(json.dumps({"packages": {"": {}, **packages}}))
"""


@pytest.fixture
def npm(tmp_path: Path) -> Path:
    script = tmp_path / "npm.py"
    script.write_text(NPM)
    return script


@pytest.fixture
def store(npm: Path, tmp_path: Path) -> DependencyStore:
    node = Node(Path(sys.executable), (sys.executable, str(npm)), (22, 12, 0))
    return DependencyStore(node, tmp_path / "store")


@pytest.fixture
def scaffold(tmp_path: Path) -> Scaffold:
    package = {"dependencies": {"react": "18.3.1", "extra": "1.0.0"}}
    lock = {
        "packages": {
            "": package,
            "node_modules/react": {"version": "18.3.1", "dependencies": {"loose-envify": "1"}},
            "node_modules/loose-envify": {"version": "1.4.0"},
            "node_modules/extra": {"version": "1.0.0"},
        }
    }
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "package.json").write_text(json.dumps(package))
    (tree / "package-lock.json").write_text(json.dumps(lock))
    return replace(load("vite-react-typescript"), tree=tree, lock=lock, package=package)


def calls(npm: Path) -> list[str]:
    log = npm.with_suffix(".log")
    return log.read_text().split() if log.exists() else []


def asks(**packages: str) -> dict[str, Any]:
    return {"dependencies": {name.replace("_", "-"): spec for name, spec in packages.items()}}


async def test_prepare_installs_once(store: DependencyStore, scaffold: Scaffold, npm: Path) -> None:
    assert not store.has(scaffold)
    tree = await store.prepare(scaffold)
    assert (tree.modules / "react" / "index.js").is_file()
    assert store.has(scaffold)
    assert await store.prepare(scaffold) == tree
    assert calls(npm) == ["ci"]


async def test_a_tree_is_read_only(store: DependencyStore, scaffold: Scaffold) -> None:
    tree = await store.prepare(scaffold)
    for path in [tree.modules, *tree.modules.rglob("*")]:
        assert path.stat().st_mode & 0o222 == 0
        assert path.stat().st_mode & 0o444 == 0o444


async def test_two_at_the_same_time_install_once(
    store: DependencyStore, scaffold: Scaffold, npm: Path
) -> None:
    trees = await asyncio.gather(*(store.prepare(scaffold) for _ in range(4)))
    assert len(set(trees)) == 1
    assert calls(npm) == ["ci"]


async def test_a_project_sees_what_it_declares_and_what_that_needs(
    store: DependencyStore, scaffold: Scaffold
) -> None:
    await store.prepare(scaffold)
    tree = await store.tree_for(asks(react="^18.0.0"), scaffold, "store")
    assert isinstance(tree, Tree)
    assert tree.packages == ("loose-envify", "react")
    assert tree.trusted


async def test_before_setup_the_error_says_what_to_run(
    store: DependencyStore, scaffold: Scaffold
) -> None:
    with pytest.raises(StoreError, match="webgen setup"):
        await store.tree_for(asks(react="^18.0.0"), scaffold, "store")


async def test_another_set_is_refused_under_the_store_policy_by_name(
    store: DependencyStore, scaffold: Scaffold, npm: Path
) -> None:
    await store.prepare(scaffold)
    failure = await store.tree_for(asks(react="^19.0.0", left_pad="1"), scaffold, "store")
    assert isinstance(failure, Failure)
    assert failure.code == "dependency-not-in-store"
    assert "react@^19.0.0, left-pad@1" in failure.message
    assert calls(npm) == ["ci"]


async def test_another_set_is_resolved_once_under_the_registry_policy(
    store: DependencyStore, scaffold: Scaffold, npm: Path
) -> None:
    first = await store.tree_for(asks(left_pad="1"), scaffold, "registry")
    again = await store.tree_for(asks(left_pad="1"), scaffold, "registry")
    assert isinstance(first, Tree)
    assert first == again
    assert first.packages == ("left-pad",)
    assert not first.trusted
    assert calls(npm) == ["install"]


async def test_a_range_without_an_end_is_what_the_registry_has_now(
    store: DependencyStore, scaffold: Scaffold
) -> None:
    await store.prepare(scaffold)
    ours = await store.tree_for(asks(react="*"), scaffold, "store")
    now = await store.tree_for(asks(react="*"), scaffold, "registry")
    assert isinstance(ours, Tree)
    assert isinstance(now, Tree)
    assert ours.trusted
    assert not now.trusted


@pytest.mark.parametrize("code", ["e404", "etarget", "eresolve"])
async def test_what_npm_can_never_resolve_is_the_model_s_fault_and_asked_once(
    store: DependencyStore, scaffold: Scaffold, npm: Path, code: str
) -> None:
    package = {"dependencies": {f"say-{code}": "1"}}
    for _ in range(2):
        failure = await store.tree_for(package, scaffold, "registry")
        assert isinstance(failure, Failure)
        assert failure.code == "dependency-unresolvable"
        assert failure.message == f"{code.upper()}: no say-{code}"
    assert calls(npm) == ["install"]


async def test_an_outage_is_nobody_s_fault_and_asked_again(
    store: DependencyStore, scaffold: Scaffold, npm: Path
) -> None:
    for _ in range(2):
        with pytest.raises(StoreError):
            await store.tree_for(asks(say_econnrefused="1"), scaffold, "registry")
    assert calls(npm) == ["install", "install"]


async def test_an_installation_that_is_cut_off_leaves_nothing_that_passes_for_a_tree(
    store: DependencyStore, scaffold: Scaffold, npm: Path, tmp_path: Path
) -> None:
    task = asyncio.create_task(store.tree_for(asks(take_long="1"), scaffold, "registry"))
    while not calls(npm):  # noqa: ASYNC110 - what is waited for is another process's doing
        await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [path.name for path in (tmp_path / "store").iterdir() if path.is_dir()] == []


async def test_leftovers_of_a_killed_process_are_removed(
    store: DependencyStore, scaffold: Scaffold, tmp_path: Path
) -> None:
    leftover = tmp_path / "store" / f".{store.scaffold_key(scaffold)}-abc"
    (leftover / "node_modules").mkdir(parents=True)
    await store.prepare(scaffold)
    assert not leftover.exists()


async def test_prune_spares_the_scaffold_and_what_was_used_last(
    store: DependencyStore, scaffold: Scaffold
) -> None:
    await store.prepare(scaffold)
    old = await store.tree_for(asks(old="1"), scaffold, "registry")
    assert isinstance(old, Tree)
    assert store.prune(scaffold, keep_bytes=10**9) == []
    assert store.prune(scaffold, keep_bytes=0) == [old.key]
    assert store.has(scaffold)


def test_the_key_follows_lock_file_and_platform(
    store: DependencyStore, scaffold: Scaffold, tmp_path: Path
) -> None:
    guest = DependencyStore(store.node, tmp_path / "store", guest=True)
    assert guest.scaffold_key(scaffold) != store.scaffold_key(scaffold)
    before = store.scaffold_key(scaffold)
    (scaffold.tree / "package-lock.json").write_text("{}")
    assert store.scaffold_key(scaffold) != before

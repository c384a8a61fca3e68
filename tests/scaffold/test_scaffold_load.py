"""Scaffolds are folders: those that ship load, a broken one says which file is at fault."""

import json
import shutil
from pathlib import Path

import pytest
from packaging.version import Version

from webgen_r1 import scaffold
from webgen_r1.errors import UserError

NAMES = scaffold.names()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A scaffold outside the package, to be broken."""
    return Path(shutil.copytree(scaffold.load("vite-react-typescript").root, tmp_path / "second"))


def test_the_paper_s_scaffold_ships() -> None:
    assert "vite-react-typescript" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_starter_declares_only_what_the_tree_satisfies(name: str) -> None:
    found = scaffold.load(name)
    pinned = {
        path.removeprefix("node_modules/"): entry["version"]
        for path, entry in found.lock["packages"].items()
        if path.count("node_modules/") == 1
    }
    for package, wanted in {
        **found.package["dependencies"],
        **found.package["devDependencies"],
    }.items():
        assert wanted.startswith("^")
        assert _caret_allows(Version(wanted[1:]), Version(pinned[package])), package


def _caret_allows(low: Version, version: Version) -> bool:
    """npm's `^`: the first number that is not zero must stay."""
    fixed = 1 if low.major else 2
    return version >= low and version.release[:fixed] == low.release[:fixed]


@pytest.mark.parametrize("name", NAMES)
def test_the_tree_is_pinned_exactly_and_by_content(name: str) -> None:
    found = scaffold.load(name)
    package = json.loads((found.tree / "package.json").read_text())
    for version in {**package["dependencies"], **package["devDependencies"]}.values():
        Version(version)  # a range would not parse
    assert all(
        "integrity" in entry or "inBundle" in entry
        for path, entry in found.lock["packages"].items()
        if path
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_lock_file_names_no_host(name: str) -> None:
    text = (scaffold.load(name).tree / "package-lock.json").read_text()
    assert "resolved" not in text
    assert "://" not in text


@pytest.mark.parametrize("name", NAMES)
def test_every_slot_has_a_meaning_and_the_frame_is_no_slot(name: str) -> None:
    found = scaffold.load(name)
    assert found.slots == tuple(found.slot_meanings)
    assert all(found.slot_meanings.values())
    assert not scaffold.in_slots(found, "package.json")
    assert not scaffold.in_slots(found, "vite.config.ts")


def test_a_second_scaffold_loads_from_its_folder(copy: Path) -> None:
    found = scaffold.load(str(copy))
    assert found.name == "second"
    assert found.files == scaffold.load("vite-react-typescript").files


def test_a_rule_without_options_is_a_rule_with_none() -> None:
    rules = scaffold.load("vite-react-typescript").rules
    assert rules["artifact-id"] == {}
    assert rules["package-scripts"] == {"names": ["dev", "build", "preview"]}


def test_what_trying_the_starter_in_place_leaves_is_not_part_of_it(copy: Path) -> None:
    for folder in ("node_modules/react", "dist"):
        (copy / "starter" / folder).mkdir(parents=True)
        (copy / "starter" / folder / "index.js").write_text("x")
    assert scaffold.load(str(copy)).files == scaffold.load("vite-react-typescript").files


def test_links_in_a_starter_are_left_out(copy: Path) -> None:
    (copy / "starter" / "secret.txt").symlink_to("/etc/hostname")
    assert "secret.txt" not in scaffold.load(str(copy)).files


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"no scaffold 'svelte'.*vite-react-typescript"):
        scaffold.load("svelte")


@pytest.mark.parametrize(
    "path",
    [
        "scaffold.yaml",
        "prompt.md.j2",
        "starter/package.json",
        "tree/package.json",
        "tree/package-lock.json",
    ],
)
def test_a_missing_file_is_named(copy: Path, path: str) -> None:
    (copy / path).unlink()
    with pytest.raises(UserError) as caught:
        scaffold.load(str(copy))
    assert str(copy / path) in str(caught.value)


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("scaffold.yaml", b"title: [", "not valid YAML"),
        ("scaffold.yaml", b"title: x\ndescription: y\nslots: {}\nslot: 1\n", "slot: no such key"),
        ("starter/package.json", b'{\n"name": }', "package.json:2 is not valid JSON"),
        ("starter/package.json", b"[]", "must hold a JSON object"),
        ("prompt.md.j2", b"\xff", "not UTF-8"),
        ("tree/package.json", b'{"dependencies": {"react": "18.0.0"}}', "pins other dependencies"),
        ("tree/package-lock.json", b'{"packages": []}', "has no packages"),
    ],
)
def test_a_broken_file_is_named_in_one_line(
    copy: Path, path: str, content: bytes, said: str
) -> None:
    (copy / path).write_bytes(content)
    with pytest.raises(UserError) as caught:
        scaffold.load(str(copy))
    assert Path(path).name in str(caught.value) or "package-lock.json" in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)

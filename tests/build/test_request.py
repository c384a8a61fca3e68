"""What a package.json may ask of npm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.build.request import RefusedError, open_ended, parse_request, satisfies


def code(package: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        parse_request(package)
    assert caught.value.failure.path == "package.json"
    return caught.value.failure.code


@pytest.mark.parametrize(
    "spec", ["^1.2.3", "1.x", "*", "", "latest", ">=1 <2", "1 - 2", "^1 || ^2", "npm:react@^18"]
)
def test_specs_of_the_registry_are_allowed(spec: str) -> None:
    assert parse_request({"dependencies": {"a": spec}}).declared == {"a": spec}


@pytest.mark.parametrize(
    "spec",
    [
        "git+https://example.invalid/a.git",
        "github:a/b",
        "a/b",
        "https://example.invalid/a.tgz",
        "file:../../etc",
        "link:..",
        "workspace:*",
        "../a",
        "/etc",
        "~/a",
        "npm:../a",
        "--registry=x y/z",
        ".",
        "..",
        "x.tgz",
        "npm:a@x.tar.gz",
        5,
        None,
        "1\0",
    ],
)
def test_everything_else_is_refused(spec: object) -> None:
    assert code({"devDependencies": {"a": spec}}) == "dependency-spec"
    assert code({"overrides": {"b": {"a": spec}}}) == "dependency-spec"


@pytest.mark.parametrize("name", ["../a", "a/b", "@a", "", ".a", "a b", "@a/b/c", "--global"])
def test_names_that_are_no_package_names_are_refused(name: str) -> None:
    if name == "--global":  # npm reads it from the file, never as a word of its command line
        assert parse_request({"dependencies": {name: "1"}}).declared
    else:
        assert code({"dependencies": {name: "1"}}) == "dependency-spec"


def test_too_many_packages_are_refused() -> None:
    assert code({"dependencies": {f"p{i}": "1" for i in range(300)}}) == "dependency-spec"


def test_workspaces_are_refused() -> None:
    assert code({"workspaces": ["packages/*"]}) == "dependency-spec"


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_a_json_error(content: bytes) -> None:
    assert code(content) == "json-error"


@pytest.mark.parametrize("content", [None, b"[]", b'"x"'])
def test_what_is_no_object_is_refused(content: bytes | None) -> None:
    assert code(content) == "package-json"


def test_npm_sees_nothing_of_the_package_json_but_the_request() -> None:
    package = {
        "name": "../x",
        "scripts": {"preinstall": "rm -rf /"},
        "bin": "x",
        "dependencies": {"react": "18"},
    }
    assert set(parse_request(package).package_json()) == {
        *("name", "version", "private", "dependencies")
    }


names = st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True)
groups = st.dictionaries(names, st.sampled_from(["1", "^2.0.0", "*"]), max_size=5)


@given(groups, groups, st.randoms())
def test_the_digest_knows_what_is_asked_and_not_how_it_is_written(
    runtime: dict[str, str], development: dict[str, str], random: Any
) -> None:
    def shuffled(group: dict[str, str]) -> dict[str, str]:
        items = list(group.items())
        random.shuffle(items)
        return dict(items)

    one = {"name": "a", "dependencies": runtime, "devDependencies": development}
    other = {"devDependencies": shuffled(development), "dependencies": shuffled(runtime)}
    text = json.dumps(other, indent=4).encode()
    assert parse_request(one).digest == parse_request(text).digest
    more = {**one, "dependencies": {**runtime, "another-one": "1"}}
    assert parse_request(one).digest != parse_request(more).digest


@pytest.mark.parametrize(
    ("version", "spec", "fits"),
    [
        ("18.3.1", "^18.2.0", True),
        ("18.3.1", "^19.0.0", False),
        ("0.577.0", "^0.577.0", True),
        ("0.577.0", "^0.344.0", False),
        ("8.3.8", "~8.3", True),
        ("8.3.8", ">= 8", True),
        ("8.3.8", "^7 || ^8", True),
        ("8.3.8", "", True),
        ("8.3.8", "latest", False),
        ("8.0.0-beta.1", "^8.0.0", False),
        ("1.2.3", "1.*.3", False),
        ("1.2.3", "1.2.3-", False),
    ],
)
def test_ranges_are_read_as_npm_reads_them(version: str, spec: str, fits: bool) -> None:
    assert satisfies(version, spec) is fits


def test_a_range_without_an_end_is_open() -> None:
    assert open_ended("18.3.1", "*")
    assert open_ended("18.3.1", ">=18")
    assert not open_ended("18.3.1", "^18.0.0")

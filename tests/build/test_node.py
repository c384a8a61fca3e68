"""Which Node is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from webgen_r1.build.node import Node, find_node, new_enough
from webgen_r1.errors import BuildInfraError


def node(*version: int) -> Node:
    major, minor, patch = version
    return Node(Path(f"/opt/node{major}"), ("npm",), (major, minor, patch))


@pytest.mark.parametrize("version", [(20, 19, 0), (20, 20, 2), (22, 12, 0), (24, 0, 0)])
def test_new_enough(version: tuple[int, int, int]) -> None:
    assert new_enough(version)


@pytest.mark.parametrize("version", [(18, 20, 8), (20, 18, 9), (21, 7, 3), (22, 11, 0)])
def test_too_old(version: tuple[int, int, int]) -> None:
    assert not new_enough(version)


def test_the_first_usable_one_is_taken() -> None:
    assert find_node([node(18, 0, 0), node(22, 12, 0), node(24, 0, 0)]).version == (22, 12, 0)


def test_without_one_the_error_says_what_was_found_and_what_to_do() -> None:
    with pytest.raises(BuildInfraError, match=r"/opt/node18 is 18\.0\.0.*pip install") as caught:
        find_node([node(18, 0, 0)])
    assert caught.value.code == "node-missing"
    assert "\n" not in str(caught.value)

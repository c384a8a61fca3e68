"""What two trees of settings differ in, said so that a person sees which to choose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Tree = Mapping[str, Any]


def differences(old: Tree, new: Tree) -> list[str]:
    """The leaves that differ, as `reward.preset: paper → graded`."""
    before, after = dict(flat(old)), dict(flat(new))
    return [
        f"{name}: {before.get(name)} → {after.get(name)}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def flat(tree: Tree, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves with their dotted names."""
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value

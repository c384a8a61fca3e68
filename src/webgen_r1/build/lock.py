"""Reading npm's package-lock.json (version 3): what is installed, and what needs what.

Keys of `packages` are places, such as ``node_modules/a/node_modules/b``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

MODULES = "node_modules/"


def version_at_top(lock: Mapping[str, Any], name: str) -> str | None:
    """Version of `name` as the project itself would import it."""
    entry = lock["packages"].get(MODULES + name)
    return None if entry is None else entry.get("version")


def visible(lock: Mapping[str, Any], declared: Iterable[str]) -> tuple[str, ...]:
    """Top-level packages that an install of only `declared` would put into node_modules.

    These are the declared ones and all that they need: dependencies, optional ones that
    are there, and peers (npm installs peers too, unless they are marked optional).
    """
    packages = lock["packages"]
    waiting = [place for name in declared if (place := MODULES + name) in packages]
    seen = set(waiting)
    while waiting:
        place = waiting.pop()
        for name in _needs(packages[place]):
            found = _resolve(packages, place, name)
            if found is not None and found not in seen:
                seen.add(found)
                waiting.append(found)
    return tuple(sorted(place.removeprefix(MODULES) for place in seen if _is_top(place)))


def top_level(lock: Mapping[str, Any]) -> tuple[str, ...]:
    """Every package at the top of the tree."""
    return tuple(
        sorted(place.removeprefix(MODULES) for place in lock["packages"] if _is_top(place))
    )


def _is_top(place: str) -> bool:
    return place.startswith(MODULES) and place.count(MODULES) == 1


def _needs(entry: Mapping[str, Any]) -> Iterable[str]:
    yield from entry.get("dependencies", ())
    yield from entry.get("optionalDependencies", ())
    meta = entry.get("peerDependenciesMeta", {})
    for name in entry.get("peerDependencies", ()):
        if not meta.get(name, {}).get("optional"):
            yield name


def _resolve(packages: Mapping[str, Any], place: str, name: str) -> str | None:
    """Where Node finds `name` when a file of the package at `place` asks for it."""
    while place:
        if (candidate := f"{place}/{MODULES}{name}") in packages:
            return candidate
        place = place.rpartition(MODULES)[0].removesuffix("/")
    return MODULES + name if MODULES + name in packages else None

"""Policies that ship with the package: small, trained by its own recipes."""

from __future__ import annotations

from pathlib import Path


def shipped_policies() -> list[str]:
    """Their names, in alphabetical order."""
    return sorted(path.parent.name for path in Path(__file__).parent.glob("*/config.json"))


def find_policy(name: str) -> str:
    """The folder of the policy that ships under `name`; any other name as it is."""
    return str(Path(__file__).parent / name) if name in shipped_policies() else name

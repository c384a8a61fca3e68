"""Reading a scaffold folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from webgen_r1.config import Settings, load_yaml
from webgen_r1.errors import UserError

MANIFEST = "scaffold.yaml"
PROMPT = "prompt.md.j2"
ESLINT = "eslint.config.mjs"
LEFT_BY_TOOLS = frozenset({"node_modules", "dist"})
"""Folders that appear when somebody tries a starter in place; never part of it."""


class Manifest(Settings):
    """scaffold.yaml."""

    title: str = Field(min_length=1)
    description: str = Field(min_length=1)
    slots: dict[str, str]
    """Glob → what belongs there."""
    provided: tuple[str, ...] = ()
    """Globs of starter files that are part of every project, whatever the mode."""
    shell: tuple[str, ...] = ()
    """Commands that prepare the project, where a `slots` completion gives none."""
    start: str | None = None
    """Command that starts it, where a `slots` completion gives none."""
    rules: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Code of a static rule → its options. The rules stage knows the codes."""

    @field_validator("rules", mode="before")
    @classmethod
    def _bare_code_has_no_options(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {code: {} if options is None else options for code, options in value.items()}


@dataclass(frozen=True)
class Scaffold:
    """One scaffold, read into memory.

    `files` is the starter (relative POSIX path → bytes) with its `package` parsed;
    `tree` is the folder whose package.json and package-lock.json (`lock`, parsed) pin
    everything that is prebuilt, the starter's dependencies among it. `slots` are the
    globs that a completion may fill in `slots` mode and `slot_meanings` says what
    belongs there; `provided` are globs of starter files that no completion carries, in
    neither mode. `prompt` is the Jinja source of its part of the system prompt. `eslint`
    is the ESLint configuration that projects are held to, None for a scaffold without one.
    """

    name: str
    title: str
    description: str
    root: Path
    files: Mapping[str, bytes]
    slots: tuple[str, ...]
    slot_meanings: Mapping[str, str]
    shell: tuple[str, ...]
    start: str | None
    rules: Mapping[str, Any]
    prompt: str
    package: dict[str, Any]
    lock: dict[str, Any]
    tree: Path
    eslint: str | None = None
    provided: tuple[str, ...] = ()


def names() -> list[str]:
    """The scaffolds that ship, in alphabetical order."""
    return sorted(path.parent.name for path in Path(__file__).parent.glob(f"*/{MANIFEST}"))


def load(name_or_path: str) -> Scaffold:
    """Read the scaffold that ships under this name, or the one in this folder.

    Raises UserError with one line when there is none, or naming the file of it that is
    missing or broken.
    """
    known = names()
    if name_or_path in known:
        return _read(Path(__file__).parent / name_or_path)
    if not Path(name_or_path).is_dir():
        raise UserError(
            f"no scaffold {name_or_path!r}: give one of {', '.join(known)} "
            f"or a folder that holds {MANIFEST}"
        )
    return _read(Path(name_or_path).resolve())


def _read(root: Path) -> Scaffold:
    manifest = load_yaml(root / MANIFEST, Manifest)
    files = {path: _bytes(root / "starter" / path) for path in _walk(root / "starter")}
    return Scaffold(
        name=root.name,
        title=manifest.title,
        description=manifest.description,
        root=root,
        files=files,
        slots=tuple(manifest.slots),
        slot_meanings=manifest.slots,
        shell=manifest.shell,
        start=manifest.start,
        rules=manifest.rules,
        prompt=_text(root / PROMPT),
        package=_json(root / "starter" / "package.json"),
        lock=_json(root / "tree" / "package-lock.json"),
        tree=_checked_tree(root / "tree"),
        eslint=_text(root / ESLINT) if (root / ESLINT).exists() else None,
        provided=manifest.provided,
    )


def _checked_tree(tree: Path) -> Path:
    """`tree`, after making sure that its package.json says what its lock file pins."""
    package = _json(tree / "package.json")
    packages = _json(tree / "package-lock.json").get("packages")
    if not isinstance(packages, dict) or not isinstance(packages.get(""), dict):
        raise UserError(f"{tree / 'package-lock.json'} has no packages (lock file version 3)")
    pinned = packages[""]
    for group in ("dependencies", "devDependencies"):
        if package.get(group, {}) != pinned.get(group, {}):
            raise UserError(
                f"{tree / 'package-lock.json'} pins other {group} than package.json beside it: "
                "run `npm install --package-lock-only --ignore-scripts` there"
            )
    return tree


def _walk(folder: Path) -> Iterator[str]:
    """Relative POSIX paths of the regular files below `folder`, in order; links are left out."""
    for parent, folders, filenames in os.walk(folder):
        folders[:] = sorted(set(folders) - LEFT_BY_TOOLS)
        for filename in sorted(filenames):
            path = Path(parent) / filename
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text") from error


def _json(path: Path) -> dict[str, Any]:
    """The object in a JSON file."""
    try:
        value = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise UserError(f"{path}:{error.lineno} is not valid JSON: {error.msg}") from error
    if not isinstance(value, dict):
        raise UserError(f"{path} must hold a JSON object")
    return value

"""What a package.json asks of npm, reduced to what may be asked: packages of the registry.

Nothing of the model's package.json reaches npm but what is here: names and specs that
were checked. Git, URL, file, link and workspace specs would let it read our disk or fetch
from anywhere, so they are refused even though a plain `npm install` takes them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from semantic_version import Version  # type: ignore[import-untyped]

from webgen_r1.source import npm_range
from webgen_r1.types import Failure

PACKAGE_JSON = "package.json"
GROUPS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
MAX_PACKAGES = 200

_NAME = re.compile(r"(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-zA-Z0-9~-][a-zA-Z0-9._~-]*")
# A leading dot or the name of an archive would be a file to npm.
_SPEC = re.compile(r"(?!\.)(?!.*\.(?:tgz|tar|tar\.gz)\s*$)[A-Za-z0-9.+~^<>=|*\s-]*")
_ALIAS = re.compile(rf"npm:({_NAME.pattern})(?:@({_SPEC.pattern}))?")


class RefusedError(ValueError):
    """A package.json that asks for something we do not give. Carries the finding."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


@dataclass(frozen=True)
class Request:
    """Checked dependency request: group name → package name → spec, and npm's overrides."""

    groups: Mapping[str, Mapping[str, str]]
    overrides: Mapping[str, Any] = field(default_factory=dict)
    peer_meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def declared(self) -> dict[str, str]:
        """dependencies and devDependencies together; the former win, as in npm."""
        return {**self.groups["devDependencies"], **self.groups["dependencies"]}

    @property
    def simple(self) -> bool:
        """Whether `declared` is all that is asked."""
        groups = self.groups
        return not (groups["optionalDependencies"] or groups["peerDependencies"] or self.overrides)

    def package_json(self) -> dict[str, Any]:
        """The package.json that npm gets to see, keys in a fixed order."""
        package: dict[str, Any] = {"name": "webgen-request", "version": "0.0.0", "private": True}
        for group in GROUPS:
            if self.groups[group]:
                package[group] = dict(sorted(self.groups[group].items()))
        if self.overrides:
            package["overrides"] = self.overrides
        if self.peer_meta:
            package["peerDependenciesMeta"] = self.peer_meta
        return package

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the request, the same however the package.json was laid out."""
        text = json.dumps(self.package_json(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def parse_request(package_json: bytes | Mapping[str, Any] | None) -> Request:
    """Check what a package.json asks for. Raises RefusedError."""
    package = _parse(package_json)
    groups = {group: dict(_group(package, group)) for group in GROUPS}
    if sum(map(len, groups.values())) > MAX_PACKAGES:
        raise RefusedError(_failure("dependency-spec", f"more than {MAX_PACKAGES} dependencies"))
    if package.get("workspaces"):
        raise RefusedError(_failure("dependency-spec", "workspaces are not supported"))
    overrides = package.get("overrides") or {}
    _check_overrides(overrides)
    meta = package.get("peerDependenciesMeta")
    peer_meta = {
        name: {"optional": True}
        for name, value in (meta.items() if isinstance(meta, dict) else ())
        if name in groups["peerDependencies"] and isinstance(value, dict) and value.get("optional")
    }
    return Request(groups, overrides, peer_meta)


def satisfies(version: str, spec: str) -> bool:
    """Whether npm would take `version` for the range `spec`.

    False also for what is no range (a tag such as `latest`, an alias) and for spellings
    that the library does not read as npm does: then npm itself is asked, which is slower,
    never wrong.
    """
    versions = npm_range(spec)
    try:
        return versions is not None and Version(version) in versions
    except ValueError:
        return False


def open_ended(version: str, spec: str) -> bool:
    """Whether `spec` would also take the major version after `version`, as ``*`` does."""
    return satisfies(str(Version(version).next_major()), spec)


def _parse(package_json: bytes | Mapping[str, Any] | None) -> Mapping[str, Any]:
    if package_json is None:
        raise RefusedError(_failure("package-json", "there is no package.json"))
    if isinstance(package_json, Mapping):
        return package_json
    try:
        # npm and Vite, too, strip a byte order mark.
        package = json.loads(package_json.decode("utf-8").removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise RefusedError(_failure("json-error", f"package.json: {error}", line)) from error
    if not isinstance(package, dict):
        raise RefusedError(_failure("package-json", "package.json is not an object"))
    return package


def _group(package: Mapping[str, Any], group: str) -> Iterator[tuple[str, str]]:
    value = package.get(group)
    if not value or isinstance(value, str):
        return  # npm ignores these too
    if not isinstance(value, dict):
        raise RefusedError(_failure("dependency-spec", f"{group} is not an object"))
    for name, spec in value.items():
        if not isinstance(spec, str) or not _allowed(name, spec):
            raise RefusedError(
                _failure("dependency-spec", f"{group}: {name}: {str(spec)[:100]!r} is not allowed")
            )
        yield name, spec


def _allowed(name: str, spec: str) -> bool:
    if len(name) > 214 or len(spec) > 200 or _NAME.fullmatch(name) is None:
        return False
    return bool(_SPEC.fullmatch(spec) or _ALIAS.fullmatch(spec))


def _check_overrides(overrides: object, depth: int = 0) -> None:
    """Overrides nest; every leaf must be a spec of the registry or refer to one (`$name`)."""
    if not isinstance(overrides, dict) or depth > 5:
        raise RefusedError(_failure("dependency-spec", "overrides is not an object"))
    for name, value in overrides.items():
        if isinstance(value, dict):
            _check_overrides(value, depth + 1)
        elif not isinstance(value, str) or not _allowed("x", value.removeprefix("$") or "!"):
            raise RefusedError(
                _failure("dependency-spec", f"overrides: {name}: {str(value)[:100]!r}")
            )


def _failure(code: str, message: str, line: int | None = None) -> Failure:
    return Failure(stage="build", code=code, message=message, path=PACKAGE_JSON, line=line)

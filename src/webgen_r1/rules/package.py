"""Rules about package.json."""

from __future__ import annotations

from collections.abc import Iterator

from webgen_r1.config import Settings
from webgen_r1.rules.rule import Context, Finding, NoOptions, Rule
from webgen_r1.source import PackageJsonError

_PATH = "package.json"


class Scripts(Settings):
    names: tuple[str, ...] = ("dev", "build", "preview")


class Packages(Settings):
    names: tuple[str, ...] = ("react", "react-dom", "vite")


def _package_json(context: Context, _: NoOptions) -> Iterator[Finding]:
    try:
        context.package  # noqa: B018 (reading it is the question)
    except PackageJsonError as error:
        yield Finding(str(error), _PATH, error.line)


def _name(context: Context, _: NoOptions) -> Iterator[Finding]:
    yield from _field(context, "name")


def _version(context: Context, _: NoOptions) -> Iterator[Finding]:
    yield from _field(context, "version")


def _field(context: Context, field: str) -> Iterator[Finding]:
    value = context.package.get(field)
    if not isinstance(value, str) or not value.strip():
        yield Finding(f'package.json has no "{field}"', _PATH)


def _scripts(context: Context, options: Scripts) -> Iterator[Finding]:
    scripts = context.package.get("scripts")
    for name in options.names:
        script = scripts.get(name) if isinstance(scripts, dict) else None
        if not isinstance(script, str) or not script.strip():
            yield Finding(f'package.json has no script "{name}"', _PATH)


def _dependencies(context: Context, options: Packages) -> Iterator[Finding]:
    for name in options.names:
        if name not in context.declared:
            yield Finding(f"package.json does not declare {name}", _PATH)


RULES = (
    Rule("package-json", "package.json is there and is a JSON object", _package_json),
    Rule("package-name", "package.json has a name", _name, needs=("package-json",)),
    Rule("package-version", "package.json has a version", _version, needs=("package-json",)),
    Rule(
        "package-scripts",
        "package.json has the scripts",
        _scripts,
        Scripts,
        needs=("package-json",),
    ),
    Rule(
        "package-dependencies",
        "package.json declares the packages",
        _dependencies,
        Packages,
        needs=("package-json",),
    ),
)

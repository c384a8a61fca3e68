"""Rules about what only a completion has, and about size."""

from __future__ import annotations

import re
from collections.abc import Iterator

from webgen_r1.config import Settings
from webgen_r1.rules.rule import Context, Finding, NoOptions, Rule

_INSTALLS = re.compile(
    r"\b(?:npm|pnpm|yarn|bun)\s+(?:install|i|ci|add)\b|(?:^|&&|;)\s*yarn\s*(?:$|&&|;)"
)


class SizeLimits(Settings):
    max_files: int = 1000
    max_file_bytes: int = 4 * 2**20
    max_total_bytes: int = 32 * 2**20


def _artifact_id(context: Context, _: NoOptions) -> Iterator[Finding]:
    if not (context.project.artifact_id or "").strip():
        yield Finding('the artifact has no id: <webArtifact id="…" title="…">')


def _artifact_title(context: Context, _: NoOptions) -> Iterator[Finding]:
    if not (context.project.title or "").strip():
        yield Finding('the artifact has no title: <webArtifact id="…" title="…">')


def _install_action(context: Context, _: NoOptions) -> Iterator[Finding]:
    if not any(_INSTALLS.search(command[:10_000]) for command in context.project.shell):
        yield Finding('no shell action installs the dependencies, such as "npm install"')


def _start_action(context: Context, _: NoOptions) -> Iterator[Finding]:
    if not (context.project.start or "").strip():
        yield Finding('there is no start action, such as "npm run dev"')


def _size_limits(context: Context, limits: SizeLimits) -> Iterator[Finding]:
    sizes = {path: len(content) for path, content in context.project.files.items()}
    if len(sizes) > limits.max_files:
        yield Finding(f"{len(sizes):,} files are more than {limits.max_files:,}")
    for path, size in sizes.items():
        if size > limits.max_file_bytes:
            yield Finding(f"{size:,} bytes are more than {limits.max_file_bytes:,}", path)
    if sum(sizes.values()) > limits.max_total_bytes:
        yield Finding(
            f"{sum(sizes.values()):,} bytes in all are more than {limits.max_total_bytes:,}"
        )


RULES = (
    Rule("artifact-id", "the artifact has a non-empty id", _artifact_id, of_completion=True),
    Rule(
        "artifact-title", "the artifact has a non-empty title", _artifact_title, of_completion=True
    ),
    Rule(
        "install-action",
        "a shell action installs the dependencies",
        _install_action,
        of_completion=True,
    ),
    Rule("start-action", "there is a start action", _start_action, of_completion=True),
    Rule("size-limits", "the project is within limits", _size_limits, SizeLimits),
)

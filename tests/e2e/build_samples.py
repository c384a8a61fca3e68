"""The real builder for e2e tests, and small projects made from the starter."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping

from webgen_r1.build import DependencyStore, ViteBuilder
from webgen_r1.config import BuildConfig, SandboxConfig
from webgen_r1.sandbox import find_sandbox
from webgen_r1.scaffold import load
from webgen_r1.types import BuildResult, Project

SCAFFOLD = load("vite-react-typescript")


@contextlib.asynccontextmanager
async def builder(**settings: object) -> AsyncIterator[ViteBuilder]:
    """A builder in the best sandbox there is, with the scaffold's tree installed."""
    config = BuildConfig.model_validate(settings)
    sandbox = find_sandbox(SandboxConfig())
    store = DependencyStore(guest=sandbox.own_userland)
    await store.prepare(SCAFFOLD)
    async with ViteBuilder(config, SCAFFOLD, sandbox, store) as running:
        yield running


def starter(changes: Mapping[str, str | bytes | None] | None = None) -> Project:
    """The starter with files replaced or added, or left out where the content is None."""
    files = dict(SCAFFOLD.files)
    for path, content in (changes or {}).items():
        if content is None:
            del files[path]
        else:
            files[path] = content.encode() if isinstance(content, str) else content
    return Project(files)


def home(code: str) -> Project:
    """The starter whose home page is this."""
    return starter({"src/pages/Home.tsx": code})


def codes(result: BuildResult) -> list[str]:
    return [failure.code for failure in result.failures]

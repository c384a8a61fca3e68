"""A sandbox for tests: runs what the test says instead of what the spec says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from webgen_r1.sandbox.spec import SandboxSpec


class FakeSandbox:
    """`Sandbox` that confines nothing and remembers every spec it was given.

    `run` turns a spec into the argv to start instead; without it the spec's own argv.
    """

    def __init__(self, run: Callable[[SandboxSpec], list[str]] | None = None) -> None:
        self._run = run
        self.specs: list[SandboxSpec] = []

    @property
    def name(self) -> str:
        return "fake"

    @property
    def confines(self) -> bool:
        return False

    @property
    def own_userland(self) -> bool:
        return False

    def command(self, spec: SandboxSpec) -> list[str]:
        self.specs.append(spec)
        return self._run(spec) if self._run else list(spec.argv)

    def stop_command(self, argv: Sequence[str]) -> list[str] | None:
        return None

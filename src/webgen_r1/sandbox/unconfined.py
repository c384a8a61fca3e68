"""No sandbox at all: for those who said so in so many words (``--sandbox none``).

The environment is still cleared and the watchdog still looks, so an accident is
contained; an attack is not. Nothing is mounted: whoever makes a spec asks
`Sandbox.confines` and uses the host's paths, and a temporary folder, where it is false.
"""

from __future__ import annotations

from collections.abc import Sequence

from webgen_r1.sandbox.spec import SandboxSpec


class Unconfined:
    """`Sandbox` that confines nothing."""

    @property
    def name(self) -> str:
        return "none"

    @property
    def confines(self) -> bool:
        return False

    @property
    def own_userland(self) -> bool:
        return False

    def command(self, spec: SandboxSpec) -> list[str]:
        argv = ["/usr/bin/env", "-i", "PATH=/usr/local/bin:/usr/bin:/bin"]
        argv += [f"{key}={value}" for key, value in spec.env.items()]
        return [*argv, *spec.argv]

    def stop_command(self, argv: Sequence[str]) -> list[str] | None:
        return None

"""Who is to blame, as a tree of exceptions.

A fault of the *model* is never an exception: it is a `Failure` inside a `Trace`.
Exceptions are for the two other cases:

    WebgenError
    ├── UserError            the caller's mistake: one clear line, exit code 2
    └── InfraFailure         we could not find out: no reward, the sample is left out
        ├── SandboxError     no sandbox, or it could not be started
        ├── StoreError       the dependency store is missing, broken or unreachable
        ├── BuildInfraError  the build worker failed in a way no project can cause
        ├── RenderInfraError the browser is missing or crashed more often than we retry
        ├── GenerateError    the model that writes completions is down or failed
        ├── LintError        ESLint is missing or failed in a way no project can cause
        ├── AgentError       the GUI agent's endpoint or browser failed
        ├── JudgeError       the judge is down, refuses us, or cannot be understood
        └── DiskError        full disk or unwritable folder

Only `reward.cascade` catches `InfraFailure`; only `cli` catches `UserError`.
"""

from __future__ import annotations


class WebgenError(Exception):
    """Base of everything this package raises on purpose."""


class UserError(WebgenError):
    """The caller's mistake. `str(error)` is one line a person can act on."""


class InfraFailure(WebgenError):
    """We could not find out what the completion is worth.

    `code` is a short stable name (``browser-missing``).
    """

    code = "infra"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class SandboxError(InfraFailure):
    """No usable sandbox, or one that could not be started."""

    code = "sandbox"


class StoreError(InfraFailure):
    """The dependency store is missing, broken, or the registry cannot be reached."""

    code = "store"


class BuildInfraError(InfraFailure):
    """A build worker failed in a way that no project can cause."""

    code = "build-infra"


class RenderInfraError(InfraFailure):
    """The browser is missing, or crashed more often than we retry."""

    code = "render-infra"


class GenerateError(InfraFailure):
    """The model that writes completions is down, refuses us, or failed."""

    code = "generate"


class LintError(InfraFailure):
    """ESLint is missing, or failed in a way that no project can cause."""

    code = "lint-infra"


class AgentError(InfraFailure):
    """The endpoint of the GUI agent, or its browser, failed: the case is undecided."""

    code = "agent"


class JudgeError(InfraFailure):
    """The judge is down, refuses us, or answered something that is not a verdict."""

    code = "judge"


class DiskError(InfraFailure):
    """A full disk or an unwritable folder."""

    code = "disk"


def first_line(error: BaseException) -> str:
    """The first line of what an error says; its kind where it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)

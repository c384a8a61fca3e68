"""From what a completion carries to a whole project."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from webgen_r1.scaffold.load import Scaffold
from webgen_r1.types import Completion, Failure, Mode, Project

OUTSIDE_SLOTS = "outside-slots"
PROVIDED = "provided-file"


def complete(
    scaffold: Scaffold, completion: Completion, mode: Mode
) -> tuple[Project, tuple[Failure, ...]]:
    """The project that `completion` stands for, and what of it was left aside.

    In `full` mode the project holds what the completion carries, and the files that the
    scaffold provides. In `slots` mode it is the starter with the slots that the completion
    fills, and the scaffold's shell and start actions stand in for those that it does not
    give. A file that is not the completion's to write (outside every slot, or provided) is
    ignored, with a warning, so that package.json and the build configuration of a `slots`
    project, and a kit in either mode, stay the scaffold's.
    """
    refused = {path: why for path in completion.files if (why := _refusal(scaffold, path, mode))}
    taken = {path: text for path, text in completion.files.items() if path not in refused}
    given = {
        path: text
        for path, text in scaffold.files.items()
        if mode == "slots" or is_provided(scaffold, path)
    }
    project = Project(
        files={**given, **taken},
        artifact_id=completion.artifact_id,
        title=completion.title,
        shell=completion.shell or (scaffold.shell if mode == "slots" else ()),
        start=completion.start or (scaffold.start if mode == "slots" else None),
    )
    return project, tuple(refused.values())


def in_slots(scaffold: Scaffold, path: str) -> bool:
    """Whether a completion may fill `path` in `slots` mode."""
    return _matches(scaffold.slots, path)


def is_provided(scaffold: Scaffold, path: str) -> bool:
    """Whether `path` is the scaffold's in every project, whatever the mode."""
    return _matches(scaffold.provided, path)


def _refusal(scaffold: Scaffold, path: str, mode: Mode) -> Failure | None:
    """Why `path` is not the completion's to write; None where it is."""
    if is_provided(scaffold, path):
        return _ignored(PROVIDED, path, "is provided by the scaffold")
    if mode == "slots" and not in_slots(scaffold, path):
        return _ignored(OUTSIDE_SLOTS, path, "is not one of the scaffold's slots")
    return None


def _ignored(code: str, path: str, why: str) -> Failure:
    return Failure(
        stage="parse",
        code=code,
        message=f"{path} {why}, so it was ignored",
        path=path,
        severity="warning",
    )


def _matches(globs: Sequence[str], path: str) -> bool:
    return any(_pattern(glob).fullmatch(path) for glob in globs)


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    """`**` crosses folders, `*` stays within one; everything else stands for itself.

    `fnmatch` lets `*` cross folders, and `PurePath.match` knows no `**` before 3.13.
    """
    parts = re.split(r"(\*\*|\*)", glob)
    wild = {"**": ".+", "*": "[^/]+"}
    return re.compile("".join(wild.get(part) or re.escape(part) for part in parts), re.DOTALL)

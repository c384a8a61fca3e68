"""From what a completion carries to a whole project."""

from __future__ import annotations

import re
from functools import cache

from webgen_r1.scaffold.load import Scaffold
from webgen_r1.types import Completion, Failure, Mode, Project

OUTSIDE_SLOTS = "outside-slots"


def complete(
    scaffold: Scaffold, completion: Completion, mode: Mode
) -> tuple[Project, tuple[Failure, ...]]:
    """The project that `completion` stands for, and what of it was left aside.

    In `full` mode the project holds what the completion carries and nothing else. In
    `slots` mode it is the starter with the slots that the completion fills; a file
    outside every slot is ignored, with a warning, so that package.json and the build
    configuration stay the scaffold's. The scaffold's shell and start actions stand in
    for those that the completion does not give.
    """
    if mode == "full":
        project = Project(
            files=dict(completion.files),
            artifact_id=completion.artifact_id,
            title=completion.title,
            shell=completion.shell,
            start=completion.start,
        )
        return project, ()
    filled = {path: source for path, source in completion.files.items() if in_slots(scaffold, path)}
    project = Project(
        files={**scaffold.files, **filled},
        artifact_id=completion.artifact_id,
        title=completion.title,
        shell=completion.shell or scaffold.shell,
        start=completion.start or scaffold.start,
    )
    ignored = tuple(_ignored(path) for path in completion.files if path not in filled)
    return project, ignored


def in_slots(scaffold: Scaffold, path: str) -> bool:
    """Whether a completion may fill `path` in `slots` mode."""
    return any(_pattern(glob).fullmatch(path) for glob in scaffold.slots)


def _ignored(path: str) -> Failure:
    return Failure(
        stage="parse",
        code=OUTSIDE_SLOTS,
        message=f"{path} is not one of the scaffold's slots, so it was ignored",
        path=path,
        severity="warning",
    )


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    """`**` crosses folders, `*` stays within one; everything else stands for itself.

    `fnmatch` lets `*` cross folders, and `PurePath.match` knows no `**` before 3.13.
    """
    parts = re.split(r"(\*\*|\*)", glob)
    wild = {"**": ".+", "*": "[^/]+"}
    return re.compile("".join(wild.get(part) or re.escape(part) for part in parts), re.DOTALL)

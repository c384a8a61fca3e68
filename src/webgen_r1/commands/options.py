"""Options that several commands share, and what a command needs besides them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from webgen_r1.commands.scoring import EngineFactory


@dataclass(frozen=True)
class Session:
    """What every command shares. Tests pass their own as the context object."""

    make_engine: EngineFactory
    debug: bool = False


class Mode(StrEnum):
    full = "full"
    slots = "slots"


class Preset(StrEnum):
    paper = "paper"
    graded = "graded"
    released = "released"


class JudgeKind(StrEnum):
    design = "design"
    openai = "openai"


class RateMode(StrEnum):
    grade = "grade"
    compare = "compare"


class SandboxChoice(StrEnum):
    auto = "auto"
    bubblewrap = "bubblewrap"
    container = "container"
    none = "none"


class Policy(StrEnum):
    registry = "registry"
    store = "store"


Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH",
        help="A completion (text file), a project folder, a .jsonl of "
        "{id, instruction, completion}, or a folder of these. Several are welcome.",
    ),
]
InstructionOption = Annotated[
    str | None, typer.Option("--instruction", "-i", help="What was asked for, in words.")
]
InstructionsOption = Annotated[
    str | None,
    typer.Option(
        help="File with {id, instruction} per line; shop.txt and shop.v2.txt find id shop. "
        "An instructions.jsonl beside the completions is found by itself.",
    ),
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Settings in YAML; options given here win.")
]
ModeOption = Annotated[
    Mode | None,
    typer.Option(help="full: the completion is the project. slots: it completes the scaffold."),
]
ScaffoldOption = Annotated[
    str | None,
    typer.Option(
        help="What is built on. Default: what the policy was trained for, "
        "else vite-react-typescript."
    ),
]
PresetOption = Annotated[Preset | None, typer.Option(help="How evidence becomes a number.")]
JudgeOption = Annotated[
    JudgeKind | None,
    typer.Option(
        help="design: embedded, no model. openai: any compatible vision endpoint, named by "
        "WEBGEN_JUDGE_BASE_URL, WEBGEN_JUDGE_MODEL and WEBGEN_JUDGE_API_KEY."
    ),
]
SandboxOption = Annotated[
    SandboxChoice | None,
    typer.Option(help="Where model-written programs run; none: as you, for trusted code only."),
]
PolicyOption = Annotated[
    Policy | None,
    typer.Option(
        help="Dependencies other than the scaffold's: resolve once from the registry, or refuse."
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="JSON lines on stdout, and nothing else there.")
]

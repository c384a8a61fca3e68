"""The chat a model is given: the system prompt of a scaffold and mode, and one instruction."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from webgen_r1.errors import UserError
from webgen_r1.scaffold import Scaffold, in_slots, is_provided
from webgen_r1.types import Instruction, Mode


def messages(instruction: Instruction, scaffold: Scaffold, mode: Mode) -> list[dict[str, str]]:
    """System and user message, in the form chat templates take. Raises UserError."""
    return chat(system_prompt(scaffold, mode), instruction.text)


def chat(system: str, instruction: str) -> list[dict[str, str]]:
    """The same where the system prompt is made once for many instructions."""
    return [{"role": "system", "content": system}, {"role": "user", "content": instruction}]


def system_prompt(scaffold: Scaffold, mode: Mode) -> str:
    """The rules of the answer, the scaffold's part, and one example made of its starter.

    In `full` mode the example is the whole starter without what the scaffold provides,
    because the completion repeats it; in `slots` mode it is only what a completion may
    change. Raises UserError when the scaffold's template is broken.
    """
    given = {
        "mode": mode,
        "slots": scaffold.slot_meanings,
        "fixed": [path for path in scaffold.files if not in_slots(scaffold, path)],
        "packages": list(scaffold.package.get("dependencies", {})),
        "example": _example(scaffold, mode),
        "name": scaffold.package.get("name", scaffold.name),
        "shell": scaffold.shell,
        "start": scaffold.start,
    }
    try:
        part = _environment().from_string(scaffold.prompt).render(given)
    except TemplateError as error:
        # A syntax error knows its line, an error while rendering does not.
        line = getattr(error, "lineno", None)
        where = f"{scaffold.root / 'prompt.md.j2'}" + (f":{line}" if line else "")
        raise UserError(f"{where}: {' '.join(str(error.message).split())}") from error
    template = _environment().get_template("system.md.j2")
    return template.render(given, scaffold_part=part.strip()).strip()


def _example(scaffold: Scaffold, mode: Mode) -> dict[str, str]:
    """Path → text of the starter's files that the example shows; pictures cannot be shown."""
    shown = {}
    for path, source in scaffold.files.items():
        if is_provided(scaffold, path) or (mode == "slots" and not in_slots(scaffold, path)):
            continue
        try:
            shown[path] = source.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return shown


@cache
def _environment() -> Environment:
    """Sandboxed, because a scaffold's folder may come from somebody else."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # prompts are text, not HTML
    )

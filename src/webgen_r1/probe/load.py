"""The suite that ships: each probe as a whole completion in the scaffold's format.

A probe is written down as the few files that make it what it is, in `suite/<id>.txt` (a
completion in `slots` form). Here it is laid over the texts it is made `over` and over the
scaffold's starter, and written out in full, so that any reward can be given it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field

from webgen_r1 import scaffold
from webgen_r1.completion import parse, write
from webgen_r1.config import Settings, load_yaml
from webgen_r1.types import Completion

SCAFFOLD = "vite-react-typescript"
"""The scaffold that the suite is written for."""

_FOLDER = Path(__file__).with_name("suite")
_THINK = "The pages share one frame, the colours are those of the task."


@dataclass(frozen=True)
class Probe:
    """One completion of the suite. `aims` names the weakness it hopes for, "" for the control."""

    id: str
    what: str
    aims: str
    instruction: str
    text: str


class _Entry(Settings):
    id: str
    what: str
    aims: str = ""
    instruction: str = "cafe"
    over: tuple[str, ...] = ()
    text: bool = True


class _Suite(Settings):
    instructions: dict[str, str]
    control: _Entry
    probes: list[_Entry] = Field(min_length=1)


@cache
def load_suite() -> tuple[Probe, tuple[Probe, ...]]:
    """The control (an honest site that many probes are made from) and the probes, in order."""
    suite = load_yaml(_FOLDER / "suite.yaml", _Suite)
    control, *probes = (_probe(entry, suite) for entry in (suite.control, *suite.probes))
    return control, tuple(probes)


def _probe(entry: _Entry, suite: _Suite) -> Probe:
    layers = [_layer(name) for name in (*entry.over, *((entry.id,) if entry.text else ()))]
    starter = scaffold.load(SCAFFOLD)
    files = dict(starter.files)
    for layer in layers:
        files |= layer.files
    last = layers[-1]
    whole = Completion(
        think=last.think or _THINK,
        answered=True,
        artifact_id=last.artifact_id,
        title=last.title,
        files=files,
        shell=starter.shell,
        start=starter.start,
    )
    asked = suite.instructions[entry.instruction]
    return Probe(entry.id, entry.what, entry.aims, asked, write(whole))


@cache
def _layer(name: str) -> Completion:
    return parse((_FOLDER / f"{name}.txt").read_text(encoding="utf-8")).completion

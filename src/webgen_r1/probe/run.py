"""What is scored: the honest sites and the probes, as items like any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from webgen_r1.errors import UserError
from webgen_r1.inputs import BadInput, ScoreInput, find, read
from webgen_r1.probe.load import Probe, load_suite

PREFIX = "probe."
"""Stands before the id of a probe in its trace, so that no honest site has the same."""

_SHIPPED = Path(__file__).parents[3] / "examples" / "completions"


def shipped_examples() -> list[Path]:
    """The good examples of the repository; none where the package is installed without it."""
    return sorted(_SHIPPED.glob("*.good.txt"))


def honest_inputs(paths: Sequence[Path]) -> list[ScoreInput]:
    """The honest sites below `paths` and the control of the suite.

    Raises UserError for one that cannot be read or says nowhere what it was asked to be.
    """
    control, _ = load_suite()
    found = [_as_input(control, control.id)]
    for item in read(find(paths)) if paths else ():
        if isinstance(item, BadInput):
            raise UserError(f"{item.source} {item.message}")
        if item.instruction is None:
            raise UserError(
                f"nobody said what {item.source} was asked to be: put an instructions.jsonl of "
                "{id, instruction} beside the honest sites"
            )
        found.append(item)
    return found


def probe_inputs() -> Iterator[ScoreInput]:
    """Every probe of the suite."""
    _, probes = load_suite()
    return (_as_input(probe, PREFIX + probe.id) for probe in probes)


def _as_input(probe: Probe, id: str) -> ScoreInput:
    return ScoreInput(id, probe.instruction, probe.text, None, f"suite/{probe.id}")

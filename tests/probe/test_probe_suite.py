"""The suite: every probe is a whole, valid completion that the static rules let through."""

from __future__ import annotations

from importlib.resources import files

import pytest

from webgen_r1 import rules
from webgen_r1.completion import parse
from webgen_r1.probe import Probe, load_suite
from webgen_r1.scaffold import complete, load

CONTROL, PROBES = load_suite()
SCAFFOLD = load("vite-react-typescript")

PROMISED = {
    "blank", "one-picture", "speaks-to-judge", "whispers-to-judge", "swallowed-errors",
    "starter-boilerplate", "colour-blocks", "empty-routes", "keyword-stuffing", "endless-scroll",
}  # fmt: skip


def test_there_are_two_dozen_and_the_promised_ones_are_among_them() -> None:
    ids = [probe.id for probe in PROBES]
    assert len(ids) == len(set(ids)) >= 24
    assert set(ids) >= PROMISED


@pytest.mark.parametrize("probe", [CONTROL, *PROBES], ids=lambda probe: probe.id)
def test_it_is_a_whole_completion_that_breaks_no_rule(probe: Probe) -> None:
    parsed = parse(probe.text)
    assert parsed.reasoning
    assert parsed.failures == ()
    project, outside = complete(SCAFFOLD, parsed.completion, "full")
    assert outside == ()
    assert rules.check(project, SCAFFOLD, parsed.completion).failures == ()


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.id)
def test_it_says_what_it_does_and_hopes_for(probe: Probe) -> None:
    assert probe.what.endswith(".")
    assert probe.aims
    assert len(probe.instruction.split()) > 40


def test_every_text_of_the_suite_is_used() -> None:
    folder = files("webgen_r1.probe") / "suite"
    texts = {entry.name.removesuffix(".txt") for entry in folder.iterdir()} - {"suite.yaml"}
    assert texts - {probe.id for probe in PROBES} == {"control", "frame"}


def test_the_other_instruction_is_answered_with_the_control() -> None:
    other = next(probe for probe in PROBES if probe.id == "other-instruction")
    assert other.instruction != CONTROL.instruction
    assert parse(other.text).completion.files == parse(CONTROL.text).completion.files

"""`webgen distill` with fakes, as a program that a test can kill.

The log has a line for everything that the teacher is asked.
"""

import sys
import time
from pathlib import Path

import typer
from distill_fakes import FakeEngine, says
from rich.console import Console

from webgen_r1.commands.distill import distill
from webgen_r1.commands.exits import exit_codes
from webgen_r1.distill.run import Makers
from webgen_r1.generate import FakeGenerator

recipe, log = map(Path, sys.argv[1:])


def slowly(messages: list[dict[str, str]], seed: int) -> str:
    with log.open("a") as file:
        file.write(f"{messages[-1]['content']}/{seed}\n")
    time.sleep(0.02)
    return says(messages, seed)


makers = Makers(teacher=lambda: FakeGenerator(slowly, name="teacher-1"), engine=FakeEngine)
try:
    with exit_codes():
        sys.exit(distill(recipe, Console(stderr=True), makers=makers))
except typer.Exit as leaving:
    sys.exit(leaving.exit_code)

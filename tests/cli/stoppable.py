"""`webgen score` with the fake engine, as a program that a test can send signals to."""

import sys

from cli_fakes import FakeEngine

from webgen_r1.cli import app
from webgen_r1.commands.options import Session

app(sys.argv[1:], obj=Session(FakeEngine().make))

"""Preparing a machine for scoring, and saying what it lacks."""

from webgen_r1.setup.doctor import Check, run_doctor
from webgen_r1.setup.steps import run_setup

__all__ = ["Check", "run_doctor", "run_setup"]

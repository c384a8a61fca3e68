"""Scaffolds: the project a completion fills, with everything that depends on its stack.

A scaffold is a folder; docs/scaffold.md says what is in it and how to add a second one.
"""

from webgen_r1.scaffold.complete import complete, in_slots, is_provided
from webgen_r1.scaffold.load import Scaffold, load, names

__all__ = ["Scaffold", "complete", "in_slots", "is_provided", "load", "names"]

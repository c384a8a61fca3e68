"""Deterministic checks of how a built site behaves when it is used."""

from webgen_r1.checks.accessibility import TOOLS
from webgen_r1.checks.checker import SiteChecker

__all__ = ["TOOLS", "SiteChecker"]

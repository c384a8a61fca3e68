"""Completions made to earn reward without deserving it, and what they earn."""

from webgen_r1.probe.load import Probe, load_suite
from webgen_r1.probe.ranking import HonestRow, ProbeReport, ProbeRow, rank

__all__ = ["HonestRow", "Probe", "ProbeReport", "ProbeRow", "load_suite", "rank"]

"""WebGen-R1: teach small language models to write whole websites."""

__version__ = "0.1.0"

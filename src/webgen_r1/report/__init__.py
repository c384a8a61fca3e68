"""What was found, for people: a static page with pictures, and a table for the terminal."""

from webgen_r1.report.page import write_report
from webgen_r1.report.table import summary_table

__all__ = ["summary_table", "write_report"]

"""A benchmark and completions in, a table that can be defended out."""

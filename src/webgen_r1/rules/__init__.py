"""Static rules: what can be said about a project without running anything of it.

`CODES` is the registry, docs/rules.md the page. A scaffold says which rules apply.
"""

from webgen_r1.rules.check import CODES, RuledScaffold, check

__all__ = ["CODES", "RuledScaffold", "check"]

"""Linting a project for LDPR: ESLint by the scaffold's configuration, and dependency checks.

docs/ldpr.md says what counts and what does not.
"""

from webgen_r1.lint.dependencies import CODES
from webgen_r1.lint.eslint import LintLimits
from webgen_r1.lint.fake import FakeLinter
from webgen_r1.lint.linter import ProjectLinter

__all__ = ["CODES", "FakeLinter", "LintLimits", "ProjectLinter"]

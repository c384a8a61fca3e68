"""Asking a project the rules of its scaffold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import ValidationError

from webgen_r1.errors import UserError
from webgen_r1.rules import artifact, imports, package, structure
from webgen_r1.rules.rule import Context, Finding, Rule
from webgen_r1.types import Completion, Failure, Project, StaticReport

# In this order: a rule stands after those it needs.
_RULES: tuple[Rule, ...] = artifact.RULES + package.RULES + structure.RULES + imports.RULES
_BY_CODE = {rule.code: rule for rule in _RULES}

CODES: Mapping[str, str] = {rule.code: rule.meaning for rule in _RULES}
"""Every rule: its code, and what holds when it does."""

MAX_FAILURES_PER_RULE = 20


class RuledScaffold(Protocol):
    """The part of a scaffold that rules need."""

    @property
    def rules(self) -> Mapping[str, Any]:
        """Code of each rule that applies → its options, or None."""
        ...


def check(project: Project, scaffold: RuledScaffold, completion: Completion | None) -> StaticReport:
    """Ask `project` every rule that applies to it.

    `completion` is None for a project folder: what only a completion has is not asked.
    Raises UserError for a rule or an option that does not exist.
    """
    options = _options(scaffold.rules)
    context = Context(project)
    failures: list[Failure] = []
    held: dict[str, bool] = {}
    for rule in _RULES:
        if rule.code not in options and not _needed(rule.code, options):
            continue
        if rule.of_completion and completion is None:
            continue
        if not all(held[code] for code in rule.needs):
            held[rule.code] = False
            continue
        findings = list(rule.check(context, options.get(rule.code, rule.options())))
        held[rule.code] = not findings
        if rule.code in options:
            failures += [_failure(rule.code, one) for one in findings[:MAX_FAILURES_PER_RULE]]
    return StaticReport(tuple(failures), {code: held[code] for code in held if code in options})


def _options(rules: Mapping[str, Any]) -> dict[str, Any]:
    options = {}
    for code, given in rules.items():
        rule = _BY_CODE.get(code)
        if rule is None:
            raise UserError(f"no static rule {code!r}; there are {', '.join(CODES)}")
        try:
            options[code] = rule.options.model_validate(given or {})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "options"
            raise UserError(f"static rule {code}: {where}: {first['msg']}") from error
    return options


def _needed(code: str, options: Mapping[str, Any]) -> bool:
    return any(code in _BY_CODE[other].needs for other in options)


def _failure(code: str, finding: Finding) -> Failure:
    return Failure(
        stage="static",
        code=code,
        message=finding.message,
        path=finding.path,
        line=finding.line,
    )

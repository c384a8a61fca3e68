"""`webgen doctor` in plain words, and as JSON."""

import io
import json
from collections.abc import Callable
from functools import partial

import pytest
from rich.console import Console

from webgen_r1.setup.doctor import CHECKS, Check, run_doctor

THERE = Check("node", True, "22.1.0 (/usr/bin/node)")
MISSING = Check("browser", False, "no browser found", "webgen setup")
OPTIONAL = Check("fonts", False, "missing", "apt-get install fonts-liberation", needed=False)


def doctor(*checks: Check) -> tuple[int, str]:
    out = io.StringIO()
    code = run_doctor(
        Console(file=out, width=100), checks=[partial(Check, **vars(check)) for check in checks]
    )
    return code, out.getvalue()


def test_all_is_there() -> None:
    code, text = doctor(THERE)
    assert code == 0
    assert "✓ node" in text
    assert "ready" in text


def test_what_is_missing_comes_with_the_command_that_mends_it() -> None:
    code, text = doctor(THERE, MISSING)
    assert code == 1
    assert "✗ browser" in text
    assert "mend it: webgen setup" in text


def test_what_scoring_can_do_without_is_only_a_remark() -> None:
    code, text = doctor(THERE, OPTIONAL)
    assert code == 0
    assert "! fonts" in text


def test_json_has_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    checks = [lambda: THERE, lambda: MISSING]
    assert run_doctor(Console(file=io.StringIO()), as_json=True, checks=checks) == 1
    rows = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["ok"], row["remedy"]) for row in rows] == [
        ("node", True, None),
        ("browser", False, "webgen setup"),
    ]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_check_answers_on_any_machine(check: Callable[[], Check]) -> None:
    found = check()
    assert found.name
    assert found.detail
    assert "\n" not in found.detail
    assert found.ok or found.remedy or not found.needed

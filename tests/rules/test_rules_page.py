"""The page about the rules says what the rules are."""

from __future__ import annotations

import re
from pathlib import Path

from webgen_r1.rules import CODES

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_lists_every_rule_once() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(CODES)

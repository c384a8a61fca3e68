"""A teacher and an engine whose results are plain from the instruction."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from webgen_r1.distill.records import Answer
from webgen_r1.distill.run import Makers
from webgen_r1.generate import FakeGenerator
from webgen_r1.generate.fake import Says
from webgen_r1.protocols import Generator, NothingToStart
from webgen_r1.types import Infra, Project, Trace, text_digest


def site(words: str) -> str:
    """A completion that parses, with `words` as its only page."""
    return (
        "<think>A page.</think>\n<answer>\n"
        '<webArtifact id="site" title="Site">\n'
        f'<webAction type="file" filePath="src/pages/Home.tsx">\n{words}\n</webAction>\n'
        "</webArtifact>\n</answer>"
    )


def says(messages: list[dict[str, str]], seed: int) -> str:
    """A site that says what was asked, with words of its own and the seed."""
    asked = messages[-1]["content"]
    return site(f"{asked} {' '.join(f'{asked[-6:]}-{seed}-{n}' for n in range(12))}")


class FakeEngine(NothingToStart):
    """Words of the instruction decide: `blank` does not render, `outage` cannot be found out,
    `slow` never ends, `poor` earns 2; anything else 4 and a little more for a longer text."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def score(
        self, text: str, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        assert instruction is not None
        assert id is not None
        self.asked.append(id)
        await asyncio.sleep(3600 if "slow" in instruction else 0)
        common: dict[str, Any] = {
            "id": id,
            "digest": text_digest(text),
            "instruction": instruction,
        }
        if "outage" in instruction:
            infra = Infra(stage="render", code="render-infra", message="the browser is missing")
            unknown = {"outcome": "infra_failure", "stage": "render", "reward": None}
            return Trace(**common, **unknown, infra=infra)
        if "blank" in instruction:
            return Trace(**common, outcome="scored", stage="render", reward=0.1)
        reward = 2.0 if "poor" in instruction else 4.0 + len(text) / 10_000
        return Trace(**common, outcome="scored", stage="judge", reward=reward)

    async def score_project(
        self, project: Project, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        raise AssertionError("a teacher writes completions")


class Counting:
    """Makers of a fake teacher and a fake engine, and what was asked of them."""

    def __init__(self, says: Says = says) -> None:
        self.asked: list[tuple[str, int]] = []
        self.engine = FakeEngine()
        self.teacher: Generator = FakeGenerator(self._say, name="teacher-1")
        self._says = says

    @property
    def makers(self) -> Makers:
        return Makers(teacher=lambda: self.teacher, engine=lambda: self.engine)

    def _say(self, messages: list[dict[str, str]], seed: int) -> str:
        self.asked.append((messages[-1]["content"], seed))
        return self._says(messages, seed)


class Silence:
    """A watcher that only counts."""

    def __init__(self) -> None:
        self.totals = (0, 0)
        self.now = self.before = 0

    def begin(self, asks: int, scorings: int) -> None:
        self.totals = (asks, scorings)

    def answered(self, answer: Answer, *, now: bool) -> None:
        self.now += now
        self.before += not now

    def scored(self, trace: Trace, *, now: bool) -> None:
        pass


def write_recipe(folder: Path, instructions: list[str], **changes: object) -> Path:
    """A recipe beside its instructions 1, 2, …; it writes into `folder`/run."""
    rows = [{"id": str(number), "instruction": text} for number, text in enumerate(instructions, 1)]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    recipe: dict[str, object] = {
        "data": {"source": "rows.jsonl"},
        "teacher": {"kind": "model", "model": "teacher-1", "temperature": 1.0},
        "engine": {"mode": "slots"},
        "output_dir": str(folder / "run"),
        **changes,
    }
    path = folder / "recipe.yaml"
    path.write_text(json.dumps(recipe))  # JSON is YAML
    return path

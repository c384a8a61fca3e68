"""Traces with a reward, and an engine that gives each completion the reward of its id."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from webgen_r1.config import EngineConfig
from webgen_r1.probe import Probe
from webgen_r1.protocols import NothingToStart
from webgen_r1.types import Infra, Project, Stage, Trace


def trace(id: str, reward: float | None, *, stage: Stage = "judge", judge: str = "eyes/1") -> Trace:
    """A scored trace, or an infrastructure failure where `reward` is None."""
    infra = Infra(stage=stage, code="judge", message="down") if reward is None else None
    return Trace(
        id=id,
        digest="0" * 64,
        outcome="scored" if infra is None else "infra_failure",
        stage=stage,
        reward=reward,
        infra=infra,
        versions={"judge": judge, "preset": "paper"},
    )


def probe(id: str) -> Probe:
    return Probe(id=id, what="does something", aims="something", instruction="Build.", text="")


class PricedEngine(NothingToStart):
    """`rewards` by id, `usual` for every other; None is an outage of the judge."""

    def __init__(
        self,
        rewards: Mapping[str, float | None] | None = None,
        usual: float | None = 1.0,
        judge: str = "eyes/1",
    ) -> None:
        self.rewards = dict(rewards or {})
        self.usual = usual
        self.judge = judge
        self.asked: list[str] = []
        self.config: EngineConfig | None = None

    def make(self, config: EngineConfig, artifacts: Path) -> Self:
        self.config = config
        return self

    async def score(
        self, text: str, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        assert id is not None
        self.asked.append(id)
        found = trace(id, self.rewards.get(id, self.usual), judge=self.judge)
        digest = hashlib.sha256(text.encode()).hexdigest()
        return found.model_copy(update={"digest": digest, "instruction": instruction})

    async def score_project(
        self, project: Project, instruction: str | None = None, id: str | None = None
    ) -> Trace:
        raise NotImplementedError("nothing here is a folder")

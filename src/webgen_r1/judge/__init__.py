"""Rendered pages in, grade 0-5 with reasons out.

Two judges behind one protocol: `DesignJudge` measures, `OpenAIJudge` asks a vision
model. `Panel` puts several side by side, `FakeJudge` says what a test tells it.
"""

from __future__ import annotations

from webgen_r1.config import JudgeConfig
from webgen_r1.judge.design import DesignJudge
from webgen_r1.judge.fake import FakeJudge
from webgen_r1.judge.panel import Panel
from webgen_r1.protocols import Judge

__all__ = ["DesignJudge", "FakeJudge", "Panel", "make_judge"]


def make_judge(config: JudgeConfig) -> Judge:
    """The judge that the settings name. Raises UserError for a missing model, key or rubric."""
    if config.kind == "design":
        return DesignJudge()
    # The client library is slow to import and only this judge needs it.
    from webgen_r1.judge.openai import OpenAIJudge

    return OpenAIJudge(config)

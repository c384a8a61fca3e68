"""Settings of the GUI agent."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from webgen_r1.config import Settings

View = Literal["marks", "tree", "both"]


class AgentConfig(Settings):
    """The defaults follow WebGen-Bench: 15 interactions, temperature 0."""

    base_url: str | None = None
    """OpenAI-compatible endpoint; WEBGEN_AGENT_BASE_URL otherwise."""
    model: str | None = None
    """WEBGEN_AGENT_MODEL otherwise. The key comes from WEBGEN_AGENT_API_KEY or OPENAI_API_KEY."""
    temperature: float = Field(default=0.0, ge=0)
    max_tokens: int = Field(default=1024, ge=64)
    """Length of one reply, reasoning included."""
    max_interactions: int = Field(default=15, ge=1)
    """After the last one the agent has to answer."""
    concurrency: int = Field(default=4, ge=1)
    """Cases worked at the same time, each in a profile of its own."""
    observation: View = "both"
    """`marks`: a picture with numbered boxes and a list of what they are; `tree`: the list and the
    text in view, no picture, for models without eyes; `both`: the picture and all of the text."""
    width: int = Field(default=1280, ge=320)
    height: int = Field(default=800, ge=240)
    timeout_s: float = Field(default=120.0, gt=0)
    """Time for one reply of the endpoint."""
    retries: int = Field(default=4, ge=0)
    """Further attempts at one request before the case is undecided."""
    page_timeout_s: float = Field(default=10.0, gt=0)
    """A site that does not react for so long hangs; the agent then answers with what it saw."""
    settle_s: float = Field(default=3.0, gt=0)
    """Longest wait for a page to come to rest after an action."""
    history_pages: int = Field(default=3, ge=1)
    """Latest observations sent in full; of older ones only what was done and what came of it."""
    history_tokens: int = Field(default=24_000, ge=2_000)
    """Rough budget of one request; older observations are shortened until it is kept."""
    keep_screenshots: bool = True
    """Whether the picture of every step is kept beside the results."""

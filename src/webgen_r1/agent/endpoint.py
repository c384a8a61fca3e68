"""The model behind the agent."""

from __future__ import annotations

import asyncio

from webgen_r1.agent.config import AgentConfig
from webgen_r1.endpoint import Asker, Endpoint, Sleep, access
from webgen_r1.errors import AgentError

ASKER = Asker("agent", "WEBGEN_AGENT", "--agent", AgentError)


def agent_endpoint(config: AgentConfig, sleep: Sleep = asyncio.sleep) -> Endpoint:
    """The endpoint that settings and environment name. Raises UserError without model or key."""
    return Endpoint(
        ASKER,
        access(ASKER, base_url=config.base_url, model=config.model),
        temperature=config.temperature,
        options={"max_tokens": config.max_tokens},
        timeout_s=config.timeout_s,
        retries=config.retries,
        concurrency=config.concurrency,
        sleep=sleep,
    )

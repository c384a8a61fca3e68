"""The GUI agent: works one test case on one built site as a user would.

    async with AgentRunner(AgentConfig(), sandbox, folder) as runner:
        result = await runner.run_case(site, "/", item, sample=0, case=3)

`webgen_r1.agent.runner` brings Playwright and the endpoint's client library, which are slow to
import: import it where it is used. This module is cheap.
"""

from __future__ import annotations

from webgen_r1.agent.config import AgentConfig

__all__ = ["AgentConfig"]

"""Test cases in, verdicts with their evidence out: the browser, the endpoint, the folder.

Slow to import (Playwright, the endpoint's client library): import it where it is used.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from webgen_r1.agent.actions import Answer
from webgen_r1.agent.browser import AgentBrowser
from webgen_r1.agent.config import AgentConfig
from webgen_r1.agent.endpoint import agent_endpoint
from webgen_r1.agent.loop import CaseLoop, Progress
from webgen_r1.agent.page import CasePage
from webgen_r1.agent.prompt import prompt_digest
from webgen_r1.endpoint import Sleep
from webgen_r1.errors import AgentError, DiskError
from webgen_r1.evaluate.records import BenchItem, CaseResult
from webgen_r1.samples import sample_key
from webgen_r1.sandbox import Sandbox

BROWSER_TRIES = 2
_BROWSER_CODES = frozenset({"agent-browser", "browser-start"})


class AgentRunner:
    """Works cases, `config.concurrency` at a time, on one browser.

    `folder` is the run's folder; pictures of steps go to ``agent/`` in it. Raises UserError
    where the model or the key is missing.
    """

    def __init__(
        self,
        config: AgentConfig,
        sandbox: Sandbox | None,
        folder: Path,
        *,
        program: Path | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.config = config
        self._folder = folder
        self._endpoint = agent_endpoint(config, sleep)
        self._browser = AgentBrowser(config, sandbox, program)
        self._slots = asyncio.Semaphore(config.concurrency)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Start the browser. Raises InfraFailure when there is none that starts."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._endpoint.close)
            await stack.enter_async_context(self._browser)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    @property
    def models(self) -> frozenset[str]:
        """Models that the endpoint's replies have named. More than one must not be mixed."""
        return frozenset(self._endpoint.models)

    def describe(self) -> dict[str, Any]:
        """What matters to verdicts, for the run's manifest."""
        access, config = self._endpoint.access, self.config
        return {
            "base_url": access.base_url,
            "model": access.model,
            "prompt": prompt_digest(),
            "temperature": config.temperature,
            "max_interactions": config.max_interactions,
            "observation": config.observation,
            "viewport": [config.width, config.height],
        }

    async def run_case(
        self, site: Mapping[str, bytes], base: str, item: BenchItem, sample: int, case: int
    ) -> CaseResult:
        """Work `item.cases[case]` on a built site; `site` maps paths to bytes, `base` is its
        public path. Whatever fails on our side is `undecided`, never NO. Raises DiskError."""
        if "index.html" not in site:
            reason = "the built site has no index.html"
            return CaseResult(
                id=item.id, sample=sample, case=case, status="start_failure", reason=reason
            )
        async with self._slots:
            began = time.monotonic()
            progress, ended = await self._tried(site, base, item, sample, case)
            told = {
                "id": item.id,
                "sample": sample,
                "case": case,
                "model": ", ".join(sorted(progress.models)),
                "steps": tuple(progress.steps),
                "seconds": round(time.monotonic() - began, 3),
                "prompt_tokens": progress.prompt_tokens,
                "completion_tokens": progress.completion_tokens,
            }
            if isinstance(ended, Answer):
                return CaseResult(
                    status="decided", verdict=ended.verdict, reason=ended.reason, **told
                )
            return CaseResult(status="undecided", reason=str(ended), **told)

    async def _tried(
        self, site: Mapping[str, bytes], base: str, item: BenchItem, sample: int, case: int
    ) -> tuple[Progress, Answer | AgentError]:
        """The answer, or why there is none; trouble with the browser is tried once more."""
        spent = Progress()
        for left in reversed(range(BROWSER_TRIES)):
            progress = replace(spent, steps=[])
            pictures = self._pictures(sample_key(item.id, sample), case)
            try:
                async with CasePage(self._browser, self.config, site, base) as page:
                    loop = CaseLoop(
                        item.cases[case], page, self._endpoint, self.config, pictures.keep, progress
                    )
                    return progress, await loop.run()
            except AgentError as error:
                if error.code not in _BROWSER_CODES or not left:
                    return progress, error
                spent = progress
        raise AssertionError("unreachable: the last try returns")

    def _pictures(self, key: str, case: int) -> _Pictures:
        return _Pictures(self._folder if self.config.keep_screenshots else None, key, case)


class _Pictures:
    """The pictures of one case, in a folder that is emptied first. Raises DiskError."""

    def __init__(self, folder: Path | None, key: str, case: int) -> None:
        self._folder = folder
        self._within = Path("agent") / _safe_name(key) / str(case)
        if folder is not None:
            shutil.rmtree(folder / self._within, ignore_errors=True)

    def keep(self, number: int, picture: bytes) -> str | None:
        if self._folder is None:
            return None
        path = self._within / f"{number:02d}.jpg"
        try:
            (self._folder / self._within).mkdir(parents=True, exist_ok=True)
            (self._folder / path).write_bytes(picture)
        except OSError as error:
            raise DiskError(f"cannot keep a picture in {self._folder}: {error.strerror}") from error
        return path.as_posix()


def _safe_name(key: str) -> str:
    """An id as the name of a folder: ids of a user's own benchmark may hold anything."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", key).lstrip(".-")[:80]
    if plain == key:
        return plain
    return f"{plain}-{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:8]}"

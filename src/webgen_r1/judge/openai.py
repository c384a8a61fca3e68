"""A vision model behind any OpenAI-compatible endpoint, as judge."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from pathlib import Path
from types import TracebackType
from typing import Self

from webgen_r1.config import JudgeConfig, home
from webgen_r1.endpoint import Asker, Endpoint, Sleep, access
from webgen_r1.errors import JudgeError
from webgen_r1.judge import prompt
from webgen_r1.judge.cache import VerdictCache, cache_key
from webgen_r1.judge.images import prepared
from webgen_r1.judge.verdict import Answer, NoVerdict, parse_answer
from webgen_r1.types import JudgeRequest, Verdict

_VERSION = "openai/1"
_ASKER = Asker("judge", "WEBGEN_JUDGE", "judge.model", JudgeError)
_ASKED_AGAIN = 2  # times, before an answer without a verdict is an outage


class OpenAIJudge:
    """Implements `protocols.Judge`.

    Model and base URL come from the settings, else from WEBGEN_JUDGE_MODEL and
    WEBGEN_JUDGE_BASE_URL; the key from WEBGEN_JUDGE_API_KEY or OPENAI_API_KEY. Raises
    UserError where model or key is missing. `cache_folder` is where verdicts are kept.
    """

    def __init__(
        self,
        config: JudgeConfig,
        *,
        cache_folder: Path | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._config = config
        self._rubric = prompt.load_rubric(config.rubric)
        self._endpoint = Endpoint(
            _ASKER,
            access(_ASKER, base_url=config.base_url, model=config.model),
            temperature=config.temperature,
            schema=prompt.SCHEMA,
            schema_name="verdict",
            timeout_s=config.timeout_s,
            retries=config.retries,
            concurrency=config.concurrency,
            sleep=sleep,
        )
        self._cache_folder = cache_folder
        self._cache: VerdictCache | None = None

    @property
    def name(self) -> str:
        return f"{_VERSION}:{self._endpoint.access.model}"

    async def __aenter__(self) -> Self:
        if self._config.cache:
            self._cache = VerdictCache(self._cache_folder or home() / "judge-cache")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._cache is not None:
            self._cache.close()
            self._cache = None
        await self._endpoint.close()

    async def judge(self, request: JudgeRequest) -> Verdict:
        """The mean of `draws` verdicts. A landing page that shows nothing is graded 0
        without a call. Raises JudgeError where no verdict can be had."""
        if not request.pages or request.pages[0].page.status != "ok":
            return Verdict(judge=self.name, score=0.0, reasons=("the landing page shows nothing",))
        pictures = await asyncio.to_thread(self._pictures, request)
        if not pictures:
            raise JudgeError("there are no pictures to judge", code="judge-no-pictures")
        unseen = sum(page.page.status != "ok" for page in request.pages)
        draws = await asyncio.gather(
            *(self._draw(request, pictures, unseen, draw) for draw in range(self._config.draws))
        )
        grades = tuple(answer.grade for answer, _ in draws)
        score = sum(grades) / len(grades)
        typical = min((answer for answer, _ in draws), key=lambda a: abs(a.grade - score))
        return Verdict(
            judge=self.name,
            score=score,
            reasons=typical.reasons,
            draws=grades,
            cached=all(cached for _, cached in draws),
            model=", ".join(sorted(self._endpoint.models)),
        )

    def _pictures(self, request: JudgeRequest) -> list[bytes]:
        """Full pages where there are such, the landing page first, at most `max_pages`."""
        pages = [page for page in request.pages if page.page.status == "ok"]
        images = [page.full_image or page.viewport_image for page in pages]
        return [prepared(image) for image in images if image is not None][: self._config.max_pages]

    async def _draw(
        self, request: JudgeRequest, pictures: list[bytes], unseen: int, draw: int
    ) -> tuple[Answer, bool]:
        """One verdict, and whether it came from the cache."""
        key = self._key(request, pictures, unseen, draw)
        if self._cache is not None and (known := self._cache.get(key)) is not None:
            return known, True
        answer = await self._fresh(request, pictures, unseen)
        if self._cache is not None:
            self._cache.put(key, answer)
        return answer, False

    def _key(self, request: JudgeRequest, pictures: list[bytes], unseen: int, draw: int) -> str:
        return cache_key(
            {
                "version": _VERSION,
                "prompt": prompt.prompt_version(),
                "rubric": self._rubric,
                "base_url": self._endpoint.access.base_url,
                "model": self._endpoint.access.model,
                "temperature": self._config.temperature,
                "instruction": request.instruction,
                "pictures": [hashlib.sha256(picture).hexdigest() for picture in pictures],
                "unseen": unseen,
                "image_type": request.image_type,
                "draw": draw,
            }
        )

    async def _fresh(self, request: JudgeRequest, pictures: list[bytes], unseen: int) -> Answer:
        """Ask; where the answer holds no verdict, say so and ask again a few times."""
        asked = prompt.messages(
            self._rubric, request.instruction, pictures, unseen, secrets.token_hex(8)
        )
        fault = ""
        for _ in range(_ASKED_AGAIN + 1):
            said = (await self._endpoint.ask(asked)).text
            try:
                return parse_answer(said)
            except NoVerdict as error:
                fault = str(error)
                again = prompt.ASK_AGAIN.format(fault=fault)
                asked = [
                    *asked,
                    {"role": "assistant", "content": said[:2000] or "(empty)"},
                    {"role": "user", "content": again},
                ]
        raise JudgeError(f"the judge gave no usable verdict: {fault}", code="judge-verdict")

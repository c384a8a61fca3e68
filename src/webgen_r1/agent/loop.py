"""One test case: look, ask, act, until there is an answer."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from webgen_r1.agent import prompt
from webgen_r1.agent.act import perform
from webgen_r1.agent.actions import Answer, Interaction, NoAction, describe, parse_action
from webgen_r1.agent.config import AgentConfig
from webgen_r1.agent.history import History
from webgen_r1.agent.observe import Observation, observe
from webgen_r1.agent.page import CasePage, SiteGone
from webgen_r1.endpoint import Endpoint, Reply
from webgen_r1.errors import AgentError
from webgen_r1.evaluate.records import Step, TestCase

KeepPicture = Callable[[int, bytes], str | None]
"""Keeps the picture of a step; its path for the record, None where pictures are not kept."""

CORRECTIONS = 2
"""Times that a reply outside the protocol is sent back before the case is undecided."""
SAME = 3
"""The same action on the same page so often is told to the agent; once more ends the case."""
_REMEMBERED = 600  # characters of a thought


@dataclass
class Progress:
    """What is known so far: it survives whatever ends the case."""

    steps: list[Step] = field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    models: set[str] = field(default_factory=set)


class CaseLoop:
    """Works `case` on `page`, which is not open yet."""

    def __init__(
        self,
        case: TestCase,
        page: CasePage,
        endpoint: Endpoint,
        config: AgentConfig,
        keep: KeepPicture,
        progress: Progress,
    ) -> None:
        self._page, self._endpoint, self._config = page, endpoint, config
        self._keep, self._progress = keep, progress
        self._nonce = secrets.token_hex(8)
        self._history = History(
            prompt.system_message(self._nonce, config.observation, config.max_interactions),
            prompt.case_message(self._nonce, case),
            self._nonce,
            pages=config.history_pages,
            tokens=config.history_tokens,
        )
        self._seen: Counter[tuple[str, str]] = Counter()
        self._digest = ""
        self._outcome = ""
        self._repeated = 0
        self._ending: prompt.Ending = ""

    async def run(self) -> Answer:
        """The agent's answer. Raises AgentError: endpoint, browser, or broken protocol."""
        try:
            await self._page.open()
            while True:
                seen = await observe(self._page, self._config.observation)
                if len(self._progress.steps) >= self._config.max_interactions:
                    self._ending = "limit"
                action = await self._ask(seen)
                if isinstance(action, Answer):
                    return action
                await self._act(action, seen)
        except SiteGone as gone:
            self._ending = "hang"
            await self._page.give_up()
            answer = await self._ask(None, str(gone))
            assert isinstance(answer, Answer)
            return answer

    async def _act(self, action: Interaction, seen: Observation) -> None:
        """Do it, unless it was done too often. Raises SiteGone, AgentError."""
        key = (action.model_dump_json(exclude={"thought"}), seen.digest)
        self._seen[key] += 1
        self._repeated = self._seen[key] if self._seen[key] >= SAME else 0
        if self._repeated > SAME:
            self._ending, self._outcome = "loop", "it was not done once more"
        else:
            try:
                self._outcome = await perform(self._page, action)
            except SiteGone as gone:
                self._note(str(gone))
                raise
        self._note(self._outcome)

    def _note(self, outcome: str) -> None:
        """What came of the last step."""
        last = self._progress.steps[-1]
        self._progress.steps[-1] = last.model_copy(update={"outcome": outcome})

    # ── asking ─────────────────────────────────────────────────────────────────────

    async def _ask(self, seen: Observation | None, detail: str = "") -> Interaction | Answer:
        """What the agent does next; with an `_ending` that can only be an answer."""
        number = len(self._progress.steps) + 1
        with_picture = seen is not None and self._config.observation != "tree"
        picture = seen.picture if seen is not None and with_picture else None
        self._history.tell(self._told(number, seen, detail), picture)
        corrections: list[dict[str, Any]] = []
        fault = ""
        for _ in range(CORRECTIONS + 1):
            reply = await self._endpoint.ask(self._history.messages(*corrections))
            self._progress.prompt_tokens += reply.prompt_tokens
            self._progress.completion_tokens += reply.completion_tokens
            self._progress.models |= {reply.model} - {""}
            try:
                action = self._read(reply)
            except NoAction as error:
                fault = str(error)
                corrections += self._correction(reply, fault)
                continue
            self._history.replied(_remembered(action))
            words = describe(action, _element(action, seen))
            self._record(number, words, action.thought or _prose(reply), seen)
            return action
        self._record(number, "(none)", corrections[-2]["content"], seen, fault)
        raise AgentError(f"the agent does not keep to the protocol: {fault}", code="agent-protocol")

    def _told(self, number: int, seen: Observation | None, detail: str) -> prompt.Told:
        unchanged = seen is not None and seen.digest == self._digest
        self._digest = seen.digest if seen else ""
        return prompt.Told(
            number=number,
            page=seen.text if seen else None,
            left=self._config.max_interactions - number + 1,
            outcome=self._outcome,
            unchanged=unchanged,
            repeated=self._repeated,
            ending=self._ending,
            detail=detail,
        )

    def _read(self, reply: Reply) -> Interaction | Answer:
        """Raises NoAction."""
        try:
            action = parse_action(reply.text)
        except NoAction as error:
            cut = ", the reply was cut at its greatest length" if reply.finish == "length" else ""
            raise NoAction(f"{error}{cut}") from error
        if self._ending and not isinstance(action, Answer):
            raise NoAction("only an answer can follow now")
        return action

    def _correction(self, reply: Reply, fault: str) -> list[dict[str, Any]]:
        said = reply.text[-2000:].strip() or "(empty)"
        again = prompt.protocol_message(fault, must_answer=bool(self._ending))
        return [{"role": "assistant", "content": said}, {"role": "user", "content": again}]

    def _record(
        self, number: int, words: str, thought: str, seen: Observation | None, outcome: str = ""
    ) -> None:
        self._progress.steps.append(
            Step(
                number=number,
                action=words,
                thought=thought[:_REMEMBERED],
                outcome=outcome,
                route=seen.route if seen else "",
                screenshot=self._keep(number, seen.picture) if seen else None,
            )
        )


def _remembered(action: Interaction | Answer) -> str:
    """The reply as the conversation keeps it: the action, and the thought not at full length."""
    fields = action.model_dump(exclude_none=True)
    return json.dumps({**fields, "thought": action.thought[:_REMEMBERED]}, ensure_ascii=False)


def _element(action: Interaction | Answer, seen: Observation | None) -> str:
    n = getattr(action, "n", None)
    if n is None:
        return ""
    return seen.elements.get(n, f"[{n}]") if seen else f"[{n}]"


def _prose(reply: Reply) -> str:
    """What was said before the record, where the record itself holds no thought."""
    return reply.text.partition("{")[0].strip().removesuffix("```json").strip()

"""The reward as TRL wants it: one plain function of a batch, `None` for "could not find out".

TRL calls reward functions from the thread that trains, without an event loop; workers and
browsers live on an event loop. So the engine gets a thread with a loop of its own, open
over all batches. A batch of which nothing could be scored is an outage: the reward waits for
its end, as long as it was told to, because whoever trains can do nothing better.

This module needs neither torch nor trl.
"""

from __future__ import annotations

import atexit
import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from typing import Any, Protocol, Self

from webgen_r1.errors import UserError
from webgen_r1.protocols import Stageful
from webgen_r1.reward.loop_thread import LoopThread, results
from webgen_r1.types import STAGES, Trace

log = logging.getLogger(__name__)

Message = Mapping[str, Any]
OnTrace = Callable[[Trace], None]

Job = tuple[str, str | None, str]
"""What is scored: the completion's text, the instruction it answers, the id of its trace."""


class Scorer(Stageful, Protocol):
    """What is wrapped: `CascadedReward`, or anything that scores one text."""

    async def score(
        self, text: str, instruction: str | None = None, id: str | None = None
    ) -> Trace: ...


class TrlReward:
    """Callable for `GRPOTrainer(reward_funcs=...)`, or any TRL trainer that takes one.

        with CascadedReward(config).for_trl() as reward:
            GRPOTrainer(model, reward_funcs=reward, ...).train()

    Leaving the `with` ends workers and browsers. Without a `with` the engine starts with
    the first batch and is ended when the interpreter exits.

    The dataset column `instruction` holds what was asked (the prompt holds more than that)
    and the column `id` names the row; both are optional. `on_trace` is told every trace as
    it is finished, from the engine's thread. After a batch without any reward it pauses for
    `pause_s` seconds and scores the batch again, at most `max_pauses` times.
    """

    __name__ = "webgen"  # TRL logs the reward as rewards/webgen/mean

    def __init__(
        self,
        reward: Scorer,
        on_trace: OnTrace | None = None,
        *,
        pause_s: float = 60.0,
        max_pauses: int = 0,
    ) -> None:
        self.on_trace = on_trace
        self._pause_s = pause_s
        self._max_pauses = max_pauses
        self._reward = reward
        self._engine: LoopThread | None = None
        self._begun: dict[Job, Future[Trace | None]] = {}
        self._starting = threading.Lock()
        """A batch is begun whole or not at all, whoever closes meanwhile."""

    # ── lifetime ─────────────────────────────────────────────────────────────────────

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Start the engine, once. Raises what entering it raises (InfraFailure, UserError)."""
        if self._engine is None:
            self._engine = LoopThread(self._reward)
            atexit.register(self.close)

    def close(self) -> None:
        """End the engine; scores under way are given up. Closing twice is fine."""
        with self._starting:
            engine, self._engine = self._engine, None
            self._begun.clear()
        if engine is not None:
            atexit.unregister(self.close)
            engine.close()

    # ── what TRL calls ───────────────────────────────────────────────────────────────

    def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[str | Sequence[Message]],
        *,
        instruction: Sequence[str | None] | None = None,
        id: Sequence[object] | None = None,
        log_metric: Callable[[str, float], None] | None = None,
        log_extra: Callable[[str, list[Any]], None] | None = None,
        trainer_state: Any = None,  # noqa: ANN401 - transformers.TrainerState, not imported here
        **_: object,
    ) -> list[float | None]:
        """One reward per completion, in order; None where we could not find out.

        Whatever goes wrong while scoring is a None and a line in the log: an exception
        would abort the run. Only a user's mistake found when the engine starts is raised.
        """
        step = getattr(trainer_state, "global_step", None)
        jobs = [
            _job(text_of(completion), _at(instruction, index), _at(id, index), step, index)
            for index, completion in enumerate(completions)
        ]
        traces = self._score_patiently(jobs)
        if log_metric is not None:
            report_metrics(traces, log_metric)
        if log_extra is not None:
            report_columns(traces, log_extra)
        return [None if trace is None else trace.reward for trace in traces]

    def begin(self, text: str, instruction: str | None, id: object, step: int, index: int) -> None:
        """Start scoring one completion of the next batch, before the batch is complete.

        `index` is its place in that batch, `step` the trainer's `global_step`. The call for
        the batch takes it over if it comes with the same text, else it is given up.
        """
        job = _job(text, instruction, id, step, index)
        with self._starting:
            if self._engine is not None and job not in self._begun:
                self._begun[job] = self._engine.start(self._score(*job))

    # ── scoring ──────────────────────────────────────────────────────────────────────

    def _score_patiently(self, jobs: list[Job]) -> list[Trace | None]:
        """Score a batch, again after a pause if nothing of it could be."""
        traces = self._score_batch(jobs)
        _warn(traces)
        for pause in range(self._max_pauses):
            if not jobs or any(trace and trace.reward is not None for trace in traces):
                break
            log.warning(
                "no completion of this batch could be scored: trying again in %g s (%d of %d)",
                self._pause_s, pause + 1, self._max_pauses,
            )  # fmt: skip
            time.sleep(self._pause_s)
            traces = self._score_batch(jobs)
            _warn(traces)
        return traces

    def _score_batch(self, jobs: list[Job]) -> list[Trace | None]:
        try:
            self.open()
        except UserError:
            raise
        except Exception:
            log.exception("the reward engine does not start: this batch has no rewards")
            return [None] * len(jobs)
        with self._starting:
            if self._engine is None:
                raise CancelledError
            begun, self._begun = self._begun, {}
            started = [
                begun.pop(job) if job in begun else self._engine.start(self._score(*job))
                for job in jobs
            ]
        for left_over in begun.values():
            left_over.cancel()
        return results(started)

    async def _score(self, text: str, instruction: str | None, id: str) -> Trace | None:
        try:
            trace = await self._reward.score(text, instruction, id)
        except Exception:
            log.exception("%s could not be scored", id)
            return None
        if self.on_trace is not None:
            try:
                self.on_trace(trace)
            except Exception:  # a full disk must not cost the reward
                log.exception("the trace of %s was not kept", id)
        return trace


def text_of(completion: str | Sequence[Message]) -> str:
    """The text the model wrote: a plain string, or the assistant's turns of a conversation.

    The content of a turn is a string, or content blocks of which the text ones count.
    """
    if isinstance(completion, str):
        return completion
    turns = [turn.get("content") for turn in completion if turn.get("role") == "assistant"]
    return "".join(_content(turn) for turn in turns)


def _content(content: object) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, Sequence):
        return ""
    texts = [block.get("text") for block in content if isinstance(block, Mapping)]
    return "".join(text for text in texts if isinstance(text, str))


def report_metrics(
    traces: Sequence[Trace | None], log_metric: Callable[[str, float], None]
) -> None:
    """Tell TRL every sample's value of every component it has.

    TRL averages the calls of one batch over all processes (sum and count), so a metric is
    the mean over the samples that have it: `webgen/unscored` over all of them,
    `webgen/reached/<stage>` over the scored ones, `webgen/visual` over the judged sites,
    `webgen/seconds/<stage>` over those that went through the stage.
    """
    for trace in traces:
        unscored = trace is None or trace.reward is None
        log_metric("webgen/unscored", float(unscored))
        if trace is None or unscored:
            continue
        for name, value in trace.components:
            if value is not None:
                log_metric(f"webgen/{name}", value)
        for stage in STAGES:
            reached = STAGES.index(trace.stage) >= STAGES.index(stage)
            log_metric(f"webgen/reached/{stage}", float(reached))
        for timed, seconds in trace.timings.items():
            log_metric(f"webgen/seconds/{timed}", seconds)


def report_columns(
    traces: Sequence[Trace | None], log_extra: Callable[[str, list[Any]], None]
) -> None:
    """Columns of TRL's completions table: trace id, outcome, last stage, what failed first."""
    log_extra("webgen_id", [trace.id if trace else None for trace in traces])
    log_extra("webgen_outcome", [trace.outcome if trace else "infra_failure" for trace in traces])
    log_extra("webgen_stage", [trace.stage if trace else None for trace in traces])
    log_extra("webgen_failure", [_first_failure(trace) for trace in traces])


def _warn(traces: Sequence[Trace | None]) -> None:
    """One line per reason why samples of this batch have no reward."""
    reasons = Counter(
        f"{trace.infra.stage}: {trace.infra.message} [{trace.infra.code}]"
        for trace in traces
        if trace is not None and trace.infra is not None
    )
    for reason, count in reasons.items():
        log.warning("%d of %d completions could not be scored: %s", count, len(traces), reason)


def _first_failure(trace: Trace | None) -> str | None:
    if trace is None:
        return None
    if trace.infra is not None:
        return trace.infra.code
    return next((f.code for f in trace.failures if f.severity == "error"), None)


def _at(column: Sequence[Any] | None, index: int) -> Any:  # noqa: ANN401 - a dataset's column
    return None if column is None else column[index]


def _job(text: str, instruction: str | None, row: object, step: int | None, index: int) -> Job:
    """The trace is named after the row it answers, the optimiser step, the place in the batch."""
    parts = ["sample" if row is None else str(row)]
    if step is not None:
        parts.append(f"step{step}")
    return text, instruction, "/".join([*parts, str(index)])


def place_of(id: str) -> tuple[int, int] | None:
    """The optimiser step (the first is 0) and the place in the batch that a trace's id names."""
    found = re.search(r"/step(\d+)/(\d+)$", id)
    return (int(found[1]), int(found[2])) if found else None

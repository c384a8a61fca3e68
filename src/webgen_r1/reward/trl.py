"""The reward as TRL wants it: one plain function of a batch, `None` for "could not find out".

TRL calls reward functions from the thread that trains, without an event loop; workers and
browsers live on an event loop. So the engine gets a thread with a loop of its own, open
over all batches.

This module needs neither torch nor trl.
"""

from __future__ import annotations

import atexit
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, Self

from webgen_r1.errors import UserError
from webgen_r1.protocols import Stageful
from webgen_r1.reward.loop_thread import LoopThread
from webgen_r1.types import STAGES, Trace

log = logging.getLogger(__name__)

Message = Mapping[str, Any]
OnTrace = Callable[[Trace], None]


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
    it is finished, from the engine's thread.
    """

    __name__ = "webgen"  # TRL logs the reward as rewards/webgen/mean

    def __init__(self, reward: Scorer, on_trace: OnTrace | None = None) -> None:
        self.on_trace = on_trace
        self._reward = reward
        self._engine: LoopThread | None = None

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
        engine, self._engine = self._engine, None
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
            (text_of(completion), _at(instruction, index), _name(_at(id, index), step, index))
            for index, completion in enumerate(completions)
        ]
        traces = self._score_batch(jobs)
        _warn(traces)
        if log_metric is not None:
            report_metrics(traces, log_metric)
        if log_extra is not None:
            report_columns(traces, log_extra)
        return [None if trace is None else trace.reward for trace in traces]

    def _score_batch(self, jobs: list[tuple[str, str | None, str]]) -> list[Trace | None]:
        try:
            self.open()
        except UserError:
            raise
        except Exception:
            log.exception("the reward engine does not start: this batch has no rewards")
            return [None] * len(jobs)
        assert self._engine is not None
        return self._engine.run([self._score(*job) for job in jobs])

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


def _name(row: object, step: int | None, index: int) -> str:
    """Id of a trace: the row it answers, the optimiser step, the place in the batch."""
    parts = ["sample" if row is None else str(row)]
    if step is not None:
        parts.append(f"step{step}")
    return "/".join([*parts, str(index)])

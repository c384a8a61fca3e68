"""One distillation, from instructions to scored answers.

Everything is on disk the moment it is found out, so that a killed run loses at most what is
in flight; the same call goes on where the last one stopped, and asks again only where the
teacher failed.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from typing import Any, Protocol

from webgen_r1 import traces
from webgen_r1.bounded import run_bounded
from webgen_r1.distill.asking import answers
from webgen_r1.distill.config import DistillRecipe
from webgen_r1.distill.records import COMPLETIONS_FILE, Answer, AnswerKey, answer_key
from webgen_r1.errors import InfraFailure
from webgen_r1.jsonl import RecordWriter, read_all
from webgen_r1.protocols import Engine, Generator
from webgen_r1.types import Trace, text_digest


@dataclass(frozen=True)
class Makers:
    """How to make teacher and engine; each is entered only where there is work for it."""

    teacher: Callable[[], Generator]
    engine: Callable[[], Engine]


class Watcher(Protocol):
    """Told how far the run is."""

    def begin(self, asks: int, scorings: int) -> None:
        """There are so many samples, of which so many are to be scored."""
        ...

    def answered(self, answer: Answer, *, now: bool) -> None:
        """`now`: in this run, not before."""
        ...

    def scored(self, trace: Trace, *, now: bool) -> None: ...


@dataclass
class Streak:
    """Failures in a row of one of those who work for us."""

    who: str
    most: int
    length: int = field(default=0, init=False)

    def note(self, failure: str | None) -> None:
        """Raises InfraFailure when there are too many."""
        self.length = 0 if failure is None else self.length + 1
        if self.length >= self.most:
            raise InfraFailure(
                f"the {self.who} failed {self.length} times in a row, at last: {failure}"
            )


def is_drawn(recipe: DistillRecipe, answer: Answer) -> bool:
    """Whether this sample is among the share that is scored; with a larger share it still is."""
    digest = hashlib.sha256(f"{recipe.seed}/{answer.key}".encode()).digest()
    return int.from_bytes(digest[:8]) < recipe.score * 2**64


class Distillation:
    """Made for what is wanted; `run` asks and scores what is left to do."""

    def __init__(
        self,
        recipe: DistillRecipe,
        wanted: Sequence[Answer],
        system: str,
        makers: Makers,
        watcher: Watcher,
    ) -> None:
        self._recipe = recipe
        self._wanted = wanted
        self._system = system
        self._makers = makers
        self._watcher = watcher
        self._teacher = Streak("teacher", recipe.max_failures)
        self._engine = Streak("engine", recipe.max_failures)

    async def run(self) -> None:
        """Raises InfraFailure where nothing can go on, UserError."""
        out = self._recipe.output_dir
        drawn = sum(is_drawn(self._recipe, one) for one in self._wanted)
        self._watcher.begin(len(self._wanted), drawn)
        with (
            RecordWriter(out / COMPLETIONS_FILE, Answer) as said,
            RecordWriter(out / traces.TRACES_FILE, Trace) as found,
        ):
            known = self._known(found)
            async with AsyncExitStack() as stack, aclosing(self._answers(said)) as samples:
                jobs = self._scorings(samples, known, found, stack)
                await run_bounded(jobs, self._recipe.engine.render.concurrency)

    def _known(self, kept: RecordWriter[Trace]) -> set[traces.Key]:
        known = set()
        wanted = {answer_key(one) for one in self._wanted}
        for trace in traces.read(kept.path):
            if trace.outcome == "scored" and (trace.id, trace.instruction) in wanted:
                known.add(traces.key(trace))
                self._watcher.scored(trace, now=False)
        return known

    async def _answers(self, kept: RecordWriter[Answer]) -> AsyncGenerator[Answer, None]:
        """What was answered before, then the rest, noted in `kept`."""
        before = latest_answers(read_all(kept.path, Answer))
        for one in self._wanted:
            if (known := before.get(answer_key(one))) is not None:
                self._watcher.answered(known, now=False)
                yield known
        todo = [one for one in self._wanted if answer_key(one) not in before]
        del before

        def note(answer: Answer) -> None:
            kept.append(answer)
            self._watcher.answered(answer, now=True)
            self._teacher.note(answer.error if answer.infra else None)

        coming = answers(self._makers.teacher, self._recipe, self._system, todo, note)
        async with aclosing(coming):
            async for answer in coming:
                yield answer

    async def _scorings(
        self,
        samples: AsyncIterator[Answer],
        known: set[traces.Key],
        kept: RecordWriter[Trace],
        stack: AsyncExitStack,
    ) -> AsyncIterator[Coroutine[Any, Any, None]]:
        """What is left to score; the engine starts with the first."""
        engine: Engine | None = None
        async for answer in samples:
            if answer.infra or not is_drawn(self._recipe, answer) or trace_key(answer) in known:
                continue
            if engine is None:
                engine = await stack.enter_async_context(self._makers.engine())
            yield self._score(engine, answer, kept)

    async def _score(self, engine: Engine, answer: Answer, kept: RecordWriter[Trace]) -> None:
        text = answer.text or ""
        trace = await engine.score(text, instruction=answer.instruction, id=answer.key)
        kept.append(trace)
        self._watcher.scored(trace, now=True)
        self._engine.note(trace.infra.message if trace.infra else None)


def latest_answers(kept: Sequence[Answer]) -> dict[AnswerKey, Answer]:
    """What was answered; failures of the teacher are not in it."""
    return {answer_key(one): one for one in kept if not one.infra}


def trace_key(answer: Answer) -> traces.Key:
    """The key of its trace."""
    return answer.key, text_digest(answer.text or ""), answer.instruction

"""What the teacher is asked, and asking it."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Coroutine, Sequence
from typing import Any

from webgen_r1.bounded import finished
from webgen_r1.distill.colours import vary_colours
from webgen_r1.distill.config import DistillRecipe
from webgen_r1.distill.records import Answer
from webgen_r1.prompts import chat
from webgen_r1.protocols import Generator
from webgen_r1.samples import ask
from webgen_r1.types import Instruction


def wanted(recipe: DistillRecipe, instructions: Sequence[Instruction]) -> list[Answer]:
    """What is to be asked, not answered yet: the first sample of every instruction, then the
    second of every one, ..."""
    return [
        Answer(id=each.id, sample=number, instruction=_asked(recipe, each, number))
        for number in range(recipe.samples)
        for each in instructions
    ]


def _asked(recipe: DistillRecipe, instruction: Instruction, number: int) -> str:
    if number == 0 or not recipe.vary_colours:
        return instruction.text
    draw = random.Random(f"{recipe.seed}/{instruction.id}/{number}")
    return vary_colours(instruction.text, draw)


async def answers(
    make: Callable[[], Generator],
    recipe: DistillRecipe,
    system: str,
    todo: Collection[Answer],
    note: Callable[[Answer], None],
) -> AsyncGenerator[Answer, None]:
    """The answers as they come, those without one (`infra`) too. Each is noted at once, however
    long the caller takes to come for it."""
    if not todo:
        return  # no teacher
    # Twice as many as are worked on at once: the next batch waits while one is made.
    at_once = 2 * recipe.teacher.concurrency
    async with make() as teacher:

        async def one(each: Answer) -> Answer:
            messages = chat(system, each.instruction)
            answer = await ask(teacher, messages, each, recipe.seed + each.sample)
            note(answer)
            return answer

        async def jobs() -> AsyncIterator[Coroutine[Any, Any, Answer]]:
            for each in todo:
                yield one(each)

        async for answer in finished(jobs(), at_once):
            yield answer

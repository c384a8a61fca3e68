"""Where the completions of a run come from: given ones, or a generator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from webgen_r1 import prompts
from webgen_r1.config import EngineConfig
from webgen_r1.errors import DiskError, UserError
from webgen_r1.evaluate.given import Problem, match
from webgen_r1.evaluate.records import BenchItem, Benchmark, Manifest
from webgen_r1.evaluate.watch import Watcher
from webgen_r1.inputs import find, read
from webgen_r1.jsonl import RecordWriter, read_all
from webgen_r1.protocols import Generator
from webgen_r1.samples import Sample, ask
from webgen_r1.scaffold import load
from webgen_r1.types import Instruction


def take_given(
    given: tuple[Path, ...], benchmark: Benchmark, samples: int, kept: Path, watcher: Watcher
) -> list[Sample]:
    """The given completions, noted in `kept`; what does not belong here is said.

    Raises UserError where none belongs to the benchmark, or one is not among the first so many
    `samples` of its instruction, DiskError.
    """
    draft = kept.with_name(f".{kept.name}.part")
    draft.unlink(missing_ok=True)
    taken: list[Sample] = []
    with RecordWriter(draft, Sample) as writer:
        for one in match(read(find(given)), benchmark):
            if isinstance(one, Problem):
                watcher.say(f"{one.source}: {one.message}")
                continue
            writer.append(one.sample)
            taken.append(one.sample)
    most = max((sample.sample for sample in taken), default=0) + 1
    if most > samples:
        draft.unlink()
        raise UserError(
            f"there are samples up to number {most - 1} (they count from 0), and {samples} of each "
            f"instruction would be evaluated: give --samples {most}"
        )
    if not taken:
        draft.unlink()
        raise UserError("none of the completions belongs to the benchmark: see above")
    try:
        draft.replace(kept)
    except OSError as error:
        raise DiskError(f"cannot write {kept}: {error.strerror}") from error
    return taken


async def generate_all(
    make: Callable[[], Generator],
    benchmark: Benchmark,
    manifest: Manifest,
    engine: EngineConfig,
    kept: Path,
    watcher: Watcher,
    check: Callable[[Sample], None],
) -> AsyncGenerator[Sample, None]:
    """What was generated before, then the rest as each is finished, noted in `kept` if `check`
    does not raise."""
    known = {one.key: one for one in read_all(kept, Sample) if not one.infra}
    wanted = [
        (item, Sample(id=item.id, sample=number))
        for number in range(manifest.samples)
        for item in benchmark.items
    ]
    todo = [(item, sample) for item, sample in wanted if sample.key not in known]
    watcher.part("generate", len(wanted), len(wanted) - len(todo))
    for sample in known.values():
        yield sample
    if not todo:
        return
    scaffold = load(engine.scaffold)
    async with make() as generator:

        async def one(item: BenchItem, sample: Sample) -> Sample:
            asked = Instruction(id=item.id, text=item.instruction)
            chat = prompts.messages(asked, scaffold, engine.mode)
            answered = await ask(generator, chat, sample, manifest.seed + sample.sample)
            check(answered)
            writer.append(answered)  # now: whoever scores it may take long to come to it
            return answered

        with RecordWriter(kept, Sample) as writer:
            tasks = [asyncio.create_task(one(item, sample)) for item, sample in todo]
            try:
                for task in asyncio.as_completed(tasks):
                    sample = await task
                    length = f"{sample.tokens} tokens"
                    watcher.advance("generate", f"{sample.key}: {sample.error or length}")
                    yield sample
            finally:
                for unfinished in tasks:
                    unfinished.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


async def each(samples: list[Sample]) -> AsyncGenerator[Sample, None]:
    """A list as something to wait for."""
    for sample in samples:
        yield sample

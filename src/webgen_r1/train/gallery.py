"""Pictures of what the policy wrote at some steps, to see a run by more than its numbers.

gallery/index.jsonl                     one Sample per line
gallery/step-000050/traces.jsonl        what `webgen report` reads, with its pictures
gallery/step-000050/shots/…
"""

from __future__ import annotations

import shutil
from collections import OrderedDict
from pathlib import Path
from types import TracebackType
from typing import Self

from webgen_r1.reward.cascade import MEMORY
from webgen_r1.reward.trl import place_of
from webgen_r1.traces import TRACES_FILE, TraceWriter
from webgen_r1.train.log import OfStep, StepWriter
from webgen_r1.types import Trace

FOLDER = "gallery"
INDEX_FILE = "index.jsonl"


class Sample(OfStep):
    """One completion whose pictures were kept."""

    id: str
    """Of its trace."""
    instruction: str | None
    reward: float | None
    stage: str
    traces: str
    """The file with its trace, relative to the index."""
    pictures: tuple[str, ...]
    """One per page that was seen, relative to the index."""


def pictures_folder(output_dir: Path) -> Path:
    """Where the engine of a run with a gallery leaves all its pictures."""
    return output_dir / FOLDER / ".latest"


class Gallery:
    """Takes from the engine's pictures those to keep; context manager around a run.

    The engine paints every completion anyway. It remembers its last `MEMORY` traces and
    answers an identical completion with one of them, so that many pictures stay at hand.
    """

    def __init__(self, output_dir: Path, every: int, size: int, group: int) -> None:
        """`every` so many steps, `size` completions of `size` groups of `group`."""
        self._folder = output_dir / FOLDER
        self._latest = pictures_folder(output_dir)
        self._every = every
        self._size = size
        self._group = group
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._index = StepWriter(self._folder / INDEX_FILE, Sample)

    def __enter__(self) -> Self:
        shutil.rmtree(self._latest, ignore_errors=True)
        self._index.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._latest, ignore_errors=True)
        self._index.__exit__(kind, error, trace)

    def continue_from(self, step: int) -> None:
        """Drop what was kept after a checkpoint: those steps are taken again."""
        self._index.continue_from(step)
        for folder in self._folder.glob("step-*"):
            if int(folder.name.partition("-")[2]) > step:
                shutil.rmtree(folder)

    def saw(self, trace: Trace) -> None:
        """Keep the pictures of a finished completion if it is one of those to show."""
        place = place_of(trace.id)
        if place and self._shows(*place):
            self._keep(trace, place[0] + 1)
        self._seen[trace.digest] = None
        self._seen.move_to_end(trace.digest)
        if len(self._seen) > MEMORY:
            oldest, _ = self._seen.popitem(last=False)
            shutil.rmtree(self._latest / "shots" / oldest[:16], ignore_errors=True)

    def _shows(self, done: int, index: int) -> bool:
        group, number = divmod(index, self._group)
        due = done == 0 or (done + 1) % self._every == 0
        return due and group < self._size and number < self._size

    def _keep(self, trace: Trace, step: int) -> None:
        folder = self._folder / f"step-{step:06d}"
        for page in trace.pages:
            for name in filter(None, (page.screenshot, page.screenshot_full)):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self._latest / name, folder / name)
        with TraceWriter(folder / TRACES_FILE) as traces:
            traces.append(trace)
        self._index.append(
            Sample(
                step=step,
                id=trace.id,
                instruction=trace.instruction,
                reward=trace.reward,
                stage=trace.stage,
                traces=f"{folder.name}/{TRACES_FILE}",
                pictures=tuple(
                    f"{folder.name}/{page.screenshot}" for page in trace.pages if page.screenshot
                ),
            )
        )

"""What a person sees of a run: a bar while it works, one line per optimiser step."""

from __future__ import annotations

from collections import Counter
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from webgen_r1.types import STAGES, Trace

COLUMNS = (
    ("step", 4, "global_step"),
    ("reward", 6, "reward"),
    ("± std", 6, "reward_std"),
    ("loss", 9, "loss"),
    ("grad", 8, "grad_norm"),
    ("kl", 8, "kl"),
    ("tokens", 6, "completions/mean_length"),
    ("sec", 5, "step_time"),
)
"""Heading, width, and the key in TRL's logs."""


class TrainingProgress(TrainerCallback):  # type: ignore[misc]
    """Context manager around a run; `saw` may be called from another thread.

    The last column counts at which stage the completions of the step ended, and how many
    could not be scored; in a run of several processes, those of this process.
    """

    def __init__(self, console: Console, *, batch: int) -> None:
        self._batch = batch
        self._console = console
        self._ended: Counter[str] = Counter()
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[doing]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("step", total=None, doing="starting")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def saw(self, trace: Trace) -> None:
        """One completion is finished."""
        self._ended[trace.stage if trace.reward is not None else "unscored"] += 1
        seen = self._ended.total()
        self._bar.update(self._task, doing=f"scored {seen} of {self._batch}")

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **_: object,
    ) -> None:
        headings = "  ".join(f"{heading:>{width}}" for heading, width, _ in COLUMNS)
        self._bar.print(f"{headings}  ended at", highlight=False, soft_wrap=True)

    def on_step_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **_: object,
    ) -> None:
        self._bar.update(
            self._task,
            description=f"step {state.global_step + 1} of {state.max_steps}",
            total=state.max_steps,
            completed=state.global_step,
            doing="writing completions",
        )

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: object,
    ) -> None:
        if logs is None or "reward" not in logs:  # the summary at the end of a run
            return
        values = {**logs, "global_step": state.global_step}
        cells = "  ".join(f"{_cell(values.get(key)):>{width}}" for _, width, key in COLUMNS)
        order = (*STAGES, "unscored")
        ended = ", ".join(f"{name} {self._ended[name]}" for name in order if self._ended[name])
        self._bar.print(f"{cells}  {ended}", highlight=False, soft_wrap=True)
        self._ended.clear()


def _cell(value: object) -> str:
    """Three significant digits; a metric nobody could compute is a dash."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.3g}"
    return "–"

"""What a person sees of a GRPO run: a bar while it works, one line per optimiser step.

The same numbers, and more, are kept in the run's log.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from webgen_r1.live import Live
from webgen_r1.train.grpo_log import GrpoStep, measured
from webgen_r1.train.log import StepWriter
from webgen_r1.types import STAGES, Trace

COLUMNS = (
    ("step", 4, "step", "d"),
    ("reward", 6, "reward", ".3g"),
    ("± std", 6, "reward_std", ".3g"),
    ("loss", 9, "loss", ".3g"),
    ("grad", 8, "grad_norm", ".3g"),
    ("kl", 8, "kl", ".3g"),
    ("entropy", 7, "entropy", ".3g"),
    ("tokens", 6, "length", ".3g"),
    ("sec", 5, "step_time", ".3g"),
    ("wait", 4, "waiting", ".0%"),
)
"""Heading, width, field of a GrpoStep, format."""


class TrainingProgress(Live, TrainerCallback):  # type: ignore[misc]
    """Context manager around a run; `saw` may be called from another thread.

    The last column counts at which stage the completions of the step ended, and how many
    could not be scored; in a run of several processes, those of this process.
    """

    def __init__(self, console: Console, log: StepWriter[GrpoStep], *, batch: int) -> None:
        self._batch = batch
        self._log = log
        self._ended: dict[str, str] = {}
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[doing]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        super().__init__(self._bar)
        self._task = self._bar.add_task("step", total=None, doing="starting")

    def saw(self, trace: Trace) -> None:
        """One completion is finished."""
        self._ended[trace.id] = trace.stage if trace.reward is not None else "unscored"
        self._bar.update(self._task, doing=f"scored {len(self._ended)} of {self._batch}")

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **_: object,
    ) -> None:
        headings = "  ".join(f"{heading:>{width}}" for heading, width, *_ in COLUMNS)
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

    def on_step_end(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **_: object,
    ) -> None:
        if control.should_save:
            # The log must reach to each checkpoint, to be continued from there.
            control.should_log = True

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: object,
    ) -> None:
        if logs is None or "loss" not in logs:  # the summary at the end of a run
            return
        step = measured(state.global_step, logs)
        self._log.append(step)
        cells = "  ".join(
            f"{_cell(getattr(step, name), form):>{width}}" for _, width, name, form in COLUMNS
        )
        count = Counter(self._ended.values())
        ended = ", ".join(f"{name} {count[name]}" for name in (*STAGES, "unscored") if count[name])
        self._bar.print(f"{cells}  {ended}", highlight=False, soft_wrap=True)
        self._ended.clear()


def _cell(value: float | None, form: str) -> str:
    return "–" if value is None else f"{value:{form}}"

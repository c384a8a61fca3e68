"""What a person sees of a fine-tuning run, and the same numbers kept in its log."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from webgen_r1.live import Live
from webgen_r1.train.log import StepWriter
from webgen_r1.train.step_log import SftStep

COLUMNS = (
    ("step", 6, "d"),
    ("epoch", 6, ".2f"),
    ("loss", 8, ".4f"),
    ("token_accuracy", 8, ".4f"),
    ("grad_norm", 8, ".3g"),
    ("learning_rate", 9, ".2e"),
    ("tokens", 11, ",d"),
    ("tokens_per_s", 8, ",.0f"),
)
"""Field of an SftStep, width, format."""
HEADINGS = {
    "token_accuracy": "accuracy",
    "grad_norm": "gradient",
    "learning_rate": "rate",
    "tokens_per_s": "tokens/s",
}
"""Where a column is not called as its field."""


class SftProgress(Live, TrainerCallback):  # type: ignore[misc]
    """Context manager around a run: a bar while it works, one line per logged step."""

    def __init__(
        self,
        console: Console,
        log: StepWriter[SftStep],
        *,
        stop_at: int | None = None,
        tokens_before: int = 0,
    ) -> None:
        self._stop_at = stop_at
        self._log = log
        self._tokens_before = self._tokens = tokens_before
        self._since = time.monotonic()
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[now]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            refresh_per_second=2,  # drawing it takes time from a training on few cores
        )
        super().__init__(self._bar)
        self._task = self._bar.add_task("step", total=None, now="")

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **_: object,
    ) -> None:
        self._since = time.monotonic()
        cells = (f"{HEADINGS.get(name, name):>{width}}" for name, width, _ in COLUMNS)
        self._bar.print("  ".join(cells), highlight=False, soft_wrap=True)

    def on_step_end(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **_: object,
    ) -> None:
        last = min(self._stop_at or state.max_steps, state.max_steps)
        self._bar.update(
            self._task,
            description=f"step {state.global_step} of {last}",
            total=last,
            completed=state.global_step,
        )
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
        step = self._measured(logs, state)
        self._log.append(step)
        self._bar.update(self._task, now=f"loss {step.loss:.3f}")
        cells = (f"{_cell(getattr(step, name), form):>{width}}" for name, width, form in COLUMNS)
        self._bar.print("  ".join(cells), highlight=False, soft_wrap=True)

    def _measured(self, logs: dict[str, Any], state: TrainerState) -> SftStep:
        now, tokens = time.monotonic(), self._tokens_before + int(logs["num_tokens"])
        speed = (tokens - self._tokens) / max(now - self._since, 1e-9)
        self._since, self._tokens = now, tokens
        return SftStep(
            step=state.global_step,
            epoch=logs["epoch"],
            loss=logs["loss"],
            token_accuracy=logs["mean_token_accuracy"],
            entropy=logs["entropy"],
            grad_norm=logs.get("grad_norm"),
            learning_rate=logs["learning_rate"],
            tokens=tokens,
            tokens_per_s=round(speed, 1),
        )


def _cell(value: float | None, form: str) -> str:
    return "–" if value is None else f"{value:{form}}"

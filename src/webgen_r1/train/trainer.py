"""TRL's GRPOTrainer, with completions that could not be scored truly left out.

What TRL 1.16 does by itself with a sample whose only reward function returned None:
the reward becomes NaN, mean and standard deviation of its group are taken over the others,
and its advantage becomes 0. Its tokens still count: the KL term (beta > 0) and an entropy
bonus pull on them, and the token count that normalises the loss includes them. And an
optimiser step without one scored sample still moves the weights, by momentum and decay.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from trl import GRPOTrainer


class LeaveOutTrainer(GRPOTrainer):  # type: ignore[misc]
    """GRPO in which an unscored sample has no gradient and an unscored step changes nothing.

    `lost_steps` counts the optimiser steps in a row without a single scored completion;
    at `max_lost_steps` the run is stopped: whatever is broken, training on nothing will
    not mend it.
    """

    def __init__(self, *args: Any, max_lost_steps: int = 3, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.max_lost_steps = max_lost_steps
        self.lost_steps = 0
        self._unscored = torch.zeros(0, dtype=torch.bool)
        self._window_scored = 0
        self.add_callback(_SkipLostSteps(self))

    def _calculate_rewards(self, *args: Any, **kwargs: Any) -> torch.Tensor:  # noqa: ANN401
        """Rewards (samples of all processes, functions); remembers which rows have none."""
        rewards: torch.Tensor = super()._calculate_rewards(*args, **kwargs)
        self._unscored = torch.isnan(rewards).all(dim=1)
        return rewards

    def _generate_and_score_completions(self, inputs: Any) -> dict[str, Any]:  # noqa: ANN401
        """A scored batch whose loss mask leaves the unscored rows out.

        TRL's `tool_mask` (batch, completion tokens) says which tokens count in the loss. The
        attention mask is not touched, so the rows' log-probabilities stay finite.
        """
        batch: dict[str, Any] = super()._generate_and_score_completions(inputs)
        completion_mask = batch["completion_mask"]
        first = self.accelerator.process_index * len(completion_mask)
        batch["scored"] = ~self._unscored[first : first + len(completion_mask)]
        if self._unscored.any():
            counts = batch.get("tool_mask", torch.ones_like(completion_mask))
            batch["tool_mask"] = counts * batch["scored"].unsqueeze(1).to(counts)
            tokens = (completion_mask * batch["tool_mask"]).sum()
            batch["num_items_in_batch"] = self.accelerator.gather(tokens).sum()
        return batch

    def _compute_loss(self, model: Any, inputs: dict[str, Any]) -> torch.Tensor:  # noqa: ANN401
        """The loss; counts the scored samples it rests on until the next optimiser step."""
        if self.model.training:
            self._window_scored += int(inputs["scored"].sum())
        return super()._compute_loss(model, inputs)

    def end_window(self) -> bool:
        """Whether any process has a scored sample in this optimiser step; starts the next."""
        scored = torch.tensor([self._window_scored], device=self.accelerator.device)
        self._window_scored = 0
        return bool(self.accelerator.gather(scored).sum() > 0)


class _SkipLostSteps(TrainerCallback):  # type: ignore[misc]
    """Drops the gradients of a step that has nothing to learn from, and stops after many.

    The optimisers of torch skip parameters without a gradient. DeepSpeed keeps gradients of
    its own: there a lost step is a step with a gradient of zero.
    """

    def __init__(self, trainer: LeaveOutTrainer) -> None:
        self._trainer = trainer

    def on_pre_optimizer_step(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **_: object,
    ) -> None:
        trainer = self._trainer
        if trainer.end_window():
            trainer.lost_steps = 0
            return
        trainer.lost_steps += 1
        trainer.model.zero_grad(set_to_none=True)

    def on_step_end(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **_: object,
    ) -> None:
        if self._trainer.lost_steps >= self._trainer.max_lost_steps:
            control.should_training_stop = True

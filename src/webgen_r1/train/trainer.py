"""TRL's GRPOTrainer, with completions that could not be scored truly left out.

What TRL 1.16 does by itself with a sample whose only reward function returned None:
the reward becomes NaN, mean and standard deviation of its group are taken over the others,
and its advantage becomes 0. Its tokens still count: the KL term (beta > 0) and an entropy
bonus pull on them, and the token count that normalises the loss includes them. And an
optimiser step without one scored sample still moves the weights, by momentum and decay.

Besides, scoring starts before TRL asks for it (`train.ahead`), how long the step then still
waits for rewards is measured, and a run that is continued finds its order of instructions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import torch
from torch.utils.data import Sampler
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from trl import GRPOTrainer
from trl.trainer.utils import RepeatSampler

from webgen_r1.generate.decoding import cache_for, fit_threads, quick_decoding
from webgen_r1.reward.trl import TrlReward, text_of
from webgen_r1.train.ahead import Finished, watched
from webgen_r1.train.saving import WholeCheckpoints


class LeaveOutTrainer(WholeCheckpoints, GRPOTrainer):  # type: ignore[misc]
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
        self._asked: list[dict[str, Any]] = []
        self._waited = 0.0
        self.add_callback(_SkipLostSteps(self))

    def _get_train_sampler(self, dataset: Any = None) -> Sampler[int]:  # noqa: ANN401
        return _OrderOfEpoch(
            super()._get_train_sampler(dataset), lambda: int(self.state.epoch or 0)
        )

    def _calculate_rewards(self, *args: Any, **kwargs: Any) -> torch.Tensor:  # noqa: ANN401
        """Rewards (samples of all processes, functions); remembers which rows have none."""
        started = time.perf_counter()
        rewards: torch.Tensor = super()._calculate_rewards(*args, **kwargs)
        if self.model.training:
            self._waited += time.perf_counter() - started
        self._unscored = torch.isnan(rewards).all(dim=1)
        return rewards

    # ── scoring ahead ────────────────────────────────────────────────────────────────

    def _generate(self, prompts: list[Any]) -> Any:  # noqa: ANN401 - TRL's tuple of eight
        """Start scoring all of the batch that was not begun while it was generated."""
        generated = super()._generate(prompts)
        for row, completion in enumerate(generated[3]):
            self._begin(row, text_of(completion))
        return generated

    def _generate_single_turn(self, prompt_ids: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Without vLLM, start scoring each completion when it ends."""
        if self.use_vllm or self.use_transformers_continuous_batching:
            return super()._generate_single_turn(prompt_ids, *args, **kwargs)
        finished = Finished(self.eos_token_ids, self._begin_tokens)
        model = self.accelerator.unwrap_model(self.model_wrapped)
        whole = not (self.is_deepspeed_enabled or self.is_fsdp_enabled)
        settings = dict if self.args.cache_implementation else partial(cache_for, model)
        with (
            watched(model, finished, inference=whole, settings=settings),
            quick_decoding(model, len(prompt_ids)),
        ):
            return super()._generate_single_turn(prompt_ids, *args, **kwargs)

    def _begin_tokens(self, row: int, tokens: Sequence[int]) -> None:
        fit_threads(self.accelerator.unwrap_model(self.model_wrapped))  # scoring needs the rest
        # The text as TRL will decode it, or it is another job and scored twice.
        texts = self.processing_class.batch_decode([tokens], skip_special_tokens=True)
        self._begin(row, texts[0])

    def _begin(self, row: int, text: str) -> None:
        asked = self._asked[row]
        for reward in self.reward_funcs:
            if isinstance(reward, TrlReward):
                step = self.state.global_step
                reward.begin(text, asked.get("instruction"), asked.get("id"), step, row)

    # ── leaving out ──────────────────────────────────────────────────────────────────

    def _generate_and_score_completions(self, inputs: Any) -> dict[str, Any]:  # noqa: ANN401
        """A scored batch whose loss mask leaves the unscored rows out.

        TRL's `tool_mask` (batch, completion tokens) says which tokens count in the loss. The
        attention mask is not touched, so the rows' log-probabilities stay finite.
        """
        self._asked = inputs
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

    def training_step(self, *args: Any, **kwargs: Any) -> torch.Tensor:  # noqa: ANN401
        """One backward pass. After the last of an optimiser step TRL notes its seconds; the
        share of them that went by waiting for rewards stands beside them."""
        loss: torch.Tensor = super().training_step(*args, **kwargs)
        metrics = self._metrics["train"]
        if self._step % self.current_gradient_accumulation_steps == 0:
            metrics["webgen/waiting"].append(self._waited / metrics["step_time"][-1])
            self._waited = 0.0
        return loss

    def end_window(self) -> bool:
        """Whether any process has a scored sample in this optimiser step; starts the next."""
        scored = torch.tensor([self._window_scored], device=self.accelerator.device)
        self._window_scored = 0
        return bool(self.accelerator.gather(scored).sum() > 0)


class _OrderOfEpoch(Sampler[int]):  # type: ignore[misc]
    """TRL's order of instructions, drawn from seed and epoch alone.

    TRL 1.16 draws the order of every epoch from one generator, so that a run continued in a
    later epoch would begin again with that of the first.
    """

    def __init__(self, order: RepeatSampler, epoch: Callable[[], int]) -> None:
        self._order = order
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[int]:
        if self._order.shuffle:
            self._order.generator.manual_seed(self._order.seed + self._epoch())
        return iter(self._order)


class _SkipLostSteps(TrainerCallback):  # type: ignore[misc]
    """Drops the gradients of a step that has nothing to learn from, and stops after many.

    The optimisers of torch skip parameters without a gradient. DeepSpeed keeps gradients of
    its own: there a lost step is a step with a gradient of zero.
    """

    def __init__(self, trainer: LeaveOutTrainer) -> None:
        self._trainer = trainer

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **_: object,
    ) -> None:
        # TRL 1.16 counts its micro-batches from 0 also where a run goes on, and would generate
        # at other steps than those at which the instructions change.
        self._trainer._step = state.global_step * args.gradient_accumulation_steps

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

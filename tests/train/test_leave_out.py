"""What an unscored completion does to the weights: nothing. Real GRPO steps on a tiny model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl", reason="needs the [train] extra")

import torch
from datasets import Dataset
from train_fakes import FakeReward
from trl import GRPOConfig, GRPOTrainer

from webgen_r1.reward.trl import TrlReward
from webgen_r1.train.config import ScratchModel
from webgen_r1.train.scratch import make_scratch
from webgen_r1.train.trainer import LeaveOutTrainer

pytestmark = [
    pytest.mark.train,
    # TRL 1.16 asks transformers 5.23 for a property by the name it had before.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]

GROUP = 4
BETA = 0.5
SPEC = ScratchModel(vocab_size=300, hidden_size=16, intermediate_size=32, layers=1, heads=2)

Rewards = Callable[[int], float | None]
"""The reward of a completion by its place in the batch."""


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Models this small only wait for a second thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("policy") / "init"
    make_scratch(SPEC, ["build a shop", "build a blog"], 1, folder)
    return str(folder)


class Observed(LeaveOutTrainer):
    """Keeps the batches as they go into the loss."""

    def _generate_and_score_completions(self, inputs: Any) -> dict[str, Any]:
        self.batch = super()._generate_and_score_completions(inputs)
        return self.batch


class Places:
    """A reward engine that grades by order of arrival in the batch (TRL's order)."""

    def __init__(self, rewards: Rewards) -> None:
        self._rewards = rewards

    def __call__(self, completions: list[Any], **_: object) -> list[float | None]:
        return [self._rewards(place) for place in range(len(completions))]


def make(kind: type[GRPOTrainer], policy: str, folder: Path, reward: Any, **settings: Any) -> Any:
    args = {
        "per_device_train_batch_size": 2 * GROUP,
        "num_generations": GROUP,
        "max_completion_length": 8,
        "max_steps": 2,
        "learning_rate": 1e-2,
        "beta": BETA,
        "use_cpu": True,
        "bf16": False,
        "activation_checkpointing": False,
        "report_to": "none",
        "save_strategy": "no",
        "logging_steps": 1,
        "disable_tqdm": True,
    }
    rows = [{"prompt": "build a shop"}, {"prompt": "build a blog"}]
    trainer = kind(
        policy,
        reward_funcs=reward,
        args=GRPOConfig(output_dir=str(folder), **(args | settings)),
        train_dataset=Dataset.from_list(rows),
    )
    # A reference unlike the policy, so that the KL term has a gradient from the first step.
    torch.manual_seed(9)
    for parameter in trainer.ref_model.parameters():
        parameter.data.add_(0.1 * torch.randn_like(parameter))
    return trainer


def weights(trainer: Any) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in trainer.model.parameters()]


def moved(trainer: Any, before: list[torch.Tensor]) -> bool:
    return any(not torch.equal(a, b) for a, b in zip(before, weights(trainer), strict=True))


@pytest.fixture
def train(policy: str, tmp_path: Path) -> Callable[..., Any]:
    """Train and return (trainer, whether the weights moved)."""

    def go(
        rewards: Rewards, kind: type[GRPOTrainer] = Observed, **settings: Any
    ) -> tuple[Any, bool]:
        trainer = make(kind, policy, tmp_path, Places(rewards), **settings)
        before = weights(trainer)
        trainer.train()
        return trainer, moved(trainer, before)

    return go


def test_rewards_that_differ_move_the_weights(train: Callable[..., Any]) -> None:
    trainer, has_moved = train(lambda place: float(place % GROUP))
    assert has_moved
    assert trainer.state.global_step == 2
    assert trainer.lost_steps == 0


def test_a_run_without_any_score_does_not_move_the_weights(train: Callable[..., Any]) -> None:
    trainer, has_moved = train(lambda place: None, weight_decay=0.1)
    assert not has_moved
    assert trainer.state.global_step == 2
    assert trainer.lost_steps == 2


def test_trl_alone_would_move_them(train: Callable[..., Any]) -> None:
    """Why the trainer exists; should this fail, TRL has learned it and ours can go."""
    _, has_moved = train(lambda place: None, GRPOTrainer)
    assert has_moved


def test_the_run_stops_after_many_steps_without_a_score(train: Callable[..., Any]) -> None:
    trainer, _ = train(lambda place: None, max_steps=9)
    assert trainer.state.global_step == trainer.max_lost_steps == 3


def test_momentum_does_not_act_in_a_step_without_a_score(policy: str, tmp_path: Path) -> None:
    steps: list[Rewards] = [float, lambda place: None]

    def reward(completions: list[Any], **_: object) -> list[float | None]:
        grade = steps.pop(0)
        return [grade(place) for place in range(len(completions))]

    after: list[list[torch.Tensor]] = []
    trainer = make(LeaveOutTrainer, policy, tmp_path, reward, weight_decay=0.1)
    trainer.add_callback(_after_each_step(after))
    before = weights(trainer)
    trainer.train()

    first, second = after
    assert any(not torch.equal(a, b) for a, b in zip(before, first, strict=True))
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_the_others_of_a_group_have_the_advantages_they_have_without_it(
    train: Callable[..., Any],
) -> None:
    scores = [1.0, None, 2.5, 4.0]
    trainer, _ = train(lambda place: scores[place % GROUP], max_steps=1)

    group = torch.tensor([score for score in scores if score is not None])
    expected = (group - group.mean()) / (group.std() + 1e-4)
    # TRL logs the last generation batch in its order, two groups of four.
    logged = torch.tensor(list(trainer._logs["advantages"])).view(2, GROUP)
    torch.testing.assert_close(logged[:, [0, 2, 3]], expected.expand(2, 3))
    assert logged[:, 1].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("loss_type", ["dapo", "bnpo", "grpo", "dr_grpo"])
def test_an_unscored_completion_has_no_gradient(
    policy: str, tmp_path: Path, loss_type: str
) -> None:
    """The gradient stays the same whatever the unscored completion says; others count."""
    trainer = make(
        Observed, policy, tmp_path, Places(_second_is_lost), loss_type=loss_type, max_steps=1
    )
    trainer.train()
    batch = trainer.batch

    reference = gradient(trainer, batch)
    assert any(grad.abs().sum() > 0 for grad in reference)
    assert differs(reference, gradient(trainer, other_words(batch, row=0)))
    assert not differs(reference, gradient(trainer, other_words(batch, row=1)))


def test_the_tokens_of_an_unscored_completion_do_not_dilute_the_loss(
    train: Callable[..., Any],
) -> None:
    trainer, _ = train(_second_is_lost, max_steps=1)
    scored = trainer.batch["completion_mask"][trainer.batch["scored"]]
    assert int(trainer.batch["num_items_in_batch"]) == int(scored.sum())


def test_a_batch_with_every_score_goes_through_as_trl_made_it(train: Callable[..., Any]) -> None:
    trainer, _ = train(lambda place: float(place), max_steps=1)
    assert "tool_mask" not in trainer.batch
    assert bool(trainer.batch["scored"].all())


def test_the_reward_engine_behind_the_real_trainer(policy: str, tmp_path: Path) -> None:
    """TrlReward within TRL: rewards, metrics and columns arrive; one sample is never scored."""
    engine = FakeReward(lambda text: None if len(text) % 5 == 0 else float(len(text)))
    with TrlReward(engine) as reward:
        trainer = make(LeaveOutTrainer, policy, tmp_path, reward)
        before = weights(trainer)
        trainer.train()
        assert moved(trainer, before)
    assert engine.left == 1
    assert len(engine.seen) == 2 * 2 * GROUP
    logged = [entry for entry in trainer.state.log_history if "reward" in entry]
    assert len(logged) == 2
    assert {"rewards/webgen/mean", "webgen/visual", "webgen/reached/judge"} <= logged[0].keys()
    assert 0 <= logged[0]["webgen/unscored"] < 1


# ── helpers ──────────────────────────────────────────────────────────────────────────


def _second_is_lost(place: int) -> float | None:
    return None if place % GROUP == 1 else float(place % GROUP)


def _after_each_step(into: list[list[torch.Tensor]]) -> Any:
    from transformers import TrainerCallback

    class Keep(TrainerCallback):  # type: ignore[misc]
        def on_optimizer_step(self, *_: object, model: Any, **__: object) -> None:
            into.append([parameter.detach().clone() for parameter in model.parameters()])

    return Keep()


def gradient(trainer: Any, batch: dict[str, Any]) -> list[torch.Tensor]:
    trainer.model.zero_grad()
    trainer._compute_loss(trainer.model, batch).backward()
    return [parameter.grad.clone() for parameter in trainer.model.parameters()]


def differs(a: list[torch.Tensor], b: list[torch.Tensor]) -> bool:
    return any(not torch.allclose(x, y, atol=1e-8) for x, y in zip(a, b, strict=True))


def other_words(batch: dict[str, Any], row: int) -> dict[str, Any]:
    """The batch with the first token of one completion exchanged."""
    ids = batch["completion_ids"].clone()
    ids[row, 0] = (ids[row, 0] + 7) % 200 + 10
    return {**batch, "completion_ids": ids}

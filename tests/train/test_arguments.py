"""A recipe's `trainer` mapping becomes a GRPOConfig, or one line that says what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl", reason="needs the [train] extra")

import torch
from transformers import get_scheduler

from webgen_r1.errors import UserError
from webgen_r1.recipe import load_recipe
from webgen_r1.train.arguments import grpo_config
from webgen_r1.train.config import GrpoRecipe
from webgen_r1.train.places import last_checkpoint

pytestmark = pytest.mark.train

RECIPES = Path(__file__).parents[2] / "recipes"
ON_CPU = {"use_cpu": True, "bf16": False, "activation_checkpointing": False}


def recipe(tmp_path: Path, **trainer: Any) -> GrpoRecipe:
    return GrpoRecipe.model_validate(
        {
            "model": {"scratch": {}},
            "data": {"source": "x.jsonl"},
            "output_dir": tmp_path,
            "seed": 4,
            "trainer": ON_CPU | trainer,
        }
    )


def test_values_are_read_as_the_type_of_their_field(tmp_path: Path) -> None:
    """YAML 1.1 reads 5e-6, without a point, as text."""
    args = grpo_config(recipe(tmp_path, learning_rate="5e-6", max_steps="3"))
    assert args.learning_rate == 5e-6
    assert args.max_steps == 3


def test_the_recipe_decides_seed_and_folder_and_each_step_is_logged(tmp_path: Path) -> None:
    args = grpo_config(recipe(tmp_path))
    assert (args.seed, args.output_dir, args.logging_steps) == (4, str(tmp_path), 1)
    assert args.report_to == []
    assert args.remove_unused_columns is False


@pytest.mark.parametrize(
    ("trainer", "message"),
    [
        ({"num_generation": 4}, "no field num_generation; did you mean num_generations"),
        ({"entirely_unknown_thing": 4}, "no field entirely_unknown_thing$"),
        ({"seed": 4}, "set seed at the top of the recipe"),
        ({"remove_unused_columns": True}, "the run decides it"),
        ({"learning_rate": "fast"}, "learning_rate: Input should be a valid number"),
        ({"min_p": 1.5}, "min_p: Input should be less than 1"),
        ({"num_generations": 3}, "must be divisible by num_generations"),
        ({"num_generations": 1}, "at least 2 generations"),
        ({"lr_scheduler_type": "sawtooth"}, "sawtooth"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, trainer: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        grpo_config(recipe(tmp_path, **trainer))
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("trainer: ")


@pytest.mark.parametrize(
    "path",
    [RECIPES / "smoke.yaml", *sorted(RECIPES.glob("*.grpo.yaml"))],
    ids=lambda path: path.stem,
)
def test_every_recipe_that_ships_fits_the_installed_trl(path: Path, tmp_path: Path) -> None:
    """Everything but the device: a machine without a GPU takes no bf16."""
    loaded = load_recipe(path, GrpoRecipe, replace={"output_dir": tmp_path})
    trainer = loaded.trainer | ON_CPU
    args = grpo_config(loaded.model_copy(update={"trainer": trainer}))
    assert args.generation_batch_size % args.num_generations == 0
    for name, value in trainer.items():
        assert getattr(args, name) == value, name


def test_the_learning_rate_of_the_paper_ends_at_a_tenth(tmp_path: Path) -> None:
    path = RECIPES / "qwen2.5-coder-7b.grpo.yaml"
    loaded = load_recipe(path, GrpoRecipe, replace={"output_dir": tmp_path})
    args = grpo_config(loaded.model_copy(update={"trainer": loaded.trainer | ON_CPU}))
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=args.learning_rate)
    schedule = get_scheduler(
        args.lr_scheduler_type,
        optimizer,
        num_warmup_steps=args.get_warmup_steps(args.max_steps),
        num_training_steps=args.max_steps,
        scheduler_specific_kwargs=args.lr_scheduler_kwargs,
    )
    rates = []
    for _ in range(args.max_steps):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    assert rates[0] == 5e-6
    assert schedule.get_last_lr()[0] == pytest.approx(5e-7)
    assert rates == sorted(rates, reverse=True)


def test_the_last_checkpoint_is_the_newest_that_is_whole(tmp_path: Path) -> None:
    assert last_checkpoint(tmp_path) is None
    for step in (2, 10, 9):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "trainer_state.json").write_text("{}")
    (tmp_path / "checkpoint-11").mkdir()  # killed while it was written
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-10"

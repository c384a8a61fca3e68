"""The paper's λ: `lam` in Python, `lambda` wherever people write settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from sweep_fakes import recipe_in

from webgen_r1.config import EngineConfig, RewardConfig, load_yaml
from webgen_r1.errors import UserError
from webgen_r1.recipe import load_recipe
from webgen_r1.train.config import GrpoRecipe


def test_a_recipe_may_say_lambda(tmp_path: Path) -> None:
    recipe = recipe_in(tmp_path)
    recipe.write_text(recipe.read_text().replace("lam:", "lambda:"))
    assert load_recipe(recipe, GrpoRecipe).engine.reward == RewardConfig(lam=0.1)


@pytest.mark.parametrize("key", ["reward.lambda", "reward.lam", "engine.reward.lambda"])
@pytest.mark.parametrize("spelling", ["lam", "lambda"])
def test_an_override_replaces_either_spelling_of_the_recipe(
    tmp_path: Path, key: str, spelling: str
) -> None:
    recipe = recipe_in(tmp_path)
    recipe.write_text(recipe.read_text().replace("lam:", f"{spelling}:"))
    loaded = load_recipe(recipe, GrpoRecipe, overrides=[f"{key}=0.5"])
    assert loaded.engine.reward.lam == 0.5


def test_settings_for_config_may_say_lambda(tmp_path: Path) -> None:
    path = tmp_path / "engine.yaml"
    path.write_text("reward: {lambda: 0.3}")
    assert load_yaml(path, EngineConfig).reward.lam == 0.3


def test_a_wrong_lambda_is_refused_as_a_wrong_lam_is(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"engine\.reward\.lam: .* greater than or equal to 0"):
        load_recipe(recipe_in(tmp_path), GrpoRecipe, overrides=["reward.lambda=-1"])


def test_what_is_written_down_says_lam() -> None:
    assert RewardConfig.model_validate({"lambda": 0.2}).model_dump()["lam"] == 0.2

"""From --set and --case to the training runs of a sweep."""

from __future__ import annotations

from pathlib import Path

import pytest
from sweep_fakes import recipe_in

from webgen_r1.errors import UserError
from webgen_r1.sweep.plan import REFERENCE, SweepPlan, folder_name, make_plan


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    return recipe_in(tmp_path)


def weights(plan: SweepPlan) -> set[tuple[float, float]]:
    rewards = (cell.recipe.engine.reward for cell in plan.cells)
    return {(reward.gamma, reward.lam) for reward in rewards}


def test_every_combination_is_a_cell(recipe: Path) -> None:
    plan = make_plan(recipe, sets=["reward.gamma=0,0.5", "reward.lambda=0,0.1,0.5"])
    grid = {(gamma, lam) for gamma in (0, 0.5) for lam in (0, 0.1, 0.5)}
    assert weights(plan) == grid | {(0.1, 0.1)}
    assert len(plan.cells) == 7


def test_the_recipe_as_it_is_comes_first(recipe: Path) -> None:
    plan = make_plan(recipe, cases=["no visual: reward.visual=0"])
    assert plan.reference.name == REFERENCE
    assert plan.reference.change.overrides == ()


def test_a_grid_that_holds_the_recipes_own_values_does_not_train_them_twice(recipe: Path) -> None:
    plan = make_plan(recipe, sets=["reward.gamma=0,0.1"])
    assert [cell.name for cell in plan.cells] == [REFERENCE, "gamma=0"]
    assert plan.reference.change.at == {"reward.gamma": 0.1}


def test_a_case_that_the_grid_has_is_the_same_cell(recipe: Path) -> None:
    plan = make_plan(recipe, sets=["reward.gamma=0,0.1"], cases=["no functional: reward.gamma=0.0"])
    cell = plan.cells[1]
    assert (cell.name, cell.change.case) == ("gamma=0", "no functional")
    assert len(plan.cells) == 2


def test_a_case_changes_several_keys(recipe: Path) -> None:
    plan = make_plan(recipe, cases=["bare: reward.gamma=0 reward.lambda=0 trainer.beta=0.04"])
    reward = plan.cells[1].recipe.engine.reward
    assert (reward.gamma, reward.lam) == (0, 0)
    assert plan.cells[1].recipe.trainer["beta"] == 0.04


def test_overrides_hold_for_every_cell(recipe: Path) -> None:
    plan = make_plan(recipe, sets=["reward.gamma=0,1"], overrides=["trainer.max_steps=3"])
    assert {cell.recipe.trainer["max_steps"] for cell in plan.cells} == {3}


def test_seeds_run_one_after_the_other_through_all_cells(recipe: Path) -> None:
    plan = make_plan(recipe, sets=["reward.gamma=0"], seeds=[4, 2, 4])
    assert [(cell.name, seed) for cell, seed in plan.runs] == [
        (REFERENCE, 4),
        ("gamma=0", 4),
        (REFERENCE, 2),
        ("gamma=0", 2),
    ]


def test_without_seeds_the_recipes_own_is_taken(recipe: Path) -> None:
    recipe.write_text(recipe.read_text() + "seed: 7\n")
    assert make_plan(recipe, sets=["reward.gamma=0"]).seeds == (7,)


def test_every_cell_is_evaluated_with_the_recipes_own_reward(recipe: Path) -> None:
    plan = make_plan(recipe, cases=["wild: reward.cascade=false reward.visual=0 engine.mode=slots"])
    engine = plan.judged_by(plan.cells[1])
    assert engine.reward == plan.reference.recipe.engine.reward
    assert engine.mode == "slots"


def test_values_are_yaml(recipe: Path) -> None:
    plan = make_plan(recipe, sets=["trainer.loss_type=grpo,dapo", "reward.cascade=true,false"])
    names = [cell.name for cell in plan.cells[1:]]
    assert names[1] == "loss_type=grpo, cascade=false"
    assert plan.cells[2].recipe.engine.reward.cascade is False


@pytest.mark.parametrize(
    ("sets", "cases", "says"),
    [
        ([], [], "nothing to sweep"),
        (["reward.gamma"], [], "written key=value,value"),
        (["reward.gamma="], [], "names no value"),
        (["reward.gamma=0,0"], [], "0 is given twice"),
        (["reward.gamma=0", "reward.gamma=1"], [], "reward.gamma is given twice"),
        (["reward.gama=0"], [], "did you mean gamma"),
        (["seed=0,1"], [], "give --seeds"),
        (["output_dir=a,b"], [], "give --out"),
        ([], ["no visual"], "written 'name: key=value"),
        ([], ["paper: reward.gamma=0"], "paper is given twice"),
        ([], ["same: reward.gamma=0.1"], "the cases paper and same are the same recipe"),
    ],
)
def test_a_mistake_is_told_before_anything_starts(
    recipe: Path, sets: list[str], cases: list[str], says: str
) -> None:
    with pytest.raises(UserError, match=says):
        make_plan(recipe, sets=sets, cases=cases)


def test_several_seeds_start_from_one_policy(recipe: Path) -> None:
    scratch = "model={scratch: {vocab_size: 600}}"
    with pytest.raises(UserError, match="several seeds need one policy"):
        make_plan(recipe, sets=["reward.gamma=0"], seeds=(0, 1), overrides=(scratch,))


def test_every_name_is_a_folder_of_its_own(recipe: Path) -> None:
    names = ["gamma=0, lambda=0.1", "no visual", "no/visual", "..", "é", "ê"]
    folders = [folder_name(name) for name in names]
    assert folders[:2] == ["gamma=0-lambda=0.1", "no-visual"]
    assert len(set(folders)) == len(names)
    assert not any("/" in folder or folder.startswith(".") for folder in folders)
    with pytest.raises(UserError, match="no-visual is given twice"):
        make_plan(recipe, cases=["no visual: reward.visual=0", "no-visual: reward.visual=0.5"])

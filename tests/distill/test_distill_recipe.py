"""Distillation recipes: what they may say, and those that ship."""

import json
from pathlib import Path

import pytest
from distill_fakes import write_recipe

from webgen_r1.distill.config import BlueprintTeacher, DistillRecipe, ModelTeacher
from webgen_r1.errors import UserError
from webgen_r1.recipe import load_recipe

RECIPES = Path(__file__).parents[2] / "recipes"
BLUEPRINT = {"teacher": {"kind": "blueprint"}, "engine": {"scaffold": "vite-react-kit"}}


def test_a_recipe_has_defaults_for_what_it_leaves_out(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path, ["x"], **BLUEPRINT), DistillRecipe)
    assert recipe.teacher == BlueprintTeacher(kind="blueprint", size="full")
    assert (recipe.samples, recipe.score, recipe.keep) == (1, 1.0, 600)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"teacher": {"kind": "parrot"}}, "teacher: .*'blueprint', 'model'"),
        ({"teacher": {"kind": "blueprint", "sise": "full"}}, "sise: no such key; did you mean siz"),
        ({"teacher": {"kind": "model"}}, "teacher.model.model: Field required"),
        ({"teacher": {"kind": "blueprint"}}, "writes for the scaffold vite-react-kit"),
        ({"score": 1.5}, "score: "),
        ({"keep": 0}, "keep: "),
        ({"max_similarity": 0}, "max_similarity: "),
        (
            {"teacher": {"kind": "model", "model": "m"}, "samples": 3, "vary_colours": False},
            "3 samples at temperature 0 are 3 times the same",
        ),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        load_recipe(write_recipe(tmp_path, ["x"], **changes), DistillRecipe)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("value", "share"), [(True, 1.0), (False, 0.0), (0.05, 0.05)])
def test_scoring_is_on_off_or_a_share(tmp_path: Path, value: object, share: float) -> None:
    path = write_recipe(tmp_path, ["x"])
    recipe = load_recipe(path, DistillRecipe, overrides=[f"score={json.dumps(value)}"])
    assert recipe.score == share


def test_what_a_key_may_change_without_being_another_teacher(tmp_path: Path) -> None:
    one, other = (
        load_recipe(write_recipe(tmp_path, ["x"], teacher=teacher), DistillRecipe).teacher
        for teacher in (
            {"kind": "model", "model": "m"},
            {"kind": "model", "model": "m", "concurrency": 2, "retries": 0, "timeout_s": 9},
        )
    )
    assert one.description == other.description


def test_the_recipe_of_the_blueprint_keeps_as_many_as_the_paper() -> None:
    recipe = load_recipe(RECIPES / "blueprint.distill.yaml", DistillRecipe)
    assert recipe.keep == 600
    assert isinstance(recipe.teacher, BlueprintTeacher)
    assert recipe.data.against == ("webgen-bench",)


def test_the_recipe_of_an_endpoint_asks_for_whole_projects() -> None:
    recipe = load_recipe(RECIPES / "gpt-4.1.distill.yaml", DistillRecipe)
    assert isinstance(recipe.teacher, ModelTeacher)
    assert (recipe.teacher.model, recipe.teacher.max_tokens) == ("gpt-4.1", 8192)
    assert (recipe.engine.scaffold, recipe.engine.mode) == ("vite-react-typescript", "full")
    assert recipe.keep == 600

"""Recipes: what they may say, and what happens when they say it wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from webgen_r1.errors import UserError
from webgen_r1.recipe import load_recipe
from webgen_r1.train.config import GrpoRecipe, ScratchModel

RECIPES = Path(__file__).parents[2] / "recipes"

MINIMAL = """
model: {scratch: {vocab_size: 400}}
data: {source: rows.jsonl}
output_dir: runs/x
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.yaml"
    path.write_text(MINIMAL)
    (tmp_path / "rows.jsonl").write_text('{"instruction": "a shop"}\n')
    return path


def test_a_recipe_has_defaults_for_what_it_leaves_out(recipe: Path) -> None:
    loaded = load_recipe(recipe, GrpoRecipe)
    assert loaded.model.scratch == ScratchModel(vocab_size=400)
    assert loaded.engine.mode == "full"
    assert loaded.data.max_prompt_tokens == 4096
    assert loaded.trainer == {}


def test_a_data_file_is_looked_for_beside_the_recipe(recipe: Path) -> None:
    assert load_recipe(recipe, GrpoRecipe).data.source == str(recipe.parent / "rows.jsonl")


def test_data_that_is_no_file_is_a_name_on_the_hub(recipe: Path) -> None:
    recipe.write_text(MINIMAL.replace("rows.jsonl", "luzimu/WebGen-Bench"))
    assert load_recipe(recipe, GrpoRecipe).data.source == "luzimu/WebGen-Bench"


def test_data_and_output_given_by_hand_win_and_are_taken_as_they_are(recipe: Path) -> None:
    loaded = load_recipe(
        recipe, GrpoRecipe, replace={"data.source": "rows.jsonl", "output_dir": Path("elsewhere")}
    )
    assert loaded.data.source == "rows.jsonl"
    assert loaded.output_dir == Path("elsewhere")


def test_overrides_reach_any_depth_and_are_yaml(recipe: Path) -> None:
    loaded = load_recipe(
        recipe,
        GrpoRecipe,
        overrides=[
            "trainer.max_steps=7",
            "engine.reward.preset=graded",
            "data.limit=3",
            "build.timeout_s=2.5",  # `engine.` may be left out
        ],
    )
    assert loaded.trainer == {"max_steps": 7}
    assert loaded.engine.reward.preset == "graded"
    assert loaded.data.limit == 3
    assert loaded.engine.build.timeout_s == 2.5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("model: {scratch: {}}\ndata: {source: x}\n", "output_dir: Field required"),
        (MINIMAL + "sede: 1\n", "sede: no such key; did you mean seed\\?"),
        (MINIMAL.replace("400", "7"), "model.scratch.vocab_size: "),
        (MINIMAL.replace("scratch: {vocab_size: 400}", ""), "model: .*give either path or scratch"),
        (
            MINIMAL.replace("{scratch:", "{path: some/model, scratch:"),
            "give either path or scratch",
        ),
        (MINIMAL.replace("vocab_size: 400", "heads: 3"), "hidden_size must be an even multiple"),
        ("model: [", "is not valid YAML"),
    ],
)
def test_a_mistake_in_a_recipe_is_one_line_with_its_place(
    recipe: Path, text: str, message: str
) -> None:
    recipe.write_text(text)
    with pytest.raises(UserError, match=message) as caught:
        load_recipe(recipe, GrpoRecipe)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(recipe))


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("trainer.max_steps", "key=value"),
        ("=3", "key=value"),
        ("data.limit=[", "not valid YAML"),
        ("data.limit=many", "data.limit: "),
        ("data.limt=3", "data.limt: no such key; did you mean limit\\?"),
        ("reward.gama=0.5", "engine.reward.gama: no such key; did you mean gamma\\?"),
        ("model.scratch.layer=3", "model.scratch.layer: no such key; did you mean layers\\?"),
        ("no_such.key=1", "no_such: no such key$"),
        ("model.scratch=null", "give either path or scratch"),
    ],
)
def test_a_mistake_in_an_override_is_one_line(recipe: Path, override: str, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        load_recipe(recipe, GrpoRecipe, overrides=[override])
    assert "\n" not in str(caught.value)


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot read .*gone\.yaml"):
        load_recipe(tmp_path / "gone.yaml", GrpoRecipe)


def test_the_smoke_recipe_uses_the_examples_that_ship() -> None:
    loaded = load_recipe(RECIPES / "smoke.yaml", GrpoRecipe)
    assert Path(loaded.data.source).is_file()
    assert loaded.model.scratch is not None


def test_the_paper_recipe_says_what_the_paper_says() -> None:
    """Section 4.1 of arXiv 2604.20398; learning-rate floor and devices are tested elsewhere."""
    loaded = load_recipe(RECIPES / "qwen2.5-coder-7b.grpo.yaml", GrpoRecipe)
    assert loaded.model.path == "runs/qwen2.5-coder-7b.sft/final"
    assert loaded.data.max_prompt_tokens == 4096
    assert (loaded.engine.reward.gamma, loaded.engine.reward.lam) == (0.1, 0.1)
    expected = {
        "num_generations": 16,
        "beta": 0.01,
        "epsilon": 0.2,
        "learning_rate": 5e-6,
        "temperature": 1.0,
        "max_completion_length": 8192,
        "per_device_train_batch_size": 2,
        "gradient_accumulation_steps": 8,
        "max_steps": 400,
        "use_vllm": True,
    }
    assert expected.items() <= loaded.trainer.items()

"""The policy made on the spot: it can say anything, is the same every time, and loads again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("trl", reason="needs the [train] extra")

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from webgen_r1.train.config import ScratchModel
from webgen_r1.train.scratch import make_scratch, random_model, train_tokenizer

pytestmark = pytest.mark.train

TEXTS = ["build a website for a bakery", "build a website for a museum of stamps"]
SPEC = ScratchModel(vocab_size=320, hidden_size=16, intermediate_size=32, layers=1, heads=2)
TOKENIZER = train_tokenizer(TEXTS, 320)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_every_text_comes_back(text: str) -> None:
    ids = TOKENIZER(text)["input_ids"]
    assert TOKENIZER.decode(ids) == text


def test_words_of_the_prompts_are_short() -> None:
    assert len(TOKENIZER("build a website")["input_ids"]) < len("build a website") / 2


def test_a_chat_ends_where_the_model_is_to_begin() -> None:
    messages = [{"role": "system", "content": "rules"}, {"role": "user", "content": "a shop"}]
    text = TOKENIZER.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    assert text == "<|system|>\nrules<|end|>\n<|user|>\na shop<|end|>\n<|assistant|>\n"
    assert TOKENIZER.decode(TOKENIZER(text)["input_ids"], skip_special_tokens=True) == (
        "\nrules\n\na shop\n\n"
    )


def test_the_same_seed_gives_the_same_weights_and_another_others() -> None:
    first, again, other = (random_model(SPEC, TOKENIZER, seed) for seed in (1, 1, 2))
    for a, b in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(a, b)
    pairs = zip(first.parameters(), other.parameters(), strict=True)
    assert any(not torch.equal(a, b) for a, b in pairs)


def test_making_a_model_leaves_the_global_seed_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    random_model(SPEC, TOKENIZER, 1)
    assert torch.equal(torch.rand(3), expected)


def test_model_and_tokenizer_load_like_any_other(tmp_path: Path) -> None:
    folder = tmp_path / "run" / "init"
    make_scratch(SPEC, TEXTS, 1, folder)

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder)

    text = "build a website <|end|> für Ziegenkäse"
    assert tokenizer(text)["input_ids"] == TOKENIZER(text)["input_ids"]
    assert tokenizer.chat_template == TOKENIZER.chat_template
    assert tokenizer.eos_token_id == model.generation_config.eos_token_id
    assert tokenizer.pad_token_id == model.config.pad_token_id
    for name, value in random_model(SPEC, TOKENIZER, 1).state_dict().items():
        assert torch.equal(model.state_dict()[name], value)
    assert [path.name for path in folder.parent.iterdir()] == ["init"]


def test_a_folder_that_is_there_stays(tmp_path: Path) -> None:
    make_scratch(SPEC, TEXTS, 1, tmp_path / "init")
    before = (tmp_path / "init" / "model.safetensors").read_bytes()
    make_scratch(SPEC, ["other words"], 2, tmp_path / "init")
    assert (tmp_path / "init" / "model.safetensors").read_bytes() == before

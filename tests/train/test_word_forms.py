"""Forms of one word start near each other; nothing else does."""

from __future__ import annotations

from itertools import combinations

import pytest

pytest.importorskip("trl", reason="needs the [train] extra")

import torch

from webgen_r1.train.config import ScratchModel
from webgen_r1.train.scratch import random_model, train_tokenizer
from webgen_r1.train.word_forms import Form, form_of

pytestmark = pytest.mark.train

FORMS = ["tours", " tours", "Tours", " Tours", " tour"]
TEXTS = [f"{form} {number}\n" for form in (*FORMS, "guide", " Guides") for number in range(9)]
SPEC = ScratchModel(vocab_size=420, hidden_size=256, layers=1, tie_embeddings=True)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (" tours", Form("tour", blank=True, capital=False, plural=True)),
        ("Tour", Form("tour", blank=False, capital=True, plural=False)),
        ("Cities", Form("city", blank=False, capital=True, plural=True)),
        (" PDF", Form("pdf", blank=True, capital=True, plural=False)),
        ("ties", Form("tie", blank=False, capital=False, plural=True)),
        ("glass", Form("glass", blank=False, capital=False, plural=False)),
        ("bus", Form("bus", blank=False, capital=False, plural=False)),
    ],
)
def test_a_word_is_told_from_how_it_is_written(text: str, form: Form) -> None:
    assert form_of(text) == form


@pytest.mark.parametrize("text", ["", " ", "  two", "Käse", "10", "</webAction>\n", "two words"])
def test_what_is_no_english_word_has_no_form(text: str) -> None:
    assert form_of(text) is None


def test_forms_of_a_word_start_near_each_other_and_as_long_as_other_tokens() -> None:
    tokenizer = train_tokenizer(SPEC, TEXTS)
    model = random_model(SPEC, tokenizer, seed=0)
    embeddings = model.get_input_embeddings().weight.detach()

    def vector(text: str) -> torch.Tensor:
        (id,) = tokenizer(text)["input_ids"]
        return embeddings[id]

    def alike(one: str, other: str) -> float:
        return float(torch.cosine_similarity(vector(one), vector(other), dim=0))

    assert min(alike(one, other) for one, other in combinations(FORMS, 2)) > 0.3
    assert max(abs(alike(form, "guide")) for form in FORMS) < 0.5
    assert max(abs(alike(form, "\n")) for form in FORMS) < 0.3
    lengths = embeddings.norm(dim=1)[1:]  # without the padding, which is nothing
    assert lengths.max() < 1.5 * lengths.min()
    assert model.lm_head.weight.data_ptr() == model.get_input_embeddings().weight.data_ptr()

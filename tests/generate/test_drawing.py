"""Tokens are drawn as `torch.multinomial` draws them, only sooner."""

from __future__ import annotations

import pytest

pytest.importorskip("transformers", reason="needs the [train] extra")

import torch
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.generate.decoding import fit_threads, quick_decoding
from webgen_r1.generate.drawing import QuickDraw, draw
from webgen_r1.train.config import ScratchModel
from webgen_r1.train.scratch import random_model, train_tokenizer

pytestmark = pytest.mark.train


def test_the_shares_are_the_probabilities() -> None:
    torch.manual_seed(0)
    probabilities = torch.tensor([0.0, 0.5, 0.0, 0.3, 0.2, 0.0])
    drawn = draw(probabilities.expand(40_000, -1)).flatten()
    shares = torch.bincount(drawn, minlength=6) / len(drawn)
    assert torch.allclose(shares, probabilities, atol=0.01)
    assert shares[[0, 2, 5]].sum() == 0


@given(
    weights=st.lists(st.sampled_from([0.0, 1e-30, 1e-4, 1.0]), min_size=1, max_size=9).filter(any),
    seed=st.integers(0, 2**31),
)
def test_what_has_no_probability_is_never_drawn(weights: list[float], seed: int) -> None:
    torch.manual_seed(seed)
    row = torch.tensor([weights]) / sum(weights)
    assert row[0, draw(row)] > 0


def test_within_it_one_token_a_row_is_drawn_quickly_and_all_else_is_as_it_was() -> None:
    rows = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    torch.manual_seed(3)
    expected = draw(rows.softmax(-1)), torch.multinomial(rows.softmax(-1), 2)
    torch.manual_seed(3)
    with QuickDraw():
        found = (
            torch.multinomial(rows.softmax(-1), num_samples=1),
            torch.multinomial(rows.softmax(-1), 2),
        )
    assert all(torch.equal(one, other) for one, other in zip(found, expected, strict=True))


def test_drawing_quickly_is_for_many_probabilities() -> None:
    spec = ScratchModel(vocab_size=300, hidden_size=16, intermediate_size=32, layers=1)
    model = random_model(spec, train_tokenizer(spec, []), seed=0)
    row = torch.ones(1, 2)

    def drawn(rows: int) -> torch.Tensor:
        torch.manual_seed(1)
        with quick_decoding(model, rows):
            return torch.cat([torch.multinomial(row, num_samples=1) for _ in range(40)])

    torch.manual_seed(1)
    as_ever = torch.cat([torch.multinomial(row, num_samples=1) for _ in range(40)])
    assert torch.equal(drawn(1), as_ever)
    assert not torch.equal(drawn(1000), as_ever)


def test_a_small_model_may_be_left_one_thread_while_it_writes() -> None:
    spec = ScratchModel(vocab_size=300, hidden_size=16, intermediate_size=32, layers=1)
    model = random_model(spec, train_tokenizer(spec, []), seed=0)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with quick_decoding(model, rows=1):
            assert torch.get_num_threads() == 2
            fit_threads(model)
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)

"""Completions are scored from their last token on, while others are still being written."""

from __future__ import annotations

import pytest

pytest.importorskip("trl", reason="needs the [train] extra")

import torch

from webgen_r1.train.ahead import Finished, watched

pytestmark = pytest.mark.train

END, PAD = 9, 0


def told_over(rows: list[list[int]], prompt: int) -> list[tuple[int, int, list[int]]]:
    """(length at that time, row, tokens) for a batch that grows by a token at a time."""
    told: list[tuple[int, int, list[int]]] = []
    batch = torch.tensor(rows)
    now = 0
    criterion = Finished([END], lambda row, tokens: told.append((now, row, tokens)))
    for now in range(prompt + 1, batch.shape[1] + 1):
        assert not criterion(batch[:, :now], None).any()
    return told


def test_each_row_is_told_once_when_it_ends_with_its_own_tokens() -> None:
    rows = [
        [END, 1, 5, END, PAD, PAD],  # an end within the prompt is none
        [1, 1, 5, 6, 7, END],
        [1, 1, 5, 6, 7, 8],  # cut off: the batch will have it
    ]
    assert told_over(rows, prompt=2) == [(4, 0, [5, END]), (6, 1, [5, 6, 7, END])]


def test_padding_that_looks_like_an_end_does_not_tell_a_row_twice() -> None:
    assert told_over([[1, 5, END, END, END]], prompt=1) == [(3, 0, [5, END])]


@pytest.mark.parametrize("inference", [True, False])
def test_a_watched_model_is_asked_by_its_own_generation(inference: bool) -> None:
    class Model:
        def generate(self, text: str, stopping_criteria: list[object] | None = None) -> object:
            return text, stopping_criteria, torch.is_inference_mode_enabled()

    model = Model()
    criterion = Finished([END], lambda row, tokens: None)
    with watched(model, criterion, inference=inference):
        assert model.generate("x") == ("x", [criterion], inference)
    assert model.generate("x") == ("x", None, False)

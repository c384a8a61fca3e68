"""The cache with room to grow holds what that of transformers holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("transformers", reason="needs the [train] extra")

import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from webgen_r1.generate import cache
from webgen_r1.generate.cache import RoomyLayer, roomy_cache
from webgen_r1.train.config import ScratchModel
from webgen_r1.train.scratch import random_model, train_tokenizer

pytestmark = pytest.mark.train

HEADS, SIZE = 2, 4


def states(rows: int, tokens: int) -> tuple[torch.Tensor, torch.Tensor]:
    shape = (rows, HEADS, tokens, SIZE)
    return torch.rand(shape), torch.rand(shape)


def same(one: DynamicLayer, other: DynamicLayer) -> bool:
    return all(torch.equal(getattr(one, name), getattr(other, name)) for name in ("keys", "values"))


def test_it_holds_every_token_however_often_it_is_laid_out_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cache, "ROOM", 3)
    roomy, plain = RoomyLayer(), DynamicLayer()
    for tokens in (5, *[1] * 10, 4):
        new = states(3, tokens)
        roomy.update(*new)
        plain.update(*new)
        assert same(roomy, plain)
        assert roomy.get_seq_length() == plain.get_seq_length()


def test_a_token_is_appended_without_moving_the_others() -> None:
    layer = RoomyLayer()
    before, _ = layer.update(*states(3, 5))
    after, _ = layer.update(*states(3, 1))
    assert after.data_ptr() == before.data_ptr()


def test_rows_may_be_selected_and_tokens_cut_off_in_between() -> None:
    roomy, plain = RoomyLayer(), DynamicLayer()
    changes: tuple[Callable[[DynamicLayer], None], ...] = (
        lambda layer: layer.batch_select_indices(torch.tensor([2, 0])),
        lambda layer: layer.crop(-2),
        lambda layer: layer.batch_repeat_interleave(2),
        lambda layer: layer.reset(),
    )
    for change in changes:
        rows = 3 if not roomy.is_initialized or roomy.get_seq_length() == 0 else len(roomy.keys)
        for new in (states(rows, 4), states(rows, 1)):
            roomy.update(*new)
            plain.update(*new)
        change(roomy)
        change(plain)
        new = states(len(roomy.keys) if roomy.is_initialized else 3, 1)
        roomy.update(*new)
        plain.update(*new)
        assert same(roomy, plain)


@pytest.mark.parametrize("convolutions", [(), (0, 2)])
def test_a_model_writes_the_same_with_it(convolutions: tuple[int, ...]) -> None:
    spec = ScratchModel(
        vocab_size=300, hidden_size=16, intermediate_size=32, layers=3, convolutions=convolutions
    )
    model = random_model(spec, train_tokenizer(spec, []), seed=0).eval()
    prompt = torch.randint(1, 50, (3, 7))
    mask = torch.ones_like(prompt)
    mask[0, :3] = 0
    written = [
        model.generate(
            input_ids=prompt,
            attention_mask=mask,
            max_new_tokens=20,
            do_sample=False,
            eos_token_id=None,
            pad_token_id=0,
            past_key_values=kind,
        )
        for kind in (roomy_cache(model), DynamicCache(config=model.config))
    ]
    assert torch.equal(*written)

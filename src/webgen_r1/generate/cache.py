"""A key-value cache that does not copy itself for every token.

That of transformers 5.23 is concatenated anew at each step, or laid out at its full length and
then read at its full length at each step. On a CPU, where a small model's memory traffic is its
time, this one is laid out with room to spare and read as far as it is filled.
"""

from __future__ import annotations

import torch
from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer

ROOM = 256
"""Tokens that fit in before the memory is laid out again."""


class RoomyLayer(DynamicLayer):  # type: ignore[misc]
    """`keys` and `values` (batch, heads, tokens, head size) are views of memory with more room."""

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        super().lazy_initialization(key_states, value_states)
        self.keys, self.values = key_states[..., :0, :], value_states[..., :0, :]
        self._filled: tuple[torch.Tensor, torch.Tensor] = self.keys, self.values
        self._room: tuple[torch.Tensor, torch.Tensor] = self.keys, self.values

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: object, **kwargs: object
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Append keys and values (batch, heads, new tokens, head size); returns all."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        before = self.keys.shape[-2]
        after = before + key_states.shape[-2]
        keys, values = self._room
        # Rows may have been selected or tokens cut off since: then it is other memory.
        own = self.keys is self._filled[0] and self.values is self._filled[1]
        if not own or after > keys.shape[-2]:
            keys, values = (_roomy(old, after + ROOM) for old in (self.keys, self.values))
            self._room = keys, values
        keys[..., before:after, :] = key_states
        values[..., before:after, :] = value_states
        self.keys, self.values = self._filled = keys[..., :after, :], values[..., :after, :]
        return self._filled


def _roomy(old: torch.Tensor, tokens: int) -> torch.Tensor:
    new = old.new_empty((*old.shape[:-2], tokens, old.shape[-1]))
    new[..., : old.shape[-2], :] = old
    return new


def roomy_cache(model: PreTrainedModel) -> DynamicCache:
    """The cache the model would generate with, its growing layers replaced."""
    cache = DynamicCache(config=model.config)
    cache.layers = [
        RoomyLayer() if type(layer) is DynamicLayer else layer for layer in cache.layers
    ]
    return cache

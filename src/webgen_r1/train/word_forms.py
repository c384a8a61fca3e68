"""A start for embeddings in which the forms of a word are near each other.

`` tours`` in an instruction, ``Tours`` in a file name, ``tours`` of a variable and `` tour`` in a
sentence are four tokens to a BPE, and with random embeddings a model must learn of every word
by itself that they belong together. Here they start as one vector for the word, plus one for
each thing in which forms differ, plus a little of their own: what is learned of one word about
copying it in another form holds for all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

import torch
from transformers import PreTrainedTokenizerFast

_WORD = re.compile(r"( ?)([A-Za-z]+)")
WORD, FORM, OWN = 0.75, 0.3, 0.4
"""Shares of an embedding: one word, three forms, its own. Their squares add up to 1, so that it
is as long as it was."""


class Form(NamedTuple):
    """A word and how a token writes it."""

    word: str
    blank: bool
    capital: bool
    plural: bool


def form_of(text: str) -> Form | None:
    """`` Cities`` → (city, blank, capital, plural); None for what is not one English word."""
    found = _WORD.fullmatch(text)
    if found is None:
        return None
    blank, letters = found.groups()
    word = letters.lower()
    plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    if plural:
        word = f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return Form(word, bool(blank), letters[:1].isupper(), plural)


@torch.no_grad()  # type: ignore[untyped-decorator]
def liken_forms(embeddings: torch.Tensor, tokenizer: PreTrainedTokenizerFast) -> None:
    """Rewrite the rows of `embeddings` (tokens, width) that are words, as random as before."""
    forms = {id: form_of(tokenizer.decode([id])) for id in range(len(tokenizer))}
    rows: dict[str, list[tuple[int, Form]]] = defaultdict(list)
    for id, form in forms.items():
        if form is not None:
            rows[form.word].append((id, form))
    spread, width = embeddings.std(), embeddings.shape[1]
    of_forms = torch.randn(3, width) * spread
    for members in rows.values():
        of_word = torch.randn(width) * spread
        for id, form in members:
            signs = torch.tensor([1.0 if has else -1.0 for has in form[1:]])
            embeddings[id] = WORD * of_word + FORM * (signs @ of_forms) + OWN * embeddings[id]

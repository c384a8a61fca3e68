"""A policy made on the spot: a random decoder and a BPE for the run's own texts.

Small enough for a CPU, without the hub, and loaded like any other model afterwards.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    Lfm2Config,
    Lfm2ForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

from webgen_r1.errors import UserError
from webgen_r1.train.config import ScratchModel
from webgen_r1.train.word_forms import liken_forms

PAD, END = "<|pad|>", "<|end|>"
ROLES = ("<|system|>", "<|user|>", "<|assistant|>")

MARKS = r"[^\s\p{L}\p{M}\p{N}]+"
PIECES = "|".join(
    (
        r"[\r\n]+[ \t]*",  # the end of a line with the indentation of the next
        r" ?\p{Lu}?\p{Ll}+",  # a word; CarRental is two, so that names are copied word by word
        r" ?\p{Lu}+(?!\p{Ll})",  # an abbreviation
        r" ?[\p{L}\p{M}]",  # scripts without capitals
        r" ?\p{N}",  # each digit by itself
        rf" ?{MARKS}(?: {MARKS})*",  # a run of punctuation such as `" />`
        r"\s+(?!\S)|\s+",
    )
)
"""What BPE never merges across, for code and English; a word takes the blank before it along."""

SAMPLE_CHARACTERS = 20_000_000
"""More text than this does not change the pieces that are found, only the time it takes."""


def chat_template(*, system: bool) -> str:
    """Turns one after the other, each ended by END; without `system` its turn is left out."""
    turn = "<|{{ message['role'] }}|>{{ message['content'] }}<|end|>"
    if not system:
        turn = "{% if message['role'] != 'system' %}" + turn + "{% endif %}"
    return (
        "{% for message in messages %}" + turn + "{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )


def train_tokenizer(spec: ScratchModel, texts: Iterable[str]) -> PreTrainedTokenizerFast:
    """Byte-level BPE over `texts`, one token per phrase and word; every text round-trips.

    Raises UserError for a phrase that would not.
    """
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=spec.vocab_size,
        special_tokens=[PAD, END, *ROLES],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(_without(spec, _sample(texts)), trainer)
    bpe.add_tokens(
        [AddedToken(phrase, normalized=False) for phrase in spec.phrases]
        + [AddedToken(word, normalized=False, single_word=True) for word in spec.words]
    )
    for phrase in spec.phrases:
        if bpe.decode(bpe.encode(phrase).ids) != phrase:
            raise UserError(f"model.scratch.phrases: {phrase!r} cannot be one token")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        pad_token=PAD,
        eos_token=END,
        extra_special_tokens=list(ROLES),
        padding_side="left",
        clean_up_tokenization_spaces=False,
        model_max_length=spec.max_length,
    )
    tokenizer.chat_template = chat_template(system=spec.system)
    return tokenizer


def _sample(texts: Iterable[str]) -> list[str]:
    """Each text once; if they are many, some drawn from all of them (every second one would be
    the prompts without the completions)."""
    distinct = list(dict.fromkeys(texts))
    parts = sum(map(len, distinct)) // SAMPLE_CHARACTERS + 1
    return Random(0).sample(distinct, len(distinct) // parts)


def _without(spec: ScratchModel, texts: Iterable[str]) -> Iterator[str]:
    """What stands between phrases and words: no entry is spent on parts of what is one token."""
    if not (spec.phrases or spec.words):
        yield from texts
        return
    longest_first = sorted(spec.phrases, key=len, reverse=True)
    words = (rf"\b{re.escape(word)}\b" for word in spec.words)
    pattern = re.compile("|".join((*map(re.escape, longest_first), *words)))
    for text in texts:
        yield from filter(None, pattern.split(text))


def random_model(
    spec: ScratchModel, tokenizer: PreTrainedTokenizerFast, seed: int
) -> LlamaForCausalLM | Lfm2ForCausalLM:
    """A decoder of `spec`'s size with weights drawn from `seed`.

    Llama or LFM2, because AutoTokenizer of transformers 5 gives every qwen2 model the normalizer
    and the pre-tokenizer of the real Qwen, whatever its tokenizer.json says.
    """
    shape: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": spec.hidden_size,
        "intermediate_size": spec.intermediate_size,
        "num_hidden_layers": spec.layers,
        "num_attention_heads": spec.heads,
        "num_key_value_heads": spec.kv_heads,
        "max_position_embeddings": spec.max_length,
        "tie_word_embeddings": spec.tie_embeddings,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0},
        "bos_token_id": None,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = _decoder(spec, shape)
        liken_forms(model.get_input_embeddings().weight, tokenizer)
    return model


def _decoder(spec: ScratchModel, shape: dict[str, Any]) -> LlamaForCausalLM | Lfm2ForCausalLM:
    if not spec.convolutions:
        return LlamaForCausalLM(LlamaConfig(**shape))
    kinds = [
        "conv" if layer in spec.convolutions else "full_attention" for layer in range(spec.layers)
    ]
    return Lfm2ForCausalLM(Lfm2Config(**shape, layer_types=kinds, block_auto_adjust_ff_dim=False))


def make_scratch(spec: ScratchModel, texts: Iterable[str], seed: int, folder: Path) -> None:
    """Write model and tokenizer to `folder`, whole or not at all; a folder that is there stays."""
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".scratch-", dir=folder.parent))
    try:
        tokenizer = train_tokenizer(spec, texts)
        tokenizer.save_pretrained(unfinished)
        random_model(spec, tokenizer, seed).save_pretrained(unfinished)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)

"""How fast a small policy writes on a CPU, with each way to keep keys and values and to draw.

.venv/bin/python benchmarks/generation.py
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch
from common import ROOT, console, machine, median, table
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from transformers.utils import logging

from webgen_r1.generate.decoding import cache_for, fit_threads, quick_decoding
from webgen_r1.instructions.load import load_instructions
from webgen_r1.policies import find_policy

Settings = Callable[[PreTrainedModel], dict[str, Any]]

WAYS: dict[str, tuple[Settings, bool]] = {  # and whether tokens are drawn by QuickDraw
    "ours": (cache_for, True),
    "torch.multinomial draws": (cache_for, False),
    "growing cache (transformers)": (lambda _model: {}, True),
    "static cache (transformers)": (lambda _model: {"cache_implementation": "static"}, True),
}


def _tokens_per_s(
    model: PreTrainedModel,
    inputs: Any,  # noqa: ANN401 - a tokenizer's batch
    tokens: int,
    how: dict[str, Any],
    draws: bool,
) -> float:
    torch.manual_seed(0)
    began = time.perf_counter()
    drawing = quick_decoding(model, len(inputs["input_ids"])) if draws else nullcontext()
    with torch.inference_mode(), drawing:
        fit_threads(model)
        model.generate(
            **inputs, max_new_tokens=tokens, min_new_tokens=tokens, do_sample=True, top_k=0, **how
        )
    return len(inputs["input_ids"]) * tokens / (time.perf_counter() - began)


def _main(policy: str, rows: list[int], tokens: int, rounds: int) -> None:
    logging.disable_progress_bar()
    place = find_policy(policy)
    tokenizer = AutoTokenizer.from_pretrained(place, padding_side="left")
    model = AutoModelForCausalLM.from_pretrained(place, dtype=torch.float32).eval()
    asked = load_instructions(str(ROOT / "examples" / "train.jsonl"))
    prompts = [
        tokenizer.apply_chat_template(
            [{"role": "user", "content": one.text}],
            tokenize=False,
            add_generation_prompt=True,
        )
        for one in asked[: max(rows)]
    ]
    found: dict[tuple[str, int], list[float]] = {}
    for _ in range(rounds):  # in turn, so that a busy moment meets all of them
        for count in rows:
            inputs = tokenizer(
                prompts[:count], return_tensors="pt", padding=True, add_special_tokens=False
            )
            for name, (settings, draws) in WAYS.items():
                speed = _tokens_per_s(model, inputs, tokens, settings(model), draws)
                found.setdefault((name, count), []).append(speed)
    console.print(f"{policy}, {tokens} tokens each, {rounds} rounds, {machine()}")
    table(
        "tokens per second, median",
        ("one thread", *(f"{count} at once" for count in rows)),
        [(name, *(round(median(found[name, count])) for count in rows)) for name in WAYS],
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policy", default="nano-sft")
    parser.add_argument("--rows", type=int, nargs="+", default=[1, 32, 64])
    parser.add_argument("--tokens", type=int, default=340)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    _main(given.policy, given.rows, given.tokens, given.rounds)

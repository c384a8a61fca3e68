"""What a fine-tuning run measured: `log.jsonl`, one line per logged step."""

from __future__ import annotations

from webgen_r1.train.log import OfStep


class SftStep(OfStep):
    """Averages since the line before."""

    epoch: float
    loss: float
    """Nats per completion token."""
    token_accuracy: float
    """Share of the completion tokens that were the most likely ones."""
    entropy: float
    """Nats per completion token."""
    grad_norm: float | None = None
    learning_rate: float
    tokens: int
    """Prompts and completions since the run began."""
    tokens_per_s: float

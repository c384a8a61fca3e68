"""How much memory of each GPU a run takes, by formula. Estimates: expect 10-20 % more.

What is not counted: fragmentation, the CUDA context (about 0.5 GiB per process), buffers of
the collectives, and whatever else lives on the card.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

GIB = 2**30

HALF, FULL = 2, 4
"""Bytes of a bf16 (fp16) and of an fp32 number."""


@dataclass(frozen=True)
class Architecture:
    """The sizes of a decoder that memory depends on."""

    parameters: int
    trainable: int
    """Of the adapter where there is one, else all."""
    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head_dim: int
    positions: int
    """Longest sequence it was made for."""

    @property
    def adapter(self) -> bool:
        return self.trainable < self.parameters


@dataclass(frozen=True)
class Plan:
    """What a run does with it, per GPU."""

    gpus: int
    zero: int
    """DeepSpeed ZeRO stage; 0 keeps everything on every GPU."""
    sequences: int
    """In one backward pass."""
    tokens: int
    """Longest sequence, prompt and completion together."""
    weight_bytes: int
    """Of a weight as the model is loaded (`model_init_kwargs.dtype`)."""
    eight_bit: bool
    """The optimiser's two states per weight have 8 bits each, not the weight's precision."""
    checkpointing: bool
    """Activations are computed again in the backward pass."""
    reference: bool
    """There is a second model to measure KL against."""
    vllm_share: float
    """Of each GPU's memory that vLLM takes; 0 where it runs elsewhere or not at all."""


@dataclass(frozen=True)
class Memory:
    """Bytes per GPU at the peak of a step."""

    weights: float
    gradients: float
    optimiser: float
    reference: float
    activations: float
    logits: float
    vllm: float

    @property
    def total(self) -> float:
        return float(sum(getattr(self, field.name) for field in fields(self)))


def estimate(model: Architecture, plan: Plan, gpu_bytes: float) -> Memory:
    """Memory per GPU.

    Model states follow ZeRO (Rajbhandari et al. 2020, arXiv 1910.02054, section 3): 2 bytes
    per weight and 2 per gradient in half precision, and for the optimiser the fp32 copy of
    each weight beside its states. Stage 1 divides the optimiser by the GPUs, stage 2 the
    gradients too, stage 3 the weights too. Without ZeRO weights, gradients and states have
    the precision the model was loaded in, and there is no copy.

    TRL 1.16 divides the reference model by the GPUs in stage 3 and copies it to every GPU
    otherwise (`trl.models.utils.prepare_deepspeed`); with an adapter the model without it is
    the reference.
    """
    sharded = plan.zero > 0
    weight = HALF if sharded else plan.weight_bytes
    # peft keeps adapters in fp32, except under ZeRO 3 (GRPOTrainer.__init__).
    trained = FULL if model.adapter and plan.zero != 3 else weight
    frozen = model.parameters - model.trainable
    by_stage = [plan.gpus if plan.zero >= stage else 1 for stage in (1, 2, 3)]
    of_optimiser, of_gradients, of_weights = by_stage
    state = 1 if plan.eight_bit else FULL if sharded else trained
    copy = FULL if sharded else 0
    return Memory(
        weights=(frozen * weight + model.trainable * trained) / of_weights,
        gradients=model.trainable * trained / of_gradients,
        optimiser=model.trainable * (2 * state + copy) / of_optimiser,
        reference=model.parameters * weight / of_weights if plan.reference else 0.0,
        activations=_activations(model, plan),
        logits=_logits(plan),
        vllm=plan.vllm_share * gpu_bytes,
    )


def _activations(model: Architecture, plan: Plan) -> float:
    """What the backward pass needs, in half precision, with an attention that keeps no scores.

    After Korthikanti et al. 2022 (arXiv 2205.05198, section 4), for a decoder with gated MLP:
    a layer keeps per token its input, both norms' inputs and outputs (6 of `hidden`), queries,
    keys and values, the attention's output, and gate, up, activated gate and their product
    (4 of `intermediate`). With checkpointing every layer keeps its input alone and one layer
    at a time has the rest.
    """
    attention = model.head_dim * (2 * model.heads + 2 * model.kv_heads)
    layer = HALF * (6 * model.hidden + attention + 4 * model.intermediate)
    kept = HALF * model.hidden if plan.checkpointing else layer
    again = layer if plan.checkpointing else 0
    return plan.sequences * plan.tokens * (model.layers * kept + again)


def _logits(plan: Plan) -> float:
    """TRL 1.16 projects to the vocabulary in tiles of so many tokens and entries
    (`trl.kernels.chunked_logprob`): one buffer for logits, one for their gradient."""
    token_tile, vocabulary_tile = 4096, 32768
    tokens = min(token_tile, plan.sequences * plan.tokens)
    return 2 * HALF * tokens * vocabulary_tile


def kv_bytes(model: Architecture, tokens: int) -> float:
    """Keys and values of one sequence, in half precision."""
    return 2.0 * HALF * model.layers * model.kv_heads * model.head_dim * tokens

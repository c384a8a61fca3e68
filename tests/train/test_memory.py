"""The memory of a run against sums that can be done by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from webgen_r1.train.memory import GIB, Architecture, Plan, estimate, kv_bytes

WEIGHTS = 1_000_000_000

MODEL = Architecture(
    parameters=WEIGHTS,
    trainable=WEIGHTS,
    layers=10,
    hidden=1000,
    intermediate=3000,
    heads=10,
    kv_heads=2,
    head_dim=100,
    positions=4096,
)
ADAPTED = replace(MODEL, parameters=WEIGHTS + 1_000_000, trainable=1_000_000)
PLAN = Plan(
    gpus=8,
    zero=0,
    sequences=2,
    tokens=1000,
    weight_bytes=2,
    eight_bit=False,
    checkpointing=True,
    reference=True,
    vllm_share=0.25,
)


@pytest.mark.parametrize(
    ("zero", "weights", "gradients", "optimiser", "reference"),
    [(0, 2, 2, 4, 2), (1, 2, 2, 1.5, 2), (2, 2, 0.25, 1.5, 2), (3, 0.25, 0.25, 1.5, 0.25)],
)
def test_each_stage_of_zero_divides_one_state_more(
    zero: int, weights: float, gradients: float, optimiser: float, reference: float
) -> None:
    """Bytes per weight: the paper's 2 + 2 + 12 with ZeRO, the weight's own precision without."""
    memory = estimate(MODEL, replace(PLAN, zero=zero), 80 * GIB)
    found = (memory.weights, memory.gradients, memory.optimiser, memory.reference)
    assert [size / WEIGHTS for size in found] == [weights, gradients, optimiser, reference]


def test_a_model_loaded_in_full_precision_costs_sixteen_bytes_per_weight() -> None:
    memory = estimate(MODEL, replace(PLAN, weight_bytes=4), 80 * GIB)
    assert memory.weights + memory.gradients + memory.optimiser == 16 * WEIGHTS


def test_an_adapter_has_gradients_and_states_of_its_own_alone() -> None:
    memory = estimate(ADAPTED, replace(PLAN, reference=False), 80 * GIB)
    assert memory.weights == 2 * WEIGHTS + 4 * 1_000_000
    assert memory.gradients + memory.optimiser == (4 + 8) * 1_000_000
    assert memory.reference == 0


def test_checkpointing_keeps_one_input_per_layer_and_one_layer_whole() -> None:
    with_it = estimate(MODEL, PLAN, 80 * GIB).activations
    without = estimate(MODEL, replace(PLAN, checkpointing=False), 80 * GIB).activations
    layer = 2 * (6 * 1000 + 100 * 24 + 4 * 3000)
    assert with_it == 2 * 1000 * (10 * 2 * 1000 + layer)
    assert without == 2 * 1000 * 10 * layer


def test_states_of_eight_bits_are_a_quarter_of_what_zero_keeps() -> None:
    full, small = (
        estimate(MODEL, replace(PLAN, zero=1, eight_bit=eight), 80 * GIB).optimiser
        for eight in (False, True)
    )
    assert (full - small) * 8 == 6 * WEIGHTS


def test_vllm_has_its_share_of_the_card_and_keeps_keys_and_values_in_it() -> None:
    assert estimate(MODEL, PLAN, 80 * GIB).vllm == 20 * GIB
    assert kv_bytes(MODEL, 1000) == 2 * 2 * 10 * 2 * 100 * 1000


def test_the_total_is_the_sum_of_the_parts() -> None:
    memory = estimate(MODEL, PLAN, 80 * GIB)
    assert memory.total == pytest.approx(
        memory.weights + memory.gradients + memory.optimiser + memory.reference
        + memory.activations + memory.logits + memory.vllm
    )  # fmt: skip

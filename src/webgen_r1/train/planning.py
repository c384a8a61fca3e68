"""What a GRPO run costs on a machine, line by line: batch, memory, time, cores."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from webgen_r1.errors import UserError, first_line
from webgen_r1.train.config import GrpoRecipe
from webgen_r1.train.memory import (
    FULL,
    GIB,
    HALF,
    Architecture,
    Memory,
    Plan,
    estimate,
    kv_bytes,
)
from webgen_r1.train.run import peft_config
from webgen_r1.train.throughput import generation_seconds, reward_cores

if TYPE_CHECKING:
    from trl import GRPOConfig

Lines = list[tuple[str, str, str]]
"""What, how much, and how that comes about."""


@dataclass(frozen=True)
class Machine:
    """Where the run is to be."""

    gpus: int
    """Processes, one per GPU; 0 for the CPU."""
    zero: int
    """DeepSpeed ZeRO stage."""
    gpu_bytes: float
    """Memory of one GPU."""
    here: bool
    """This very machine; else one that is only planned for."""

    @property
    def processes(self) -> int:
        return max(self.gpus, 1)


def machine(gpus: int | None, zero: int | None, gpu_memory: float | None) -> Machine:
    """The machine to plan for: `gpus` GPUs of `gpu_memory` GiB, or this one as it is.

    More than one GPU means ZeRO 3 unless `zero` says otherwise.
    """
    import torch

    here = gpus is None
    count = torch.cuda.device_count() if gpus is None else gpus
    found = torch.cuda.get_device_properties(0).total_memory if here and count else 80 * GIB
    size = gpu_memory * GIB if gpu_memory else float(found)
    stage = (3 if count > 1 else 0) if zero is None else zero
    return Machine(count, stage, size, here)


def architecture(recipe: GrpoRecipe, model: str) -> Architecture:
    """The sizes of a model from its configuration alone; no weights are read or made."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    try:
        config = AutoConfig.from_pretrained(model)
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read the model's configuration: {first_line(error)}") from error
    with torch.device("meta"):
        decoder = AutoModelForCausalLM.from_config(config)
        adapter = peft_config(recipe)
        if adapter is not None:
            from peft import get_peft_model

            decoder = get_peft_model(decoder, adapter)
    text = config.get_text_config()
    heads = text.num_attention_heads
    return Architecture(
        parameters=sum(weight.numel() for weight in decoder.parameters()),
        trainable=sum(weight.numel() for weight in decoder.parameters() if weight.requires_grad),
        layers=text.num_hidden_layers,
        hidden=text.hidden_size,
        intermediate=getattr(text, "intermediate_size", None) or 4 * text.hidden_size,
        heads=heads,
        kv_heads=getattr(text, "num_key_value_heads", None) or heads,
        head_dim=getattr(text, "head_dim", None) or text.hidden_size // heads,
        positions=text.max_position_embeddings,
    )


def batch_lines(args: GRPOConfig, recipe: GrpoRecipe, target: Machine, rows: int) -> Lines:
    """The batch of a step, as TRL 1.16 forms it (`GRPOConfig.__post_init__`)."""
    batch = rollouts(args, target)
    longest = recipe.data.max_prompt_tokens + args.max_completion_length
    steps = args.max_steps
    if steps <= 0:
        steps = int(args.num_train_epochs * rows * args.num_generations // batch)
    return [
        ("prompts per step", f"{batch // args.num_generations:,}", ""),
        (
            "completions per step",
            f"{batch:,}",
            f"{target.processes} × {args.per_device_train_batch_size} per device × "
            f"{args.gradient_accumulation_steps} accumulated, groups of {args.num_generations}",
        ),
        ("tokens per step", f"{batch * longest:,}", f"at most, {longest:,} each"),
        ("steps", f"{steps:,}", ""),
        ("completions in all", f"{batch * steps:,}", "each built, opened and judged"),
    ]


def rollouts(args: GRPOConfig, target: Machine) -> int:
    """Completions that an optimiser step costs."""
    trained = args.per_device_train_batch_size * target.processes * args.gradient_accumulation_steps
    return int(trained // args.num_iterations)


def model_lines(
    args: GRPOConfig, recipe: GrpoRecipe, target: Machine, shape: Architecture
) -> tuple[Lines, list[str]]:
    """What the model costs on that machine, and why that would fail.

    The seconds that a batch takes to write decide how many cores the reward should have.
    """
    longest = recipe.data.max_prompt_tokens + args.max_completion_length
    problems = []
    if longest > shape.positions:
        problems.append(
            f"prompt and completion together may have {longest:,} tokens, the model was made for "
            f"{shape.positions:,}: lower trainer.max_completion_length"
        )
    trained = "all" if not shape.adapter else f"{shape.trainable:,} in the adapter"
    lines = [("parameters", f"{shape.parameters:,}", f"{trained} trained")]
    if target.gpus:
        plan = _plan(args, recipe, target, shape)
        memory = estimate(shape, plan, target.gpu_bytes)
        lines += _memory_lines(memory, target)
        problems += _too_little(args, shape, plan, memory, target)
    per_process = rollouts(args, target) / target.processes
    seconds, why = generation_seconds(recipe.output_dir, args, shape, target.gpus)
    if seconds is not None:
        lines += [
            ("writing a batch", f"{seconds:,.0f} s", why),
            (
                "cores for the reward",
                f"{reward_cores(per_process, seconds):.1f}",
                "per process, to score a batch while the next is written",
            ),
        ]
    return lines, problems


def _plan(args: GRPOConfig, recipe: GrpoRecipe, target: Machine, shape: Architecture) -> Plan:
    dtype = (args.model_init_kwargs or {}).get("dtype", "float32")
    colocated = args.use_vllm and args.vllm_mode == "colocate" and not args.vllm_enable_sleep_mode
    return Plan(
        gpus=target.gpus,
        zero=target.zero,
        sequences=args.per_device_train_batch_size,
        tokens=recipe.data.max_prompt_tokens + args.max_completion_length,
        weight_bytes=HALF if dtype in ("bfloat16", "float16", "auto") else FULL,
        eight_bit="8bit" in str(args.optim),
        checkpointing=bool(args.activation_checkpointing),
        reference=args.beta > 0 and not shape.adapter,
        vllm_share=args.vllm_gpu_memory_utilization if colocated else 0.0,
    )


def _memory_lines(memory: Memory, target: Machine) -> Lines:
    parts = {field.name: getattr(memory, field.name) for field in fields(memory)}
    of = ", ".join(f"{name} {size / GIB:.1f}" for name, size in parts.items() if size)
    return [("memory per GPU", f"{memory.total / GIB:.1f} GiB", f"{of}; ZeRO {target.zero}")]


def _too_little(
    args: GRPOConfig, shape: Architecture, plan: Plan, memory: Memory, target: Machine
) -> list[str]:
    problems = []
    if memory.total > target.gpu_bytes:
        problems.append(
            f"about {memory.total / GIB:.0f} GiB per GPU are needed, there are "
            f"{target.gpu_bytes / GIB:.0f}: more GPUs with ZeRO 3, an adapter (model.lora), or a "
            "smaller trainer.per_device_train_batch_size"
        )
    if plan.vllm_share:
        own = HALF * shape.parameters / args.vllm_tensor_parallel_size
        longest = kv_bytes(shape, plan.tokens) / args.vllm_tensor_parallel_size
        if memory.vllm < own + longest:
            share = (own + longest) / target.gpu_bytes
            problems.append(
                f"vLLM's share holds {memory.vllm / GIB:.1f} GiB, weights and one sequence need "
                f"{(own + longest) / GIB:.1f}: set trainer.vllm_gpu_memory_utilization above "
                f"{share:.2f}"
            )
        context = args.vllm_max_model_length
        if context is not None and context < plan.tokens:
            problems.append(
                f"trainer.vllm_max_model_length is {context:,}, prompt and completion may have "
                f"{plan.tokens:,} tokens: raise it"
            )
    return problems

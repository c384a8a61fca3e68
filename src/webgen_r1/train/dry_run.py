"""`--dry-run`: what a GRPO run would do and need, and what would stop it; trains nothing.

    recipe + machine ─► batch (TRL's own arithmetic), data, model (its sizes alone) ─► report

It needs no GPU and loads no weights, so a run on eight GPUs can be planned on a laptop.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console

from webgen_r1.errors import UserError
from webgen_r1.judge import make_judge
from webgen_r1.policies import check_is_policy, find_policy
from webgen_r1.train.config import GrpoRecipe
from webgen_r1.train.grpo import given_recipe
from webgen_r1.train.memory import GIB
from webgen_r1.train.planning import (
    Lines,
    Machine,
    architecture,
    batch_lines,
    machine,
    model_lines,
)
from webgen_r1.train.rows import Row, prompt_lengths, read_rows
from webgen_r1.train.run import load_tokenizer, quiet_libraries, require_extra

if TYPE_CHECKING:
    from trl import GRPOConfig

WORKS, WOULD_FAIL = 0, 1

ON_CPU = {"use_cpu": True, "bf16": False, "fp16": False}
"""What lets TRL check the rest of a GPU's arguments on a machine that has none."""

T = TypeVar("T")


@dataclass
class Findings:
    """What was found out on the way."""

    problems: list[str] = field(default_factory=list)
    """Would stop the run; each with its remedy."""
    unchecked: list[str] = field(default_factory=list)

    def attempt(self, look: Callable[[], T]) -> T | None:
        """Its result, or None and a finding."""
        try:
            return look()
        except UserError as error:
            (self.unchecked if _unreachable(error) else self.problems).append(str(error))
            return None


def _unreachable(error: UserError) -> bool:
    """Whether it is the hub's doing, as the libraries say it."""
    cause = error.__cause__
    said = str(cause).lower()
    return (
        isinstance(cause, ConnectionError) or "couldn't connect" in said or "couldn't reach" in said
    )


def run(
    recipe_path: Path,
    *,
    data: str | None = None,
    output_dir: Path | None = None,
    overrides: Sequence[str] = (),
    gpus: int | None = None,
    zero: int | None = None,
    gpu_memory: float | None = None,
) -> int:
    """What `webgen_r1.train.grpo.run` would do on `gpus` GPUs of `gpu_memory` GiB with DeepSpeed
    ZeRO stage `zero`, or on this machine.

    Returns an exit code: 0 nothing found that would fail, 1 something. Raises UserError for a
    recipe that cannot be read.
    """
    recipe = given_recipe(recipe_path, data, output_dir, overrides)
    require_extra()
    with quiet_libraries():
        from huggingface_hub.utils.logging import set_verbosity
        from transformers.utils.logging import disable_progress_bar

        set_verbosity(logging.CRITICAL)  # else it tells of every attempt to reach the hub
        disable_progress_bar()
        return dry_run(recipe, machine(gpus, zero, gpu_memory), Console())


def dry_run(recipe: GrpoRecipe, target: Machine, console: Console) -> int:
    """Print the plan and what would fail; returns WORKS or WOULD_FAIL."""
    findings = Findings()
    args = findings.attempt(lambda: _arguments(recipe, target))
    findings.problems += _files(recipe)
    findings.attempt(lambda: make_judge(recipe.engine.judge))
    rows = findings.attempt(lambda: read_rows(recipe))
    with tempfile.TemporaryDirectory(prefix="webgen-dry-run-") as folder:
        model = findings.attempt(lambda: _model(recipe, rows or [], Path(folder)))
        shape = lengths = None
        if model is not None:
            shape = findings.attempt(lambda: architecture(recipe, model))
        if model is not None and shape is not None and rows is not None:
            lengths = findings.attempt(lambda: _lengths(recipe, rows, model))
    table = _data_lines(recipe, rows, lengths)
    if args is not None:
        findings.problems += _device(args, recipe, target)
        table += batch_lines(args, recipe, target, len(rows or []))
        if shape is not None:
            lines, problems = model_lines(args, recipe, target, shape)
            table += lines
            findings.problems += problems
    _show(recipe, target, table, findings, console)
    return WOULD_FAIL if findings.problems else WORKS


# ── what is looked at ────────────────────────────────────────────────────────────────


def _arguments(recipe: GrpoRecipe, target: Machine) -> GRPOConfig:
    """The arguments as each of the machine's processes would see them.

    TRL checks the batch against the number of processes, so its config is told that number.
    """
    from trl import GRPOConfig

    from webgen_r1.train.arguments import grpo_config

    seen = type("GRPOConfig", (GRPOConfig,), {"world_size": property(lambda _: target.processes)})
    return grpo_config(recipe.model_copy(update={"trainer": recipe.trainer | ON_CPU}), seen)


def _files(recipe: GrpoRecipe) -> list[str]:
    if recipe.preflight is not None and not recipe.preflight.is_file():
        return [f"there is no preflight completion {recipe.preflight}: set preflight"]
    return []


def _model(recipe: GrpoRecipe, rows: list[Row], folder: Path) -> str:
    """Where model and tokenizer are; one from scratch is made in `folder`, it is tiny."""
    if recipe.model.path is not None:
        check_is_policy(recipe.model.path)
        return find_policy(recipe.model.path)
    from webgen_r1.train.scratch import make_scratch

    assert recipe.model.scratch is not None
    texts = (message["content"] for row in rows for message in row["prompt"])
    make_scratch(recipe.model.scratch, texts, recipe.seed, folder / "init")
    return str(folder / "init")


def _lengths(recipe: GrpoRecipe, rows: list[Row], model: str) -> list[int]:
    """Tokens of each prompt. Raises UserError where none fits."""
    lengths = prompt_lengths(rows, load_tokenizer(model))
    if min(lengths) > recipe.data.max_prompt_tokens:
        raise UserError(
            f"no prompt has at most {recipe.data.max_prompt_tokens} tokens, the shortest has "
            f"{min(lengths)}: set data.max_prompt_tokens"
        )
    return lengths


def _device(args: GRPOConfig, recipe: GrpoRecipe, target: Machine) -> list[str]:
    """Packages and devices that are missing."""
    from webgen_r1.train.packages import missing_packages

    problems = missing_packages(args)
    wants_gpu = [name for name in ("bf16", "fp16", "use_vllm") if recipe.trainer.get(name)]
    if target.gpus == 0 and wants_gpu:
        problems.append(
            f"trainer.{wants_gpu[0]} needs a GPU and there is none here: plan for another machine "
            "with --gpus, or take a recipe for the CPU"
        )
    tensor_parallel = args.vllm_tensor_parallel_size
    if args.use_vllm and target.processes % tensor_parallel:
        problems.append(
            f"trainer.vllm_tensor_parallel_size={tensor_parallel} does not divide "
            f"{target.processes} GPUs"
        )
    return problems


# ── what is told ─────────────────────────────────────────────────────────────────────


def _data_lines(recipe: GrpoRecipe, rows: list[Row] | None, lengths: list[int] | None) -> Lines:
    if rows is None:
        return []
    lines = [("instructions", f"{len(rows):,}", recipe.data.source)]
    if lengths is not None:
        limit = recipe.data.max_prompt_tokens
        long = sum(length > limit for length in lengths)
        left_out = f", {long} over {limit:,} left out" if long else ""
        lines.append(("longest prompt", f"{max(lengths):,}", f"tokens{left_out}"))
    return lines


def _show(
    recipe: GrpoRecipe, target: Machine, table: Lines, findings: Findings, console: Console
) -> None:
    of = f"{target.gpus} × {target.gpu_bytes / GIB:.0f} GiB of GPU" if target.gpus else "the CPU"
    console.print(f"{recipe.output_dir} on {of}{'' if target.here else ', as planned'}")
    for name, amount, how in table:
        console.print(f"  {name:<22}{amount:>14}  {how}", highlight=False, soft_wrap=True)
    for heading, found in (
        ("could not be checked", findings.unchecked),
        ("would fail", findings.problems),
    ):
        if found:
            console.print(f"{heading}:")
        for line in found:
            console.print(f"  - {line}", highlight=False, markup=False, soft_wrap=True)
    if not findings.problems:
        console.print("nothing found that would fail; `webgen doctor` looks at the reward engine")

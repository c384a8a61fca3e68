"""Packages that only some recipes need, asked for before anything starts."""

from __future__ import annotations

import importlib.util

from transformers import TrainingArguments
from transformers.integrations.integration_utils import get_available_reporting_integrations
from trl import GRPOConfig

from webgen_r1.errors import UserError


def require_packages(args: TrainingArguments) -> None:
    """Raises UserError for the first that is missing."""
    for need in (_vllm, _reporters):
        need(args)


def missing_packages(args: TrainingArguments) -> list[str]:
    """Everything that `require_packages` would ask for, one line each."""
    problems = []
    for need in (_vllm, _reporters):
        try:
            need(args)
        except UserError as error:
            problems.append(str(error))
    return problems


def _vllm(args: TrainingArguments) -> None:
    wanted = isinstance(args, GRPOConfig) and args.use_vllm
    if wanted and importlib.util.find_spec("vllm") is None:
        raise UserError(
            "the recipe asks for vLLM: run `pip install 'trl[vllm]'`, or set trainer.use_vllm=false"
        )


def _reporters(args: TrainingArguments) -> None:
    missing = sorted(set(args.report_to) - set(get_available_reporting_integrations()))
    if missing:
        names = " ".join(missing)
        raise UserError(
            f"trainer.report_to needs what is not installed: run `pip install {names}`, "
            "or set trainer.report_to=none"
        )

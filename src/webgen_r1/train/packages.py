"""Packages that only some recipes need, asked for before anything starts."""

from __future__ import annotations

import importlib.util

from transformers import TrainingArguments
from transformers.integrations.integration_utils import get_available_reporting_integrations
from trl import GRPOConfig

from webgen_r1.errors import UserError


def require_packages(args: TrainingArguments) -> None:
    """Raises UserError for the first that is missing."""
    for problem in missing_packages(args):
        raise UserError(problem)


def missing_packages(args: TrainingArguments) -> list[str]:
    """Everything that `require_packages` would ask for, one line each."""
    return [problem for problem in (_vllm(args), _reporters(args)) if problem]


def _vllm(args: TrainingArguments) -> str | None:
    wanted = isinstance(args, GRPOConfig) and args.use_vllm
    if wanted and importlib.util.find_spec("vllm") is None:
        return (
            "the recipe asks for vLLM: run `pip install 'trl[vllm]'`, or set trainer.use_vllm=false"
        )
    return None


def _reporters(args: TrainingArguments) -> str | None:
    missing = sorted(set(args.report_to) - set(get_available_reporting_integrations()))
    if not missing:
        return None
    return (
        f"trainer.report_to needs what is not installed: run `pip install {' '.join(missing)}`, "
        "or set trainer.report_to=none"
    )

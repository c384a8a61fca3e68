"""Settings of generation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import Field

from webgen_r1.config import Sampling
from webgen_r1.policies import find_policy

ENV = "WEBGEN_MODEL"
"""Prefix of the variables that name an endpoint and its key: WEBGEN_MODEL_BASE_URL, ..."""


class GenerateConfig(Sampling):
    model: str
    """Name at the endpoint; without one a policy that ships, a folder, or a name on the hub."""
    base_url: str | None = None
    """OpenAI-compatible endpoint; WEBGEN_MODEL_BASE_URL otherwise, unless `model` is a policy
    that ships or a folder. Neither: a model on this machine."""
    concurrency: int = Field(default=8, ge=1)
    """Requests under way at an endpoint; prompts in one batch of a local model."""
    timeout_s: float = Field(default=900.0, gt=0)
    retries: int = Field(default=4, ge=0)

    @property
    def endpoint(self) -> str | None:
        """Address of the endpoint, None for a model on this machine."""
        if self.base_url or Path(find_policy(self.model)).is_dir():
            return self.base_url
        return os.environ.get(f"{ENV}_BASE_URL") or None

    @property
    def description(self) -> dict[str, Any]:
        """What matters to what is written."""
        return {"endpoint": self.endpoint, "model": self.model, **self.sampling}

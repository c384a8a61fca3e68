"""What the options about a model mean, for `webgen generate` and `webgen eval`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from webgen_r1.commands.settings import settings_of
from webgen_r1.config import EngineConfig
from webgen_r1.errors import UserError
from webgen_r1.generate import GenerateConfig
from webgen_r1.generate.choose import choose
from webgen_r1.instructions import load_instructions
from webgen_r1.policies import read_trained

Asked = list[tuple[str | None, str]]
"""Wished names of sites, None where the words may name it, and instructions."""


def asked_for(words: Sequence[str], file: Path | None, limit: int | None = None) -> Asked:
    """Instructions from the call and from a file: one a line of a .txt, or anything that
    `load_instructions` reads. Raises UserError."""
    asked: Asked = [(None, text) for text in words]
    if file is None:
        return asked[:limit]
    if file.suffix == ".txt":
        try:
            lines = file.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8 text"
            raise UserError(f"cannot read {file}: {reason}") from error
        asked += [(None, line) for line in lines if line.strip()]
        if len(asked) == len(words):
            raise UserError(f"{file} holds no instruction")
    else:
        asked += [(one.id, one.text) for one in load_instructions(str(file))]
    return asked[:limit]


def settings_for(
    model: str,
    *,
    name: str | None = None,
    base_url: str | None = None,
    temperature: float | None = None,
    max_tokens: int | None = None,
    concurrency: int = 8,
    scaffold: str | None = None,
    mode: str | None = None,
    config: Path | None = None,
    engine: Mapping[str, dict[str, Any]],
) -> tuple[GenerateConfig, EngineConfig]:
    """How to ask `model` (at `base_url` where that is given), and what to score with.

    Options count first (`engine` holds those of the engine), then what the policy says it was
    trained for, then `config`, then defaults. Raises UserError, GenerateError.
    """
    sampling = {"temperature": temperature, "max_tokens": max_tokens}
    given = {key: value for key, value in sampling.items() if value is not None}
    place, name = (base_url, model) if base_url else (model, name)
    generate = choose(place, name, concurrency=concurrency, **given)
    trained = None if generate.endpoint else read_trained(model)
    if trained is None:
        return generate, settings_of(config, scaffold=scaffold, mode=mode, **engine)
    generate = generate.model_copy(update=trained.sampling | given)
    scaffold, mode = scaffold or trained.scaffold, mode or trained.mode
    return generate, settings_of(config, scaffold=scaffold, mode=mode, **engine)

"""Settings: from a file and options, and beside the traces they were used for."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from webgen_r1.config import EngineConfig, load_yaml
from webgen_r1.differences import flat
from webgen_r1.errors import DiskError, UserError

SETTINGS_FILE = "settings.json"

_NO_EFFECT_ON_REWARDS: dict[str, Any] = {
    "sandbox": True,
    "build": {"workers", "recycle_mb"},
    "render": {"concurrency", "retries", "browser_recycle"},
    "judge": {"concurrency", "timeout_s", "retries", "cache"},
}


def settings_of(file: Path | None, **options: object) -> EngineConfig:
    """The settings of `file` (the defaults without one) with `options` on top.

    An option is a value or a group of values; None was not given. Raises UserError.
    """
    base = load_yaml(file, EngineConfig) if file else EngineConfig()
    tree = base.model_dump()
    for name, value in options.items():
        if isinstance(value, dict):
            tree[name] |= {key: each for key, each in value.items() if each is not None}
        elif value is not None:
            tree[name] = value
    return EngineConfig.model_validate(tree)


def keep(folder: Path, config: EngineConfig, known: Collection[object]) -> None:
    """Note in `folder` what its traces are scored with.

    Raises UserError when it already holds results (`known`) of other settings, and
    DiskError when the note cannot be written.
    """
    path = folder / SETTINGS_FILE
    wanted = with_effect(config)
    if known and (changed := _changed(path, wanted)):
        raise UserError(
            f"{folder} holds results scored with other settings ({changed}): "
            "choose another --out, or start over with --fresh"
        )
    try:
        path.write_text(json.dumps(wanted, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise DiskError(f"cannot write {path}: {error.strerror}") from error


def with_effect(config: EngineConfig) -> dict[str, Any]:
    """The settings that matter to what is found; how many work at once does not."""
    return config.model_dump(mode="json", exclude=_NO_EFFECT_ON_REWARDS)


def _changed(path: Path, wanted: dict[str, Any]) -> str:
    """The settings that differ, as `reward.preset: paper → graded`."""
    try:
        old = dict(flat(json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, AttributeError):
        return ""
    return ", ".join(
        f"{name}: {old.get(name)} → {value}"
        for name, value in flat(wanted)
        if old.get(name) != value
    )

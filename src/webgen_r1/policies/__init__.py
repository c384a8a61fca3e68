"""Policies: those that ship with the package, and what every policy knows about itself.

A policy is a folder in the Hugging Face format with a `webgen.json` beside the weights. It
says what the policy was trained to write, so that whoever uses it need not know.
"""

from __future__ import annotations

from pathlib import Path

from webgen_r1 import json_file
from webgen_r1.config import EngineConfig, Sampling
from webgen_r1.errors import UserError
from webgen_r1.train.places import FINAL
from webgen_r1.types import Mode

TRAINED_FILE = "webgen.json"


class Trained(Sampling):
    """What a policy was trained to write and how it is best asked; the defaults hold for one that
    does not say."""

    scaffold: str = EngineConfig().scaffold
    mode: Mode = "full"


def shipped_policies() -> list[str]:
    """Their names, in alphabetical order."""
    return sorted(path.parent.name for path in Path(__file__).parent.glob("*/config.json"))


def find_policy(name: str) -> str:
    """The folder of the policy that ships under `name`; any other name as it is."""
    return str(Path(__file__).parent / name) if name in shipped_policies() else name


def write_trained(folder: Path, trained: Trained) -> None:
    """Note beside a policy's weights what it was trained to write. Raises DiskError."""
    json_file.write(folder / TRAINED_FILE, trained)


def read_trained(name: str) -> Trained | None:
    """What the policy says of itself; None for one that says nothing, as most models do.

    `name` is that of a policy that ships, a folder, or a name on the hub. Raises UserError
    for a note that this release cannot read.
    """
    place = Path(find_policy(name))
    note = place / TRAINED_FILE if place.is_dir() else _from_hub(name)
    return json_file.read(note, Trained) if note is not None and note.is_file() else None


def _from_hub(name: str) -> Path | None:
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import HFValidationError
    except ImportError:
        return None  # whoever loads the model says what is missing
    try:
        return Path(hf_hub_download(name, TRAINED_FILE))
    except (OSError, ValueError, HFValidationError):
        return None  # no such file, no such name, no network: loading the model says which


def check_is_policy(name: str) -> None:
    """Raises UserError for what cannot be a model on this machine or on the hub."""
    folder = Path(find_policy(name)).expanduser()
    if folder.is_dir():
        if any((folder / mark).is_file() for mark in ("config.json", "adapter_config.json")):
            return
        final = folder / FINAL
        hint = f"; did you mean {final}?" if (final / "config.json").is_file() else ""
        raise UserError(f"{name} holds no model (no config.json){hint}")
    if name.count("/") == 1 and not folder.is_absolute() and name[0] not in ".~":
        return  # owner/name on the hub
    shipped = ", ".join(shipped_policies()) or "none yet"
    raise UserError(
        f"no model {name!r}: give a policy that ships ({shipped}), a folder, "
        "owner/name on the Hugging Face hub, or the address of an endpoint (http://…/v1)"
    )

"""The model card: what a policy is, what it learned from, how good it is, how to use it.

Everything on it is read from disk: the policy's folder, the recipe and the log of its
training, the summaries of its evaluations. Nothing is claimed that is not there.
"""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from webgen_r1 import __version__, json_file
from webgen_r1.errors import DiskError, UserError
from webgen_r1.evaluate.records import Manifest, Summary
from webgen_r1.evaluate.run_folder import MANIFEST_FILE, SUMMARY_FILE
from webgen_r1.policies import Trained, read_trained
from webgen_r1.report.tables import markdown_table, md_text
from webgen_r1.train.places import LOG_FILE, RECIPE_FILE, step_of

CARD_FILE = "README.md"

HUB_NAME = re.compile(r"([\w.-]+/[\w.-]+)(:[\w.-]+)?")
LOGGED = {
    "step": "optimiser steps",
    "epoch": "epochs",
    "tokens": "tokens read",
    "loss": "loss at the end",
    "token_accuracy": "token accuracy at the end",
    "reward": "mean reward at the end",
}
"""What the last line of a training log is quoted for."""


@dataclass(frozen=True)
class Evaluated:
    """One evaluation of the policy."""

    manifest: Manifest
    summary: Summary


@dataclass(frozen=True)
class Facts:
    """What is known about a policy."""

    folder: Path
    config: dict[str, Any]
    """Its config.json."""
    parameters: int | None
    trained: Trained | None
    recipe: dict[str, Any] | None
    logged: dict[str, Any]
    """The line of its training log at its step."""
    evaluations: tuple[Evaluated, ...]


def gather(folder: Path, evaluations: tuple[Path, ...] = (), recipe: Path | None = None) -> Facts:
    """Read what is known about the policy in `folder`.

    Recipe and log are looked for in it and in the run's folder above it. Raises UserError
    for a folder without a model, or a file that cannot be read.
    """
    if not (folder / "config.json").is_file():
        raise UserError(f"{folder} holds no model (no config.json)")
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        raise UserError(f"{folder} holds no weights (*.safetensors)")
    recipe = recipe or _beside(folder, RECIPE_FILE)
    log = _beside(folder, LOG_FILE)
    return Facts(
        folder=folder,
        config=_read(folder / "config.json", json.loads),
        parameters=sum(map(_parameters, weights)),
        trained=read_trained(str(folder)),
        recipe=_read(recipe, yaml.safe_load) if recipe else None,
        logged=_line_of(folder, log) if log else {},
        evaluations=tuple(_evaluated(run) for run in evaluations),
    )


def write_card(facts: Facts, repo: str) -> Path:
    """Write the card into the policy's folder. Raises DiskError."""
    path = facts.folder / CARD_FILE
    try:
        path.write_text(card(facts, repo), encoding="utf-8")
    except OSError as error:
        raise DiskError(f"cannot write {path}: {error.strerror}") from error
    return path


def card(facts: Facts, repo: str) -> str:
    """The card as Markdown with the hub's YAML head."""
    recipe = facts.recipe or {}
    data, base = _part(recipe, "data"), _part(recipe, "model")
    return (
        _environment()
        .get_template("card.md.j2")
        .render(
            head=yaml.safe_dump(_head(base, data), sort_keys=False).strip(),
            repo=repo,
            name=repo.rpartition("/")[2],
            architecture=", ".join(facts.config.get("architectures") or ["unknown"]),
            parameters=_short(facts.parameters),
            trained=facts.trained,
            base=_shown(base["path"]) if base.get("path") else None,
            scratch=base.get("scratch"),
            source=_shown(data["source"]) if data.get("source") else None,
            data_limit=data.get("limit"),
            recipe=yaml.safe_dump(_public(recipe), sort_keys=False).strip() if recipe else None,
            logged=[
                (title, _number(facts.logged[key]))
                for key, title in LOGGED.items()
                if facts.logged.get(key) is not None
            ],
            evaluations=facts.evaluations,
            small=facts.parameters is not None and facts.parameters < 100e6,
            version=__version__,
        )
    )


def _head(base: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """What the hub files the model under."""
    head: dict[str, Any] = {
        "library_name": "transformers",
        "pipeline_tag": "text-generation",
        "tags": ["webgen-r1", "website-generation"],
    }
    for key, value in (("base_model", base.get("path")), ("datasets", data.get("source"))):
        name = HUB_NAME.fullmatch(str(value or ""))
        if name and not Path(str(value)).exists():
            head[key] = name[1] if key == "base_model" else [name[1]]
    return head


# ── reading ─────────────────────────────────────────────────────────────────────────


def _beside(folder: Path, name: str) -> Path | None:
    """The file in the policy's folder, or in the run's folder that it is a part of."""
    places = (folder / name, folder.resolve().parent / name)
    return next((path for path in places if path.is_file()), None)


def _read(path: Path, parse: Any) -> dict[str, Any]:  # noqa: ANN401 - text to a tree
    try:
        tree = parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, yaml.YAMLError) as error:
        raise UserError(f"cannot read {path}: {' '.join(str(error).split())}") from error
    if not isinstance(tree, dict):
        raise UserError(f"{path} holds no settings")
    return tree


def _line_of(folder: Path, log: Path) -> dict[str, Any]:
    """The last line, of a checkpoint that at its step; a line that a kill cut off is none."""
    try:
        lines = log.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UserError(f"cannot read {log}: {error.strerror}") from error
    found: dict[str, Any] = {}
    last = step_of(folder) if folder.name.startswith("checkpoint-") else None
    for line in lines:
        with suppress(ValueError):
            step = json.loads(line)
            if isinstance(step, dict) and (last is None or step.get("step", 0) <= last):
                found = step
    return found


def _evaluated(run: Path) -> Evaluated:
    return Evaluated(
        json_file.read(run / MANIFEST_FILE, Manifest), json_file.read(run / SUMMARY_FILE, Summary)
    )


def _parameters(weights: Path) -> int:
    """How many numbers a safetensors file holds: its head, as long as its first eight bytes say,
    lists every tensor with its shape."""
    try:
        with weights.open("rb") as file:
            head = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        return sum(math.prod(one["shape"]) for name, one in head.items() if name != "__metadata__")
    except (OSError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise UserError(f"{weights} is not a safetensors file") from error


# ── showing ─────────────────────────────────────────────────────────────────────────


def _part(recipe: dict[str, Any], name: str) -> dict[str, Any]:
    part = recipe.get(name)
    return part if isinstance(part, dict) else {}


_PRIVATE = ("output_dir", "base_url", "vllm_server_base_url", "vllm_server_host")


def _public(tree: Any) -> Any:  # noqa: ANN401 - YAML
    """A recipe without where things lie on the machine that ran it."""
    if isinstance(tree, dict):
        return {key: _public(value) for key, value in tree.items() if key not in _PRIVATE}
    if isinstance(tree, list):
        return [_public(value) for value in tree]
    return _shown(tree) if isinstance(tree, str) else tree


def _shown(source: str) -> str:
    """A path as its last part: the rest is nobody's business."""
    path = Path(source)
    return path.name if path.is_absolute() or {"..", "~"} & set(path.parts) else source


def _short(count: int | None) -> str:
    """`4.2 million`, `7.6 billion`."""
    if count is None:
        return "unknown"
    for size, word in ((10**9, "billion"), (10**6, "million"), (10**3, "thousand")):
        if count >= size:
            return f"{count / size:.1f} {word}"
    return str(count)


def _number(value: object) -> str:
    return (
        f"{value:.4g}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Markdown; what is not ours goes through `md`
    )
    made.filters["md"] = md_text
    made.globals["table"] = markdown_table
    return made

"""Finding what was asked for a completion that does not say so itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from webgen_r1.instructions import load_instructions

INSTRUCTIONS_FILE = "instructions.jsonl"


class InstructionFinder:
    """Each instructions file is read once.

    `fixed` is the instruction of every item; `given` names the only place to look, in any
    form that `load_instructions` reads. Raises UserError for one that cannot be read.
    """

    def __init__(self, fixed: str | None, given: str | None) -> None:
        self._fixed = fixed
        self._loaded: dict[str, Mapping[str, str]] = {}
        self._given = self._load(given) if given else None

    def find(self, item_id: str, path: Path) -> str | None:
        """What was asked for the item at `path`, None where nobody said."""
        if self._fixed is not None:
            return self._fixed
        known = self._given if self._given is not None else self._beside(path)
        return known.get(item_id, known.get(item_id.split(".", 1)[0]))

    def _beside(self, path: Path) -> Mapping[str, str]:
        folder = path.resolve().parent
        for candidate in (folder / INSTRUCTIONS_FILE, folder.parent / INSTRUCTIONS_FILE):
            if str(candidate) in self._loaded or candidate.is_file():
                return self._load(str(candidate))
        return {}

    def _load(self, name: str) -> Mapping[str, str]:
        if name not in self._loaded:
            self._loaded[name] = {item.id: item.text for item in load_instructions(name)}
        return self._loaded[name]

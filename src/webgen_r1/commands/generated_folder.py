"""The folder of `webgen generate`: whose it is, what it holds, what is still wanted."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from webgen_r1 import json_file, traces
from webgen_r1.completion import parse
from webgen_r1.config import EngineConfig
from webgen_r1.differences import differences
from webgen_r1.errors import DiskError, UserError
from webgen_r1.generate.naming import named
from webgen_r1.generate.records import COMPLETIONS_FILE, RUN_FILE, SITES_FOLDER, Making, Written
from webgen_r1.generate.site_folder import write_site
from webgen_r1.jsonl import RecordWriter, read_all
from webgen_r1.scaffold import complete, load
from webgen_r1.types import Instruction, Project, Trace, text_digest


@dataclass(frozen=True)
class Wanted:
    """One completion of an instruction; `sample` counts from 0."""

    instruction: Instruction
    sample: int


class GeneratedFolder:
    """Nothing is written before `open`, so that a mistaken call claims no folder."""

    def __init__(self, root: Path, making: Making, *, fresh: bool) -> None:
        """Raises UserError where `root` holds something else."""
        self._root = root
        self._making = making
        self._fresh = fresh
        ours = (root / RUN_FILE).is_file()
        if root.exists() and not ours and (not root.is_dir() or any(root.iterdir())):
            raise UserError(f"{root} holds something else: choose another --out")
        if ours and not fresh:
            self._check_making()
        known = [] if fresh or not ours else read_all(self.completions, Written)
        self._written = {(one.id, one.sample): one for one in known}

    @property
    def completions(self) -> Path:
        return self._root / COMPLETIONS_FILE

    def _check_making(self) -> None:
        before = json_file.read(self._root / RUN_FILE, Making)
        changed = differences(
            before.model_dump(exclude={"version"}), self._making.model_dump(exclude={"version"})
        )
        if changed and self.completions.exists():
            raise UserError(
                f"{self._root} holds sites made otherwise ({'; '.join(changed)}): "
                "choose another --out, or start over with --fresh"
            )

    # ── completions ──────────────────────────────────────────────────────────────────

    def wanted(self, asked: Iterable[tuple[str | None, str]], samples: int) -> list[Wanted]:
        """Every completion that was asked for, those that are there among them."""
        taken = {one.id: one.instruction for one in self._written.values()}
        stripped = ((name, text.strip()) for name, text in asked)
        return [
            Wanted(instruction, sample)
            for instruction in named(stripped, taken)
            for sample in range(samples)
        ]

    def found(self, wanted: Wanted) -> Written | None:
        return self._written.get((wanted.instruction.id, wanted.sample))

    @contextmanager
    def open(self) -> Iterator[RecordWriter[Written]]:
        """Claim the folder. Raises UserError when another call is writing here, DiskError."""
        with RecordWriter(self.completions, Written) as writer:
            if self._fresh:
                writer.start_over()
                sites = self._root / SITES_FOLDER
                self._set_aside(sites, sites.with_name(f"{SITES_FOLDER}.old"))
            json_file.write(self._root / RUN_FILE, self._making)
            yield writer

    def add(self, written: Written) -> None:
        self._written[written.id, written.sample] = written

    @staticmethod
    def _set_aside(folder: Path, old: Path) -> None:
        try:
            if folder.exists():
                shutil.rmtree(old, ignore_errors=True)
                folder.rename(old)
        except OSError as error:
            raise DiskError(f"cannot move {folder}: {error.strerror}") from error

    # ── sites ────────────────────────────────────────────────────────────────────────

    def site(self, written: Written) -> Path:
        return self._root / SITES_FOLDER / written.id

    def write_sites(self, chosen: Sequence[Written], engine: EngineConfig) -> None:
        """Write the project of each; a completion without files makes none.

        A site that somebody has changed since is left alone. Raises DiskError.
        """
        scaffold = load(engine.scaffold)

        def project_of(written: Written) -> Project | None:
            completion = parse(written.text or "").completion
            return complete(scaffold, completion, engine.mode)[0] if completion.files else None

        for one in chosen:
            project, site = project_of(one), self.site(one)
            if project is None or _holds(site, project):
                continue
            if site.exists():
                others = (each for each in self._written.values() if each.id == one.id)
                if not any((made := project_of(each)) and _holds(site, made) for each in others):
                    continue
                self._set_aside(site, site.with_name(f".{site.name}.old"))
            write_site(project, site)

    @staticmethod
    def trace_of(written: Written, found: Mapping[traces.Key, Trace]) -> Trace | None:
        return found.get((written.key, text_digest(written.text or ""), written.instruction))

    def best(self, written: Sequence[Written], found: Mapping[traces.Key, Trace]) -> list[Written]:
        """The completion of each instruction with the highest reward, the first of equals."""
        chosen: dict[str, tuple[float, Written]] = {}
        for one in written:
            trace = self.trace_of(one, found)
            reward = trace.reward if trace and trace.reward is not None else float("-inf")
            if one.id not in chosen or reward > chosen[one.id][0]:
                chosen[one.id] = (reward, one)
        return [one for _, one in chosen.values()]


def _holds(site: Path, project: Project) -> bool:
    """Whether the files of `project` are there as they were made; others may be beside them."""
    return all(
        (site / path).is_file() and (site / path).read_bytes() == content
        for path, content in project.files.items()
    )

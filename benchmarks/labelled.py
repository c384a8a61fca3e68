"""The hand-labelled sites: an example, or the starter, with a few recorded edits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import yaml
from common import COMPLETIONS, ROOT

from webgen_r1.completion import parse
from webgen_r1.evaluate.records import BenchItem, CaseVerdict, TestCase
from webgen_r1.scaffold import Scaffold, complete, load
from webgen_r1.types import Completion, Project

LABELLED = ROOT / "examples" / "labelled"
Half = Literal["tuning", "held-out"]


@dataclass(frozen=True)
class Label:
    """The right answer to one test case, given by eye (`examples/labelled/README.md`)."""

    site: str
    task: str
    expected: str
    label: CaseVerdict
    note: str = ""


@dataclass(frozen=True)
class LabelledSite:
    """A site that can be built, with the labels of its cases in order."""

    name: str
    half: Half
    project: Project
    labels: tuple[Label, ...]

    @property
    def item(self) -> BenchItem:
        cases = tuple(TestCase(task=each.task, expected=each.expected) for each in self.labels)
        return BenchItem(id=self.name, instruction="", cases=cases)


def labelled_sites(folder: Path = LABELLED) -> list[LabelledSite]:
    """Every labelled site. Raises ValueError for an edit that finds nothing to change."""
    lines = (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    labels = [Label(**json.loads(line)) for line in lines]
    recipes = [
        recipe
        for file in sorted(folder.glob("sites*.yaml"))
        for recipe in cast("list[dict[str, Any]]", yaml.safe_load(file.read_text("utf-8")))
    ]
    scaffold = load("vite-react-typescript")
    made = [
        LabelledSite(
            recipe["site"],
            recipe["half"],
            project_of(recipe, scaffold),
            tuple(label for label in labels if label.site == recipe["site"]),
        )
        for recipe in recipes
    ]
    strays = {label.site for label in labels} - {site.name for site in made}
    if strays or len({site.name for site in made}) != len(made):
        raise ValueError(f"labels without a site, or a site twice: {sorted(strays)}")
    return made


def project_of(recipe: Mapping[str, Any], scaffold: Scaffold) -> Project:
    """The example named by `base` (else the starter) after `files` and `edits`."""
    files: dict[str, bytes] = {}
    if "base" in recipe:
        text = (COMPLETIONS / f"{recipe['base']}.good.txt").read_text(encoding="utf-8")
        files = dict(parse(text).completion.files)
    else:
        project, _ = complete(scaffold, Completion(), "slots")
        if project is not None:
            files = dict(project.files)
    files |= {path: text.encode() for path, text in recipe.get("files", {}).items()}
    for edit in cast("Sequence[Mapping[str, str]]", recipe.get("edits", ())):
        before = files[edit["in"]].decode()
        if edit["find"] not in before:
            raise ValueError(f"{recipe['site']}: {edit['in']} has no {edit['find']!r}")
        files[edit["in"]] = before.replace(edit["find"], edit["put"]).encode()
    return Project(files=files, title=recipe["site"])

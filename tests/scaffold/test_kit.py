"""The second scaffold: a kit that every project gets and no completion writes."""

import json
import re
from pathlib import Path

import pytest

from webgen_r1 import completion, prompts, rules, scaffold
from webgen_r1.build import DependencyStore
from webgen_r1.build.config_files import why_unusual
from webgen_r1.colour import names
from webgen_r1.types import Completion, Mode, Project

ROOT = Path(__file__).parents[2]
KIT = scaffold.load("vite-react-kit")
EXAMPLES = sorted((ROOT / "examples" / "kit").glob("*.good.txt"))
MODES: tuple[Mode, ...] = ("full", "slots")
PROVIDED = [path for path in KIT.files if path.startswith("src/kit/")]


def kit_file(name: str) -> str:
    return KIT.files[f"src/kit/{name}"].decode()


def exported() -> set[str]:
    """Components and functions that a page may import from the kit."""
    lists = re.findall(r"export \{ (.+?) \}", kit_file("index.ts"))
    return {name for names_ in lists for name in names_.split(", ")}


# ── files that the scaffold provides ────────────────────────────────────────────────


@pytest.mark.parametrize("mode", MODES)
def test_every_project_has_the_kit(mode: Mode) -> None:
    project, failures = scaffold.complete(KIT, Completion(), mode)
    assert failures == ()
    assert {path: project.files[path] for path in PROVIDED} == {
        path: KIT.files[path] for path in PROVIDED
    }


@pytest.mark.parametrize("mode", MODES)
def test_a_completion_cannot_replace_a_file_of_the_kit_or_add_one(mode: Mode) -> None:
    files = {"src/kit/Site.tsx": b"", "src/kit/Mine.tsx": b"", "src/App.tsx": b"app"}
    project, failures = scaffold.complete(KIT, Completion(files=files), mode)
    assert project.files["src/kit/Site.tsx"] == KIT.files["src/kit/Site.tsx"]
    assert "src/kit/Mine.tsx" not in project.files
    assert project.files["src/App.tsx"] == b"app"
    assert [(f.code, f.path, f.severity, f.stage) for f in failures] == [
        ("provided-file", "src/kit/Site.tsx", "warning", "parse"),
        ("provided-file", "src/kit/Mine.tsx", "warning", "parse"),
    ]


def test_a_scaffold_that_provides_nothing_leaves_full_mode_as_it_was() -> None:
    plain = scaffold.load("vite-react-typescript")
    assert not any(scaffold.is_provided(plain, path) for path in plain.files)


# ── what it costs ───────────────────────────────────────────────────────────────────


def test_it_shares_the_installed_tree_of_the_first_scaffold() -> None:
    store = DependencyStore()
    first = scaffold.load("vite-react-typescript")
    assert store.scaffold_key(KIT) == store.scaffold_key(first)


def test_its_builds_leave_a_worker_that_can_build_again() -> None:
    assert why_unusual(Project(KIT.files)) is None


# ── what the model is told ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", MODES)
def test_the_prompt_shows_no_source_of_the_kit(mode: Mode) -> None:
    assert 'filePath="src/kit/' not in prompts.system_prompt(KIT, mode)


@pytest.mark.parametrize("mode", MODES)
def test_the_prompt_names_every_component_and_no_other(mode: Mode) -> None:
    part = prompts.system_prompt(KIT, mode).split("## The kit")[1].split("## The website")[0]
    named = set(re.findall(r"`([A-Z]\w+|table)`", part))
    assert named == exported() - {"Art"}  # artwork comes with the components


def test_the_documentation_names_every_component() -> None:
    text = (ROOT / "docs" / "kit.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)`", text, re.M)) == exported()


# ── colours ─────────────────────────────────────────────────────────────────────────


def test_everyday_colours_are_those_that_the_judge_knows() -> None:
    block = re.search(r"EVERYDAY = `(.+?)`", kit_file("colour.ts"), re.S)
    assert block
    words = block[1].split()
    ours = dict(zip(words[::2], words[1::2], strict=True))
    assert ours == names._EVERYDAY


def test_modifiers_of_colours_are_those_that_the_judge_knows() -> None:
    block = re.search(r"MODIFIERS.+?= (\{.+?\n\})", kit_file("colour.ts"), re.S)
    assert block
    ours = json.loads(re.sub(r"(\w+):", r'"\1":', block[1]).replace(",\n}", "\n}"))
    assert ours == {name: list(map(float, value)) for name, value in names._MODIFIERS.items()}


# ── examples ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_keeps_the_rules_and_to_its_slots(path: Path) -> None:
    parsed = completion.parse(path.read_text(encoding="utf-8"))
    project, ignored = scaffold.complete(KIT, parsed.completion, "slots")
    assert (parsed.failures, ignored) == ((), ())
    assert rules.check(project, KIT, parsed.completion).failures == ()

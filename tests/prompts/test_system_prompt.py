"""What the model is told."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from webgen_r1 import completion, prompts, scaffold
from webgen_r1.errors import UserError
from webgen_r1.types import Instruction, Mode

NAMES = scaffold.names()
MODES: tuple[Mode, ...] = ("full", "slots")
SCAFFOLD = scaffold.load("vite-react-typescript")
FILE = re.compile(r'<webAction type="file" filePath="([^"]+)">\n(.*?)</webAction>', re.DOTALL)


def example(prompt: str) -> dict[str, str]:
    """The files of the one example, which comes last."""
    return dict(FILE.findall(prompt.split("## Example")[1]))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", MODES)
def test_it_leaves_room_for_the_instruction(name: str, mode: Mode) -> None:
    assert len(prompts.system_prompt(scaffold.load(name), mode)) / 4 < 1800


@pytest.mark.parametrize("mode", MODES)
def test_it_shows_exactly_one_whole_answer(mode: Mode) -> None:
    shown = prompts.system_prompt(SCAFFOLD, mode).split("## Example")[1]
    for tag in ("<think>", "</think>", "<answer>", "</webArtifact>", "</answer>"):
        assert shown.count(tag) == 1
    assert shown.endswith("</webArtifact>\n</answer>")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", MODES)
def test_the_example_is_a_faultless_answer(name: str, mode: Mode) -> None:
    found = scaffold.load(name)
    text = prompts.system_prompt(found, mode).split("## Example")[1]
    parsed = completion.parse(text[text.index("<think>") :])
    assert parsed.failures == ()
    assert parsed.reasoning
    project, ignored = scaffold.complete(found, parsed.completion, mode)
    assert ignored == ()
    assert {path: project.text(path).strip() for path in project.files} == {
        path: source.decode().strip() for path, source in found.files.items()
    }


def test_in_full_mode_the_example_is_the_whole_starter() -> None:
    prompt = prompts.system_prompt(SCAFFOLD, "full")
    assert {path: text.encode() for path, text in example(prompt).items()} == SCAFFOLD.files
    assert '<webAction type="shell">npm install</webAction>' in prompt
    assert '<webAction type="start">npm run dev</webAction>' in prompt


def test_in_slots_mode_the_example_holds_only_what_may_be_changed() -> None:
    prompt = prompts.system_prompt(SCAFFOLD, "slots")
    assert set(example(prompt)) == {
        path for path in SCAFFOLD.files if scaffold.in_slots(SCAFFOLD, path)
    }
    assert 'type="shell"' not in prompt


def test_in_slots_mode_every_slot_and_every_package_is_named() -> None:
    prompt = prompts.system_prompt(SCAFFOLD, "slots")
    for glob, meaning in SCAFFOLD.slot_meanings.items():
        assert f"- {glob}: {meaning}\n" in prompt
    for package in SCAFFOLD.package["dependencies"]:
        assert package in prompt


def test_it_is_the_same_every_time() -> None:
    again = scaffold.load("vite-react-typescript")
    assert prompts.system_prompt(SCAFFOLD, "full") == prompts.system_prompt(again, "full")


def test_messages_hold_the_prompt_and_the_instruction_as_it_is() -> None:
    text = "A tea shop. {{ not a template }} <b>"
    assert prompts.messages(Instruction(id="1", text=text), SCAFFOLD, "slots") == [
        {"role": "system", "content": prompts.system_prompt(SCAFFOLD, "slots")},
        {"role": "user", "content": text},
    ]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("one\n{% if %}", "prompt.md.j2:2: Expected an expression"),
        ("{{ nothing }}", "prompt.md.j2: 'nothing' is undefined"),
        ("{{ mode.__class__.__mro__ }}", "prompt.md.j2: access to attribute '__class__'"),
    ],
)
def test_a_broken_template_of_a_scaffold_is_named(source: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        prompts.system_prompt(replace(SCAFFOLD, prompt=source), "full")
    assert said in str(caught.value)


def test_pictures_of_a_starter_are_not_shown(tmp_path: Path) -> None:
    root = Path(shutil.copytree(SCAFFOLD.root, tmp_path / "second"))
    (root / "starter" / "logo.png").write_bytes(b"\x89PNG\xff")
    prompt = prompts.system_prompt(scaffold.load(str(root)), "full")
    assert set(example(prompt)) == set(SCAFFOLD.files)

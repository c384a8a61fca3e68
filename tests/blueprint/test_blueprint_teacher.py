"""The teacher answers chats like any generator."""

from __future__ import annotations

import pytest

from webgen_r1.blueprint.teacher import BlueprintGenerator
from webgen_r1.completion import parse
from webgen_r1.protocols import Generator
from webgen_r1.types import Generated

ASKED = (
    "Please implement a car rental website. Users should be able to browse cars and book cars. "
    "Use linen for the background and maroon for components."
)


def chat(*said: tuple[str, str]) -> list[dict[str, str]]:
    return [{"role": role, "content": content} for role, content in said]


async def answer(messages: list[dict[str, str]], seed: int = 1) -> Generated:
    async with BlueprintGenerator("brief") as teacher:
        return await teacher.generate(messages, seed)


def test_it_is_a_generator() -> None:
    teacher = BlueprintGenerator()
    assert isinstance(teacher, Generator)
    assert teacher.description == {
        "model": "blueprint/1", "scaffold": "vite-react-kit", "size": "full", "mode": "slots",
    }  # fmt: skip


async def test_it_answers_what_the_user_said_last() -> None:
    said = await answer(chat(("system", "Be good."), ("user", "Bees."), ("user", ASKED)))
    parsed = parse(said.text)
    assert (parsed.failures, parsed.reasoning) == ((), True)
    app = parsed.completion.files["src/App.tsx"].decode()
    assert 'background="linen" color="maroon"' in app
    assert (said.tokens, said.cut, said.model) == (None, False, "blueprint/1")


async def test_the_seed_makes_the_variation() -> None:
    messages = chat(("user", ASKED))
    one, same, other = [await answer(messages, seed) for seed in (1, 1, 2)]
    assert one.text == same.text != other.text


@pytest.mark.parametrize("said", ["", "Bees.", "x" * 3000, "做一个网站", "<script>`${a}`</script>"])
async def test_any_instruction_gets_a_site(said: str) -> None:
    parsed = parse((await answer(chat(("user", said)))).text)
    assert parsed.failures == ()
    assert "src/pages/Home.tsx" in parsed.completion.files


async def test_a_chat_without_a_user_gets_a_site() -> None:
    assert parse((await answer(chat(("system", "Be good.")))).text).failures == ()

"""Completions from a tiny model on this machine."""

import asyncio
import shutil
from pathlib import Path

import pytest

pytest.importorskip("trl", reason="needs the [train] extra")

from webgen_r1.errors import UserError
from webgen_r1.generate import GenerateConfig, make_generator
from webgen_r1.train.config import ScratchModel
from webgen_r1.train.scratch import make_scratch

pytestmark = pytest.mark.train

SPEC = ScratchModel(vocab_size=320, hidden_size=16, intermediate_size=32, layers=1, heads=2)
CHATS = [[{"role": "user", "content": text}] for text in ("a shop", "a much longer wish", "blog")]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    make_scratch(SPEC, ["a shop", "a blog"], 0, folder)
    return str(folder)


async def texts(config: GenerateConfig, seed: int = 0) -> list[str]:
    async with make_generator(config) as generator:
        said = await asyncio.gather(*(generator.generate(chat, seed) for chat in CHATS))
    assert all(one.tokens is not None and one.tokens <= config.max_tokens for one in said)
    return [one.text for one in said]


async def test_a_seed_repeats_itself_and_another_does_not(model: str) -> None:
    config = GenerateConfig(model=model, temperature=1.0, max_tokens=12)
    first = await texts(config, seed=1)
    assert first == await texts(config, seed=1)
    assert first != await texts(config, seed=2)


async def test_each_batch_has_random_numbers_of_its_own(model: str) -> None:
    """Two that ask the same, in two batches, are two draws; in the same order they repeat."""
    config = GenerateConfig(model=model, temperature=1.0, max_tokens=12, concurrency=1)
    rows = await texts(config, seed=1)
    long = GenerateConfig(model=model, temperature=1.0, max_tokens=12, concurrency=2)
    assert await texts(config, seed=1) == rows
    assert (await texts(long, seed=1))[0] != rows[0]


async def test_weights_that_are_cut_off_are_a_mistake_in_one_line(
    model: str, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(model, tmp_path / "cut"))
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:500])
    with pytest.raises(UserError, match="cannot load the model"):
        async with make_generator(GenerateConfig(model=str(folder))):
            pass


async def test_without_temperature_the_seed_does_not_matter(model: str) -> None:
    config = GenerateConfig(model=model, max_tokens=12)
    assert await texts(config, seed=1) == await texts(config, seed=2)


async def test_nothing_is_drawn_that_has_too_little_of_the_likeliest_tokens_probability(
    model: str,
) -> None:
    config = GenerateConfig(model=model, temperature=1.0, min_p=0.999, max_tokens=12)
    likeliest = await texts(GenerateConfig(model=model, max_tokens=12))
    assert await texts(config, seed=1) == await texts(config, seed=2) == likeliest


async def test_a_completion_at_its_limit_is_called_cut(model: str) -> None:
    async with make_generator(GenerateConfig(model=model, max_tokens=4)) as generator:
        said = await generator.generate(CHATS[0], 0)
    assert (said.tokens, said.cut) == (4, True)


async def test_a_model_that_is_not_there_is_a_mistake_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot load the model") as caught:
        async with make_generator(GenerateConfig(model=str(tmp_path / "none"))):
            pass
    assert "\n" not in str(caught.value)


async def test_listeners_of_one_batch_hear_each_their_own_completion(model: str) -> None:
    config = GenerateConfig(model=model, temperature=1.0, max_tokens=24)
    heard: list[list[str]] = [[], [], []]
    async with make_generator(config) as generator:
        said = await asyncio.gather(
            *(
                generator.generate(chat, 1, pieces.append if number else None)
                for number, (chat, pieces) in enumerate(zip(CHATS, heard, strict=True))
            )
        )
    assert heard[0] == []
    for one, pieces in zip(said[1:], heard[1:], strict=True):
        assert "".join(pieces) == one.text


async def test_leaving_ends_what_is_still_being_written(model: str, tmp_path: Path) -> None:
    endless = tmp_path / "endless"
    shutil.copytree(model, endless)
    (endless / "generation_config.json").write_text('{"eos_token_id": 9999}')
    config = GenerateConfig(model=str(endless), temperature=1.0, max_tokens=7000)
    heard = asyncio.Event()
    async with make_generator(config) as generator:
        task = asyncio.create_task(generator.generate(CHATS[0], 0, lambda _: heard.set()))
        await heard.wait()
    tokens = (await task).tokens
    assert tokens is not None
    assert tokens < 7000


def test_weights_are_loaded_as_what_the_machine_computes_with() -> None:
    import torch

    from webgen_r1.generate.decoding import weights_type

    assert weights_type("cuda", {}) == "auto"
    assert weights_type("cpu", {"avx2": True, "avx512_bf16": True}) == "auto"
    assert weights_type("cpu", {"avx2": True, "avx512_bf16": False}) == torch.float32
    assert weights_type("cpu", {}) == torch.float32

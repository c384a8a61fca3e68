"""Completions from an endpoint that speaks the real protocol, served on this machine."""

import asyncio

import pytest

from endpoint_server import completion, failure, serving, streamed
from webgen_r1.errors import GenerateError, UserError
from webgen_r1.generate import GenerateConfig, make_generator

CHAT = [{"role": "system", "content": "rules"}, {"role": "user", "content": "a shop"}]


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBGEN_MODEL_API_KEY", "word")
    monkeypatch.delenv("WEBGEN_MODEL_BASE_URL", raising=False)


async def test_the_answer_comes_back_as_it_was_given() -> None:
    async with serving(completion("<answer>\n site </answer> ")) as server:
        config = GenerateConfig(model="m", base_url=server.base_url, temperature=0.7, max_tokens=99)
        async with make_generator(config) as generator:
            said = await generator.generate(CHAT, seed=11)
    assert said.text == "<answer>\n site </answer> "
    assert not said.cut
    (body,) = server.bodies
    assert body["messages"] == CHAT
    assert (body["seed"], body["temperature"], body["max_tokens"]) == (11, 0.7, 99)
    assert "min_p" not in body  # a vendor's endpoint may refuse what it does not know
    assert server.headers[0]["authorization"] == "Bearer word"


async def test_min_p_is_sent_where_it_is_set() -> None:
    async with serving(completion("site")) as server:
        config = GenerateConfig(model="m", base_url=server.base_url, temperature=1.0, min_p=0.05)
        async with make_generator(config) as generator:
            await generator.generate(CHAT, seed=0)
    assert server.bodies[0]["min_p"] == 0.05


async def test_an_endpoint_that_is_busy_is_asked_again() -> None:
    async with (
        serving(failure(429, Retry_After="0"), completion("site")) as server,
        make_generator(GenerateConfig(model="m", base_url=server.base_url)) as generator,
    ):
        assert (await generator.generate(CHAT, seed=0)).text == "site"
    assert server.calls == 2


async def test_an_endpoint_that_refuses_is_an_outage_in_one_line() -> None:
    async with (
        serving(failure(401)) as server,
        make_generator(GenerateConfig(model="m", base_url=server.base_url)) as generator,
    ):
        with pytest.raises(GenerateError, match="refuses the key"):
            await generator.generate(CHAT, seed=0)


async def test_requests_run_side_by_side_up_to_the_limit() -> None:
    async with serving("site") as server:
        config = GenerateConfig(model="m", base_url=server.base_url, concurrency=3)
        async with make_generator(config) as generator:
            await asyncio.gather(*(generator.generate(CHAT, seed) for seed in range(9)))
    assert server.calls == 9
    assert 1 < server.busiest <= 3


def test_a_missing_key_is_a_mistake_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("WEBGEN_MODEL_API_KEY")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UserError, match="WEBGEN_MODEL_API_KEY"):
        make_generator(GenerateConfig(model="m", base_url="http://127.0.0.1:1/v1"))


def test_the_description_says_what_matters_and_no_key() -> None:
    generator = make_generator(GenerateConfig(model="m", base_url="http://127.0.0.1:1/v1"))
    assert generator.description["model"] == "m"
    assert "word" not in str(generator.description)


async def test_a_listener_hears_the_answer_in_pieces() -> None:
    heard: list[str] = []
    async with (
        serving(streamed("<answer>", "site", "</answer>", tokens=3)) as server,
        make_generator(GenerateConfig(model="m", base_url=server.base_url)) as generator,
    ):
        said = await generator.generate(CHAT, 0, heard.append)
    assert heard == ["<answer>", "site", "</answer>"]
    assert (said.text, said.tokens, said.cut) == ("<answer>site</answer>", 3, False)
    assert server.bodies[0]["stream"] is True


async def test_an_endpoint_that_does_not_stream_answers_in_one_piece() -> None:
    heard: list[str] = []
    refusal = failure(400, "stream is not supported")
    async with (
        serving(refusal, completion("site")) as server,
        make_generator(GenerateConfig(model="m", base_url=server.base_url)) as generator,
    ):
        said = await generator.generate(CHAT, 0, heard.append)
    assert (said.text, heard) == ("site", ["site"])
    assert "stream" not in server.bodies[1]


async def test_an_answer_that_breaks_off_is_not_shown_twice() -> None:
    heard: list[str] = []
    async with (
        serving(streamed("half", finish=None), streamed("whole")) as server,
        make_generator(GenerateConfig(model="m", base_url=server.base_url)) as generator,
    ):
        with pytest.raises(GenerateError):
            await generator.generate(CHAT, 0, heard.append)
    assert (heard, server.calls) == (["half"], 1)

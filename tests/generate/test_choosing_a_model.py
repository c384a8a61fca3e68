"""What `--model` may be, and what is said of what it may not be."""

import asyncio
from pathlib import Path

import pytest

from endpoint_server import serving
from webgen_r1.errors import GenerateError, UserError
from webgen_r1.generate.choose import choose


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBGEN_MODEL_API_KEY", "word")
    monkeypatch.delenv("WEBGEN_MODEL_BASE_URL", raising=False)


def policy(folder: Path) -> str:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    return str(folder)


def test_a_folder_is_a_model_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBGEN_MODEL_BASE_URL", "http://127.0.0.1:1/v1")
    config = choose(policy(tmp_path / "mine"), temperature=0.5)
    assert (config.endpoint, config.temperature) == (None, 0.5)


def test_a_name_with_an_owner_is_on_the_hub() -> None:
    assert choose("Qwen/Qwen2.5-Coder-7B-Instruct").endpoint is None


def test_any_other_name_belongs_to_the_endpoint_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WEBGEN_MODEL_BASE_URL", "http://127.0.0.1:1/v1")
    assert choose("gpt-x").endpoint == "http://127.0.0.1:1/v1"


async def test_an_endpoint_is_asked_for_its_only_model() -> None:
    async with serving("site") as server:
        config = await asyncio.to_thread(choose, server.base_url)
    assert (config.model, config.endpoint) == ("m", server.base_url)


async def test_of_several_models_one_must_be_named() -> None:
    async with serving("site") as server:
        server.models = ["small", "large"]
        with pytest.raises(UserError, match=r"serves 2 models \(small, large\): give --name"):
            await asyncio.to_thread(choose, server.base_url)
        assert (await asyncio.to_thread(choose, server.base_url, "large")).model == "large"


def test_an_endpoint_that_is_not_there_is_an_outage_in_one_line() -> None:
    with pytest.raises(GenerateError, match="cannot reach http://127") as caught:
        choose("http://127.0.0.1:1/v1")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("nanoo", r"no model 'nanoo': give a policy that ships \("),
        ("runs/mine/final", "no model 'runs/mine/final'"),
        ("./mine", "no model './mine'"),
        ("{here}", r"holds no model \(no config.json\)$"),
        ("{here}/run", "did you mean {here}/run/final"),
    ],
)
def test_what_is_no_model_is_a_mistake(tmp_path: Path, model: str, says: str) -> None:
    policy(tmp_path / "run" / "final")
    with pytest.raises(UserError, match=says.format(here=tmp_path)):
        choose(model.format(here=tmp_path))


def test_a_name_beside_a_folder_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--name is for an endpoint"):
        choose(policy(tmp_path / "mine"), "m")

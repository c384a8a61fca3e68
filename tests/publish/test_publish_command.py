"""`webgen publish`: what is sent, what is only written, and what is a mistake."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from test_model_card import safetensors
from typer.testing import CliRunner

from webgen_r1.cli_generate import app
from webgen_r1.commands.options import Session
from webgen_r1.commands.publish import PublishJob, publish
from webgen_r1.errors import InfraFailure, UserError
from webgen_r1.publish import Hub, make_hub

hub_library = pytest.importorskip("huggingface_hub", reason="needs the [train] extra")


class FakeHub:
    """Remembers what it was given; its repositories are there already where `public`."""

    def __init__(self, *, public: bool = False) -> None:
        self.public = public
        self.made: list[tuple[str, bool | None]] = []
        self.sent: list[dict[str, Any]] = []

    def create_repo(self, repo_id: str, *, private: bool | None, exist_ok: bool) -> None:
        assert exist_ok
        self.made.append((repo_id, private))

    def repo_info(self, repo_id: str) -> SimpleNamespace:
        (made,) = self.made
        return SimpleNamespace(private=not self.public and made[1])

    def upload_folder(self, **given: Any) -> None:
        self.sent.append(given)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text("{}")
    safetensors(tmp_path / "model.safetensors", (10, 10))
    return tmp_path


def run(job: PublishJob, hub: Hub) -> str:
    screen = io.StringIO()
    publish(job, Console(file=screen, width=160), lambda: hub)
    return screen.getvalue()


def test_model_and_card_are_sent_without_what_only_the_run_needs(folder: Path) -> None:
    hub = FakeHub()
    run(PublishJob(folder, "me/mine", private=True), hub)
    assert hub.made == [("me/mine", True)]
    (sent,) = hub.sent
    assert (sent["repo_id"], sent["folder_path"]) == ("me/mine", folder)
    names = ["model.safetensors", "webgen.json", "README.md", "training_args.bin", "log.jsonl"]
    names += ["checkpoint-1/model.safetensors", "trainer_state.json", "tokenizer.json"]
    kept = hub_library.utils.filter_repo_objects(
        names, allow_patterns=sent["allow_patterns"], ignore_patterns=sent["ignore_patterns"]
    )
    assert list(kept) == ["model.safetensors", "webgen.json", "README.md", "tokenizer.json"]


def test_a_private_model_does_not_go_to_a_public_repository(folder: Path) -> None:
    hub = FakeHub(public=True)
    with pytest.raises(UserError, match="me/mine is public"):
        run(PublishJob(folder, "me/mine", private=True), hub)
    assert hub.sent == []


def test_a_dry_run_writes_the_card_anew_and_sends_nothing(folder: Path) -> None:
    hub = FakeHub()
    (folder / "README.md").write_text("old")
    assert "nothing was sent" in run(PublishJob(folder, "me/mine", dry_run=True), hub)
    assert "webgen generate" in (folder / "README.md").read_text()
    assert not hub.made
    assert not hub.sent


def test_a_card_that_was_edited_is_sent_as_it_is(folder: Path) -> None:
    (folder / "README.md").write_text("edited")
    assert "as it is" in run(PublishJob(folder, "me/mine"), FakeHub())
    assert (folder / "README.md").read_text() == "edited"


def test_a_hub_that_cannot_be_reached_is_an_outage_in_one_line(folder: Path) -> None:
    hub = hub_library.HfApi(endpoint="http://127.0.0.1:1", token="hf_none")
    with pytest.raises(InfraFailure, match="cannot reach the Hugging Face hub") as caught:
        run(PublishJob(folder, "me/mine"), hub)
    assert "\n" not in str(caught.value)


def test_without_a_token_nothing_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_library.constants, "HF_TOKEN_PATH", str(tmp_path / "none"))
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UserError, match="no token for the Hugging Face hub"):
        make_hub()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["{here}", "--repo", "mine", "--dry-run"], "'mine' is no name for a repository"),
        (["{here}/none", "--repo", "me/mine", "--dry-run"], "holds no model"),
        (["{here}", "--repo", "me/mine", "--dry-run", "--eval", "{here}/no"], "cannot read"),
        (["{here}", "--repo", "me/mine", "--dry-run", "--recipe", "{here}/no"], "cannot read"),
    ],
)
def test_a_mistake_is_one_line(folder: Path, arguments: list[str], says: str) -> None:
    call = ["publish", *(one.format(here=folder) for one in arguments)]
    result = CliRunner().invoke(app, call, obj=Session(lambda *_: pytest.fail("no engine")))
    assert result.exit_code == 2
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1

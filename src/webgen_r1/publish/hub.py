"""Sending a policy's folder to the Hugging Face hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import httpx

from webgen_r1.errors import InfraFailure, UserError

SENT = ["*.safetensors", "*.json", "*.jinja", "*.txt", "*.model", "README.md"]
KEPT_BACK = ["*/*", "trainer_state.json", "settings.json"]
"""Of these: what lies in folders (checkpoints), and what only the run itself needs."""


class Hub(Protocol):
    """What of `huggingface_hub.HfApi` is used."""

    def create_repo(self, repo_id: str, *, private: bool | None, exist_ok: bool) -> object: ...

    def repo_info(self, repo_id: str) -> Any: ...  # noqa: ANN401 - one of several kinds

    def upload_folder(
        self,
        *,
        repo_id: str,
        folder_path: str | Path,
        commit_message: str | None,
        allow_patterns: list[str] | str | None,
        ignore_patterns: list[str] | str | None,
    ) -> object: ...


def make_hub() -> Hub:
    """The hub, as whoever is logged in. Raises UserError without the library or a token."""
    try:
        from huggingface_hub import HfApi, get_token
    except ImportError as error:
        raise UserError(
            "publishing needs huggingface_hub: pip install 'webgen-r1[train]'"
        ) from error
    if get_token() is None:
        raise UserError("no token for the Hugging Face hub: set HF_TOKEN or run `hf auth login`")
    return HfApi()


def send(hub: Hub, folder: Path, repo: str, *, private: bool) -> None:
    """Make the repository if need be, and put the policy there in one commit.

    Raises UserError for a name or a token that the hub refuses, InfraFailure where it cannot
    be reached.
    """
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        hub.create_repo(repo, private=private, exist_ok=True)
        if private and not hub.repo_info(repo).private:  # one that was there stays as it was
            raise UserError(f"{repo} is public: make it private on the hub, or name another")
        hub.upload_folder(
            repo_id=repo,
            folder_path=folder,
            commit_message="policy, tokenizer and model card",
            allow_patterns=SENT,
            ignore_patterns=KEPT_BACK,
        )
    except HFValidationError as error:
        raise UserError(f"{repo!r} is no name for a repository: give owner/name") from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        if status in (401, 403):
            raise UserError(
                f"the hub does not let this token write to {repo} ({status})"
            ) from error
        raise InfraFailure(f"the hub answers {status}: {error}", code="hub") from error
    except (httpx.HTTPError, OSError) as error:  # OSError: the library's offline mode
        reason = " ".join(str(error).split())[:200]
        raise InfraFailure(f"cannot reach the Hugging Face hub: {reason}", code="hub") from error

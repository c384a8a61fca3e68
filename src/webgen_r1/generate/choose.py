"""From what a user calls a model to the settings of generation."""

from __future__ import annotations

from typing import Any

import httpx

from webgen_r1.errors import GenerateError, UserError
from webgen_r1.generate.config import GenerateConfig
from webgen_r1.policies import check_is_policy

ADDRESSES = ("http://", "https://")
TIMEOUT_S = 10.0


def choose(model: str, name: str | None = None, **sampling: Any) -> GenerateConfig:  # noqa: ANN401
    """Settings for a policy that ships, a folder, a name on the hub, or the address of an
    OpenAI-compatible endpoint (`name` says which of its models; it is asked for its only one).

    `sampling` are fields of `GenerateConfig`. Raises UserError for what is no model, and
    GenerateError for an endpoint that cannot be reached.
    """
    if model.startswith(ADDRESSES):
        name = name or _only_model_at(model)
        return GenerateConfig(model=name, base_url=model, **sampling)
    if name is not None:
        raise UserError("--name is for an endpoint: give its address as --model http://…/v1")
    config = GenerateConfig(model=model, **sampling)
    if config.endpoint is None:
        check_is_policy(model)
    return config


def _only_model_at(address: str) -> str:
    # The client library behind it is slow to import and only this way of choosing needs it.
    from webgen_r1.endpoint import access
    from webgen_r1.generate.endpoint import ASKER

    key = access(ASKER, base_url=address, model="any").key
    try:
        answer = httpx.get(
            f"{address.rstrip('/')}/models",
            headers={"Authorization": f"Bearer {key}"},
            timeout=TIMEOUT_S,
        )
        answer.raise_for_status()
        names = [str(one["id"]) for one in answer.json()["data"]]
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        raise GenerateError(f"{address} answers {status} to /models: give --name") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise GenerateError(f"cannot reach {address}: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise GenerateError(f"{address} does not list its models: give --name") from error
    if len(names) != 1:
        listed = f"{len(names)} models ({', '.join(names[:8])})" if names else "no model"
        raise UserError(f"{address} serves {listed}: give --name")
    return names[0]

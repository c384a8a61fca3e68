"""Every setting, with its default and what it means. Recipes are these models in YAML."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self, TypeVar, get_args

import platformdirs
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from webgen_r1.errors import UserError
from webgen_r1.types import Mode

SandboxKind = Literal["auto", "bubblewrap", "container", "none"]


class Settings(BaseModel):
    """Base of every settings group: immutable; a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sampling(Settings):
    """How a model is asked for a completion."""

    temperature: float = Field(default=0.0, ge=0)
    top_p: float = Field(default=1.0, gt=0, le=1)
    """Of each token only the likeliest are drawn that have so much probability together."""
    min_p: float = Field(default=0.0, ge=0, lt=1)
    """Of each token only those are drawn that have so much of the likeliest one's probability
    (arXiv 2407.01082). A small model gives a little to thousands that are next to impossible;
    in hundreds of draws it takes one of them nearly always."""
    max_tokens: int = Field(default=8192, ge=1)
    """Longest completion (the paper's 8,192)."""

    @property
    def sampling(self) -> dict[str, float | int]:
        """These four alone, of a group of settings that has more."""
        return self.model_dump(include=set(Sampling.model_fields))


class SandboxConfig(Settings):
    kind: SandboxKind = "auto"
    """`auto` takes bubblewrap, then a container engine, else refuses. `none` must be asked for."""
    image: str = "node:22-bookworm-slim"
    """Image of the container sandbox."""


class BuildConfig(Settings):
    workers: int = Field(default=2, ge=1)
    """Warm Node processes, each building one project at a time."""
    timeout_s: float = Field(default=30.0, gt=0)
    """Wall time one build may take before its worker is killed."""
    memory_mb: int = Field(default=1024, ge=128)
    """Resident memory of a worker's process tree before it is killed."""
    max_processes: int = Field(default=64, ge=8)
    """Processes and threads inside one worker's sandbox are watched against this."""
    max_output_mb: int = Field(default=32, ge=1)
    """Size of a bundle."""
    recycle_mb: int = Field(default=320, ge=64)
    """A worker whose resident memory is above this after a build is replaced."""
    policy: Literal["registry", "store"] = "registry"
    """Dependency sets other than the scaffold's: resolve once from the registry, or refuse."""


class RenderConfig(Settings):
    concurrency: int = Field(default=4, ge=1)
    """Sites open at the same time."""
    width: int = Field(default=1280, ge=320)
    height: int = Field(default=800, ge=240)
    full_page: bool = True
    """Also a picture of the whole page where it is longer than the window. It is for people to
    look at: no judge needs it, and without it a site costs an eighth less."""
    max_full_height: int = Field(default=6000, ge=240)
    """Full-page pictures are cut here."""
    max_routes: int = Field(default=8, ge=1)
    page_timeout_s: float = Field(default=8.0, gt=0)
    site_timeout_s: float = Field(default=30.0, gt=0)
    image_type: Literal["jpeg", "png"] = "jpeg"
    retries: int = Field(default=2, ge=0)
    """Fresh browsers tried after a browser crash before it is an infrastructure failure."""
    browser_recycle: int = Field(default=200, ge=1)
    """Sites after which a browser is replaced."""


class JudgeConfig(Settings):
    kind: Literal["design", "openai"] = "design"
    base_url: str | None = None
    """OpenAI-compatible endpoint; WEBGEN_JUDGE_BASE_URL otherwise."""
    model: str | None = None
    """WEBGEN_JUDGE_MODEL otherwise. The key comes from WEBGEN_JUDGE_API_KEY or OPENAI_API_KEY."""
    rubric: Path | None = None
    """A file that replaces the rubric that ships."""
    draws: int = Field(default=1, ge=1)
    """Independent verdicts averaged into one."""
    temperature: float = Field(default=0.0, ge=0)
    concurrency: int = Field(default=8, ge=1)
    timeout_s: float = Field(default=120.0, gt=0)
    retries: int = Field(default=4, ge=0)
    max_pages: int = Field(default=6, ge=1)
    """Pictures sent with one request."""
    cache: bool = True


class RewardConfig(Settings):
    preset: Literal["paper", "graded", "released"] = "paper"
    cascade: bool = True
    """Whether a failed rule or build ends the cascade with its ψ. Without it, for ablations, every
    stage that can be reached is, and the terms are added up from the start."""
    psi_static: float = 0.0
    """Reward when a static rule fails."""
    psi_build: float = 0.1
    """Reward when the build fails; also the floor of every project that builds."""
    visual: float = Field(default=1, ge=0)
    """Weight of s_vis; 1 but for ablations."""
    gamma: float = Field(default=0.1, ge=0)
    """Weight of s_func."""
    lam: float = Field(default=0.1, ge=0)
    """Weight of s_cot; may be written `lambda` as in the paper, which Python has taken."""
    checks_weight: float = Field(default=0, ge=0)
    """Weight of the share of interaction checks that pass; 0 (as in the paper) runs none."""
    functional_scope: Literal["all", "home"] = "all"
    """Routes that s_func looks at."""

    @model_validator(mode="before")
    @classmethod
    def _lambda_is_lam(cls, given: Any) -> Any:  # noqa: ANN401 - whatever was given
        """`reward.lambda=0.5` on a call also replaces the `lam` of a recipe."""
        if not isinstance(given, Mapping) or "lambda" not in given:
            return given
        others = {key: value for key, value in given.items() if key != "lambda"}
        return others | {"lam": given["lambda"]}

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.psi_build < self.psi_static:
            raise ValueError("psi_build must not be below psi_static")
        return self


class EvidenceConfig(Settings):
    """What the engine finds out beside the reward; evaluation turns all of it on."""

    lint: bool = False
    """ESLint and dependency checks of every project (LDPR)."""
    checks: bool = False
    """Interaction checks of every rendered site; on by itself where the reward uses them."""
    sites: bool = False
    """Keep every built site beside the traces."""


class EngineConfig(Settings):
    """Everything `CascadedReward` needs."""

    scaffold: str = "vite-react-typescript"
    mode: Mode = "full"
    sandbox: SandboxConfig = SandboxConfig()
    build: BuildConfig = BuildConfig()
    render: RenderConfig = RenderConfig()
    judge: JudgeConfig = JudgeConfig()
    reward: RewardConfig = RewardConfig()
    evidence: EvidenceConfig = EvidenceConfig()


def home() -> Path:
    """Where `webgen setup` keeps what it prepares: $WEBGEN_HOME, else the user's cache folder."""
    given = os.environ.get("WEBGEN_HOME")
    return Path(given) if given else platformdirs.user_cache_path("webgen-r1")


Model = TypeVar("Model", bound=BaseModel)


def load_yaml(path: Path, model: type[Model], *, context: object = None) -> Model:
    """Read `path` as `model`; `context` is for its validators.

    Raises UserError with one line that names file and field.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        return model.model_validate({} if raw is None else raw, context=context)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not valid YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        raise UserError(f"{path}: {mistake(error, model)}") from error


def mistake(error: ValidationError, model: type[BaseModel]) -> str:
    """The first mistake in one line, with its place; a key nobody knows with the nearest one."""
    first = error.errors()[0]
    *parents, last = first["loc"] or ("top level",)
    where = ".".join(map(str, first["loc"])) or "top level"
    if first["type"] != "extra_forbidden":
        return f"{where}: {first['msg']}"
    close = difflib.get_close_matches(str(last), _fields_at(model, parents), n=1)
    return f"{where}: no such key" + (f"; did you mean {close[0]}?" if close else "")


def _fields_at(model: type[BaseModel], place: Sequence[int | str]) -> list[str]:
    """Names of the fields of the settings that stand at `place` within `model`."""
    here: list[type[BaseModel]] = [model]
    for part in place:
        fields = [group.model_fields.get(str(part)) for group in here]
        inner = [group for field in fields if field for group in _settings_in(field.annotation)]
        here = inner or here  # a tag of a union, or a place in a list, is no field
    return [name for group in here for name in group.model_fields]


def _settings_in(annotation: object) -> list[type[BaseModel]]:
    """The settings groups that an annotation such as ``Group | None`` mentions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [group for part in get_args(annotation) for group in _settings_in(part)]

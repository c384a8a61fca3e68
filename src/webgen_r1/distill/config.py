"""What a distillation recipe says: `DistillRecipe` in YAML, see recipes/."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from webgen_r1.blueprint.plan import Size
from webgen_r1.config import EngineConfig, Settings
from webgen_r1.generate import GenerateConfig
from webgen_r1.recipe import Recipe, Source

BLUEPRINT_SCAFFOLD = "vite-react-kit"


class DistillData(Settings):
    """The instructions to ask the teacher."""

    source: Source
    """A .jsonl or .parquet file, relative to the recipe, or a dataset on the hub."""
    limit: int | None = Field(default=None, ge=1)
    """Take only the first so many."""
    against: tuple[Source, ...] = ()
    """Instructions to be evaluated on later: what is like one of them is not asked."""


class BlueprintTeacher(Settings):
    """The teacher that needs no model."""

    kind: Literal["blueprint"]
    size: Size = "full"

    @property
    def concurrency(self) -> int:
        return 1

    @property
    def description(self) -> dict[str, Any]:
        return self.model_dump()


class ModelTeacher(GenerateConfig):
    """An endpoint, or a model on this machine."""

    kind: Literal["model"]

    @property
    def description(self) -> dict[str, Any]:
        return {"kind": self.kind, **super().description}


class DistillRecipe(Recipe):
    """One dataset of examples."""

    data: DistillData
    teacher: Annotated[BlueprintTeacher | ModelTeacher, Field(discriminator="kind")]
    engine: EngineConfig = EngineConfig()
    """The reward, and with `engine.scaffold` and `engine.mode` the task."""
    samples: int = Field(default=1, ge=1)
    """Completions asked for each instruction."""
    vary_colours: bool = True
    """Whether samples after the first are asked with other colours than the instruction's, so
    that a pupil must read them instead of remembering."""
    score: float = Field(default=1.0, ge=0, le=1)
    """Share of the samples that are really built, opened and graded; false for none. The others
    only have to parse, and have no reward."""
    min_reward: float = 3.0
    """Sites that render and have at least this reward are kept."""
    max_similarity: float = Field(default=0.9, gt=0, le=1)
    """Of sites that share at least this much of their text the best is kept; 1 drops only
    copies."""
    keep: int | None = Field(default=600, ge=1)
    """So many examples at most (the paper's 600): the best of each instruction first, then the
    best of the rest. None keeps all."""
    max_failures: int = Field(default=20, ge=1)
    """The run stops after so many failures in a row, of the teacher or of the engine."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        teacher = self.teacher
        if isinstance(teacher, BlueprintTeacher) and self.engine.scaffold != BLUEPRINT_SCAFFOLD:
            raise ValueError(f"the blueprint teacher writes for the scaffold {BLUEPRINT_SCAFFOLD}")
        always_same = isinstance(teacher, ModelTeacher) and teacher.temperature == 0
        if self.samples > 1 and always_same and not self.vary_colours:
            raise ValueError(
                f"{self.samples} samples at temperature 0 are {self.samples} times the same: "
                "set teacher.temperature"
            )
        return self

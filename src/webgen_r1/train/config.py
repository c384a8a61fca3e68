"""What training recipes say: `SftRecipe` and `GrpoRecipe` in YAML, see recipes/."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, NonNegativeInt, model_validator

from webgen_r1.config import EngineConfig, Settings
from webgen_r1.policies import Trained
from webgen_r1.recipe import Beside, Recipe, Source


class ScratchModel(Settings):
    """A randomly initialised decoder and a tokenizer made for it: a Llama, or with `convolutions`
    an LFM2."""

    vocab_size: int = Field(default=1024, ge=300)
    """Entries of the byte-level BPE, special tokens included; trained on the run's own texts."""
    phrases: tuple[str, ...] = ()
    """Pieces of text that are one token each, beside what the BPE finds: the task's fixed code."""
    words: tuple[str, ...] = ()
    """Whole words that are one token wherever they stand, the blank before them apart: what is
    to be copied from the instruction is easier to find again when it looks the same."""
    system: bool = True
    """Whether the chat template shows the system prompt; a model that will only ever know one
    task need not read its rules each time."""
    hidden_size: int = Field(default=64, ge=8)
    intermediate_size: int = Field(default=192, ge=8)
    layers: int = Field(default=2, ge=1)
    convolutions: tuple[NonNegativeInt, ...] = ()
    """Layers, from 0, that look at the last three tokens only, instead of attending to all. A
    small model learns to copy much sooner with some: the layer after one can look for what
    followed a token."""
    heads: int = Field(default=4, ge=1)
    kv_heads: int = Field(default=2, ge=1)
    tie_embeddings: bool = False
    """One matrix for reading and for writing tokens."""
    max_length: int = Field(default=8192, ge=256)
    """Positions: prompt and completion together."""

    @model_validator(mode="after")
    def _divides(self) -> Self:
        if self.hidden_size % self.heads or (self.hidden_size // self.heads) % 2:
            raise ValueError("hidden_size must be an even multiple of heads")
        if self.heads % self.kv_heads:
            raise ValueError("heads must be a multiple of kv_heads")
        if any(layer >= self.layers for layer in self.convolutions):
            raise ValueError(f"convolutions: layers are numbered 0 to {self.layers - 1}")
        if len(set(self.convolutions)) == self.layers:
            raise ValueError("convolutions: one layer at least must attend")
        return self


class ModelConfig(Settings):
    """The policy to start from: exactly one of `path` and `scratch`."""

    path: Source | None = None
    """A folder in the Hugging Face format, a name on the hub, or a policy that ships."""
    scratch: ScratchModel | None = None
    lora: dict[str, Any] | None = None
    """Fields of `peft.LoraConfig` by their own names: train an adapter, not the weights."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.path is None) == (self.scratch is None):
            raise ValueError("give either path or scratch")
        return self


class TrainRecipe(Recipe):
    """What `sft` and `grpo` share."""

    model: ModelConfig
    trainer: dict[str, Any] = Field(default_factory=dict)
    """Fields of the trainer's own config (`trl.SFTConfig`, `trl.GRPOConfig`) by their names."""
    cpu_threads: int | None = Field(default=None, ge=1)
    """Threads torch computes with on a CPU, None for its own choice. A tiny model is quicker
    with one: with more it mostly waits for the others, the longer the busier the machine."""


class ExampleData(Settings):
    """The examples to learn from."""

    source: Source
    """What `webgen distill` wrote, or any dataset with a column `messages`: a .jsonl or .parquet
    file, or a name on the hub."""
    limit: int | None = Field(default=None, ge=1)
    """Take only the first so many."""
    max_tokens: int = Field(default=12288, ge=1)
    """Examples that are longer, prompt and completion together, are left out; the run says how
    many."""


class SftRecipe(TrainRecipe):
    """One run of supervised fine-tuning."""

    data: ExampleData
    policy: Trained | None = None
    """What the model learns to write, kept beside it for `webgen generate` and `webgen eval`."""
    stop_at: int | None = Field(default=None, ge=1)
    """End after so many steps, with the rate that the schedule of `trainer.max_steps` has then:
    what is left to learn is for reinforcement learning."""


class InstructionData(Settings):
    """The instructions to train on."""

    source: Source
    """A .jsonl or .parquet file, relative to the recipe, or a dataset on the hub."""
    limit: int | None = Field(default=None, ge=1)
    """Take only the first so many."""
    against: tuple[Source, ...] = ()
    """Test sets: an instruction near one of theirs is left out."""
    max_prompt_tokens: int = Field(default=4096, ge=1)
    """Instructions whose prompt is longer are left out; the run says how many."""


class GrpoRecipe(TrainRecipe):
    """One GRPO run."""

    data: InstructionData
    engine: EngineConfig = EngineConfig()
    """The reward, and with `engine.scaffold` and `engine.mode` the task."""
    preflight: Beside | None = None
    """A completion, relative to the recipe, scored before the first step; if it cannot be
    scored the run does not start. Its name up to the first dot is the id of its instruction."""
    pause_s: float = Field(default=60.0, ge=0)
    """Seconds to wait when no completion of a batch could be scored; then it is scored again."""
    max_pauses: int = Field(default=10, ge=0)
    """After so many pauses the step is lost. Keep their sum below trainer.ddp_timeout (30
    minutes): the other processes of a run wait meanwhile."""
    max_lost_steps: int = Field(default=3, ge=1)
    """The run stops after so many lost steps in a row."""
    gallery_steps: int | None = Field(default=None, ge=1)
    """Keep pictures of the first step and of every so many steps, None for none."""
    gallery_size: int = Field(default=3, ge=1)
    """Pictures of so many completions each of so many instructions."""

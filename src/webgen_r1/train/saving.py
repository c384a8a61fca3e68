"""What a run leaves on disk: checkpoints that are whole or not there, and the final model."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from accelerate.utils import is_peft_model
from safetensors import SafetensorError
from transformers import Trainer

from webgen_r1.errors import DiskError
from webgen_r1.policies import Trained, write_trained
from webgen_r1.train.places import step_of


class WholeCheckpoints:
    """For a Trainer to inherit from first: checkpoints that are whole, and what they go on to."""

    args: Any
    state: Any

    @property
    def last_step(self) -> int:
        """Step after which the run ends; -1 where epochs are counted."""
        return int(self.args.max_steps)

    def train_from(self, checkpoint: Path | None) -> None:
        """Train, from a checkpoint if there is one. One that holds all of the steps is loaded:
        transformers 5.23 would take another step before it looks at their number."""
        done = step_of(checkpoint) if checkpoint else 0
        if 0 < self.last_step <= done and not self.is_deepspeed_enabled:  # type: ignore[attr-defined]
            self._load_from_checkpoint(str(checkpoint))  # type: ignore[attr-defined]
            self.state.global_step = done
        else:
            self.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)  # type: ignore[attr-defined]

    # One that cannot be written is removed: it would keep the space that it filled, and look
    # like one that can be used.
    def _save_checkpoint(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
        with _written(folder):
            super()._save_checkpoint(*args, **kwargs)  # type: ignore[misc]


def save_final(trainer: Trainer, folder: Path, trained: Trained | None) -> None:
    """Write the trained model, its tokenizer and the note about it, whole or not at all; an
    adapter is merged into the model it adapts.

    DeepSpeed may have cut the model into pieces; with it an adapter is written as it is.
    """
    draft = folder.with_name(f".{folder.name}.part")
    if trainer.args.should_save:
        shutil.rmtree(draft, ignore_errors=True)
    trainer.accelerator.wait_for_everyone()
    with _written(draft):
        if not is_peft_model(trainer.model) or trainer.is_deepspeed_enabled:
            trainer.save_model(str(draft))
        elif trainer.args.should_save:
            trainer.model.merge_and_unload().save_pretrained(draft)
            trainer.processing_class.save_pretrained(draft)
        if trained is not None and trainer.args.should_save:
            write_trained(draft, trained)
    trainer.accelerator.wait_for_everyone()
    if trainer.args.should_save:
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    """Raises DiskError, and removes what there is of `folder`, if writing it fails."""
    try:
        yield
    except (OSError, RuntimeError, SafetensorError) as error:
        reason = _disk_error(error)
        if reason is None:
            raise
        free = shutil.disk_usage(folder.parent).free // 2**20
        shutil.rmtree(folder, ignore_errors=True)
        raise DiskError(
            f"cannot write {folder}: {reason} ({free} MB free); what was saved before is kept, "
            "and the same command goes on from there"
        ) from error


def _disk_error(error: Exception) -> str | None:
    """Why a file could not be written; None if the error is about something else."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, SafetensorError):
        return str(error)
    # torch.save reports it without an error number, in several ways.
    torchs = ("PytorchStreamWriter", "inline_container", "iostream error")
    return "torch cannot write to the disk" if any(sign in str(error) for sign in torchs) else None

"""Records that belong to optimiser steps, in a file that a continued run goes on with."""

from __future__ import annotations

from typing import TypeVar

from webgen_r1 import jsonl
from webgen_r1.config import Settings
from webgen_r1.jsonl import RecordWriter


class OfStep(Settings):
    """Base of such a record."""

    step: int


Record = TypeVar("Record", bound=OfStep)


class StepWriter(RecordWriter[Record]):
    """Appends records; a run that continues replaces what came after its checkpoint."""

    def continue_from(self, step: int) -> list[Record]:
        """Drop the records after `step`; returns those that stay."""
        records = jsonl.read_all(self.path, self._kind)
        kept = [record for record in records if record.step <= step]
        if len(kept) < len(records):
            self.start_over()
            for record in kept:
                self.append(record)
        return kept

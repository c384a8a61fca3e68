"""Training rows that must go: those that repeat one another, and those near a test row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import Field

from webgen_r1.config import Settings
from webgen_r1.instructions.meaning import ByMeaning, Embedder
from webgen_r1.instructions.overlap import GramIndex, Match, grams, shared_run, weights, words
from webgen_r1.types import Frozen, Instruction

Reason = Literal["contaminated", "duplicate"]
MeasureName = Literal["words", "meaning"]


class CleanSettings(Settings):
    """The thresholds were set by eye on WebGen-Instruct, see docs/instructions.md."""

    dedupe: bool = True
    ngram: int = Field(default=5, ge=1)
    """Words in a run: long enough to say something, short enough to survive a changed word."""
    duplicate: float = Field(default=0.4, gt=0, le=1)
    """Weighted Jaccard similarity from which two rows ask for the same site."""
    contaminated: float = Field(default=0.3, gt=0, le=1)
    """Share of a test row's weight that a training row may not have. Stricter than `duplicate`,
    and blind to what else the training row says: a leak costs more than a lost row."""
    meaning: float = Field(default=0.9, gt=0, le=1)
    """Cosine similarity from which two rows mean the same. It depends on the model that embeds."""


class Dropped(Frozen):
    """A row that was left out, and the row it is like: an earlier one, or a test row."""

    id: str
    text: str
    reason: Reason
    by: MeasureName
    similarity: float
    like_id: str
    like_text: str
    shared: str
    """The longest run of words in both, colours apart."""


@dataclass(frozen=True)
class Cleaned:
    """`kept` in the order of the rows; `dropped` by reason, then in that order."""

    kept: tuple[Instruction, ...]
    dropped: tuple[Dropped, ...]


class _Measure(Protocol):
    def contaminated(self, rows: Iterable[int]) -> Mapping[int, Match]:
        """Those of the training rows `rows` that are near a test row, with that row."""

    def repeats(self, rows: Iterable[int]) -> Mapping[int, Match]:
        """Those of `rows` that repeat an earlier one which repeats none itself."""


def clean(
    train: Sequence[Instruction],
    against: Sequence[Instruction] = (),
    settings: CleanSettings | None = None,
    embed: Embedder | None = None,
) -> Cleaned:
    """`train` without the rows near one of `against`, then without repeats; the first one stays.

    Words decide; where `embed` is given, meaning does too. Raises what `embed` raises.
    """
    settings = settings or CleanSettings()
    texts, tests = [row.text for row in train], [row.text for row in against]
    measures: dict[MeasureName, _Measure] = {"words": ByWords(texts, tests, settings)}
    if embed is not None:
        measures["meaning"] = ByMeaning(texts, tests, settings.meaning, embed)
    dropped: dict[int, Dropped] = {}
    for by, measure in measures.items():
        left = [number for number in range(len(train)) if number not in dropped]
        for number, match in measure.contaminated(left).items():
            like = against[match.row]
            dropped[number] = _dropped(train[number], like, "contaminated", by, match)
    for by, measure in measures.items() if settings.dedupe else ():
        left = [number for number in range(len(train)) if number not in dropped]
        for number, match in measure.repeats(left).items():
            like = train[match.row]
            dropped[number] = _dropped(train[number], like, "duplicate", by, match)
    return Cleaned(
        kept=tuple(row for number, row in enumerate(train) if number not in dropped),
        dropped=tuple(dropped.values()),
    )


class ByWords:
    """Similarity by shared runs of words."""

    def __init__(self, train: Sequence[str], tests: Sequence[str], settings: CleanSettings) -> None:
        self._settings = settings
        self._train = [grams(words(text), settings.ngram) for text in train]
        self._tests = [grams(words(text), settings.ngram) for text in tests]
        self._weights = weights([*self._train, *self._tests])

    def contaminated(self, rows: Iterable[int]) -> Mapping[int, Match]:
        index = GramIndex(self._weights, self._settings.contaminated, "containment")
        for number, test in enumerate(self._tests):
            index.add(number, test)
        found = {number: index.nearest(self._train[number]) for number in rows}
        return {number: match for number, match in found.items() if match}

    def repeats(self, rows: Iterable[int]) -> Mapping[int, Match]:
        index = GramIndex(self._weights, self._settings.duplicate, "jaccard")
        found = {}
        for number in rows:
            if match := index.nearest(self._train[number]):
                found[number] = match
            else:
                index.add(number, self._train[number])
        return found


def _dropped(
    row: Instruction, like: Instruction, reason: Reason, by: MeasureName, match: Match
) -> Dropped:
    return Dropped(
        id=row.id,
        text=row.text,
        reason=reason,
        by=by,
        similarity=round(match.similarity, 3),
        like_id=like.id,
        like_text=like.text,
        shared=shared_run(words(row.text), words(like.text)),
    )

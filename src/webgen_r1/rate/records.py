"""Ratings on disk: one `Grade` or `Choice` per line of JSONL, appended as people give them.

A site is named `<run folder name>/<trace id>`, as `site_name` writes it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError, model_validator

from webgen_r1.errors import UserError
from webgen_r1.types import Frozen

RATINGS_FILE = "ratings.jsonl"

Preference = Literal["a", "b", "tie"]


class Grade(Frozen):
    """One rater's grade of one site, 1 (worst) to 5 (best)."""

    schema_version: Literal[1] = 1
    rater: str = Field(min_length=1)
    kind: Literal["grade"] = "grade"
    site: str = Field(min_length=1)
    score: int = Field(ge=1, le=5)
    at: AwareDatetime
    seconds: float | None = Field(default=None, ge=0)
    """How long the rater looked before deciding."""
    comment: str | None = None
    repeat: bool = False
    """Shown a second time, to measure how far a rater agrees with themselves."""

    @property
    def subject(self) -> Hashable:
        """What was rated by whom: a later rating of the same subject replaces this one."""
        return (self.rater, self.site, self.repeat)


class Choice(Frozen):
    """One rater's choice between two sites."""

    schema_version: Literal[1] = 1
    rater: str = Field(min_length=1)
    kind: Literal["choice"] = "choice"
    a: str = Field(min_length=1)
    b: str = Field(min_length=1)
    choice: Preference
    at: AwareDatetime
    seconds: float | None = Field(default=None, ge=0)
    left: Literal["a", "b"] | None = None
    """Which of the two stood on the left, to measure a leaning to one side."""
    comment: str | None = None
    repeat: bool = False

    @model_validator(mode="after")
    def _two_sites(self) -> Self:
        if self.a == self.b:
            raise ValueError("a and b are the same site")
        return self

    @property
    def subject(self) -> Hashable:
        """As of `Grade`; which of the two stood left does not matter."""
        return (self.rater, frozenset((self.a, self.b)), self.repeat)


Rating = Grade | Choice

_LINE: TypeAdapter[Rating] = TypeAdapter(Annotated[Rating, Field(discriminator="kind")])


def site_name(run: Path | str, trace_id: str) -> str:
    """How a site is named in ratings. `run` is the run's folder."""
    return f"{Path(run).resolve().name}/{trace_id}"


def read_ratings(paths: Iterable[Path]) -> list[Rating]:
    """The ratings that count, in order of first appearance over all files; no repeats.

    Of several ratings of the same subject the one given last (`at`) counts. A torn last
    line, as a killed server leaves, is passed over. Raises UserError, naming file and
    line, for a file that cannot be read or a whole line that is no rating.
    """
    return [rating for rating in read_all(paths) if not rating.repeat]


def read_all(paths: Iterable[Path]) -> list[Rating]:
    """As `read_ratings`, with the ratings of sites that were shown a second time (`repeat`)."""
    last: dict[Hashable, Rating] = {}
    for path in paths:
        for rating in _read(path):
            before = last.get(rating.subject)
            if before is None or rating.at >= before.at:
                last[rating.subject] = rating
    return list(last.values())


def is_rating(line: bytes) -> bool:
    """Whether a line is a whole rating."""
    try:
        _LINE.validate_json(line)
    except ValidationError:
        return False
    return True


def _read(path: Path) -> Iterator[Rating]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    yield _LINE.validate_json(line)
                except ValidationError as error:
                    if line.endswith(b"\n"):
                        raise _bad_line(path, number, error) from error
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error


def _bad_line(path: Path, number: int, error: ValidationError) -> UserError:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return UserError(f"{path}:{number} is not a rating: {where} {first['msg']}")

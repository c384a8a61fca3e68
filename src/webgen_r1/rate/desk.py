"""Where raters work: who is shown what, how far each is, and what was given."""

from __future__ import annotations

import statistics
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from webgen_r1.errors import UserError
from webgen_r1.rate.order import Subject, Task, tasks
from webgen_r1.rate.records import Choice, Grade, Preference, Rating
from webgen_r1.rate.store import RatingsFile

Mode = Literal["grade", "compare"]
Answer = int | Literal["left", "right", "tie"]
"""A grade 1 to 5, or which of two sites is better as the rater sees them."""

NAME_LENGTH = 40


def rater_name(text: str) -> str:
    """A rater's name with blanks tidied, one form for one name. Raises UserError."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(name) <= NAME_LENGTH or not name.isprintable():
        raise UserError(f"a rater needs a name of 1 to {NAME_LENGTH} characters")
    return name


class Desk:
    """Hands out tasks and takes ratings. Tasks of a rater are numbered from 0."""

    def __init__(
        self,
        subjects: Sequence[Subject],
        file: RatingsFile,
        *,
        seed: int = 0,
        repeats: float = 0.0,
    ) -> None:
        self.mode: Mode = "grade" if len(subjects[0]) == 1 else "compare"
        self._subjects = subjects
        self._file = file
        self._seed = seed
        self._repeats = repeats
        self._tasks: dict[str, list[Task]] = {}

    def tasks(self, rater: str) -> list[Task]:
        """Everything that `rater` is asked to rate, in order."""
        if rater not in self._tasks:
            self._tasks[rater] = tasks(self._subjects, rater, self._seed, self._repeats)
        return self._tasks[rater]

    def given(self, rater: str, number: int) -> Rating | None:
        """What `rater` said about their task `number`, if anything."""
        return self._file.given(self.tasks(rater)[number].subject(rater))

    def first_open(self, rater: str) -> int | None:
        """The first task without a rating: where a rater goes on. None at the end."""
        open_ones = (n for n in range(len(self.tasks(rater))) if self.given(rater, n) is None)
        return next(open_ones, None)

    def rate(
        self, rater: str, number: int, answer: Answer, seconds: float | None, comment: str | None
    ) -> None:
        """Keep a rating; it replaces an earlier one of the same task. Raises DiskError."""
        task = self.tasks(rater)[number]
        at = datetime.now(UTC)
        if isinstance(answer, int):
            rating: Rating = Grade(
                rater=rater,
                site=task.sites[0].name,
                score=answer,
                at=at,
                seconds=seconds,
                comment=comment,
                repeat=task.repeat,
            )
        else:
            a, b = task.sites
            rating = Choice(
                rater=rater,
                a=a.name,
                b=b.name,
                choice=_preference(answer, swapped=task.swapped),
                at=at,
                seconds=seconds,
                left="b" if task.swapped else "a",
                comment=comment,
                repeat=task.repeat,
            )
        self._file.add(rating)

    def answer(self, rater: str, number: int) -> Answer | None:
        """What was given for a task, in terms of what the rater sees."""
        rating = self.given(rater, number)
        if rating is None:
            return None
        if isinstance(rating, Grade):
            return rating.score
        if rating.choice == "tie":
            return "tie"
        # By name: a file may have been written when the runs were named in another order.
        chosen = rating.a if rating.choice == "a" else rating.b
        return "left" if self.tasks(rater)[number].shown[0].name == chosen else "right"

    def tally(self, rater: str) -> dict[str, int]:
        """How often `rater` gave each answer, for the last page."""
        answers = [self.answer(rater, number) for number in range(len(self.tasks(rater)))]
        return dict(Counter(str(answer) for answer in answers if answer is not None))

    def median_seconds(self, rater: str) -> float | None:
        """How long `rater` looked, typically."""
        ratings = [self.given(rater, number) for number in range(len(self.tasks(rater)))]
        seconds = [one.seconds for one in ratings if one is not None and one.seconds is not None]
        return statistics.median(seconds) if seconds else None


def _preference(answer: Answer, *, swapped: bool) -> Preference:
    if answer == "tie":
        return "tie"
    return "b" if (answer == "left") == swapped else "a"

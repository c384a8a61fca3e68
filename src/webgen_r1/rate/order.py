"""What a rater is shown, in which order: random, and the same each time it is asked.

Everything is drawn from a hash of seed, rater and what is shown, not from a generator that
is stepped: sites that are added to a run later find a place without moving the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from webgen_r1.rate.sites import RatedSite

MOST_APART = 8
"""Other tasks between a site and its repeat, at least, where there are so many."""

Subject = tuple[RatedSite, ...]
"""What one rating is about: one site to grade, or two to choose from."""


@dataclass(frozen=True)
class Task:
    """One thing to rate. `sites` are in the order of the runs, `shown` as they stand."""

    sites: Subject
    swapped: bool = False
    repeat: bool = False

    @property
    def shown(self) -> Subject:
        """From left to right."""
        return self.sites[::-1] if self.swapped else self.sites

    def subject(self, rater: str) -> Hashable:
        """As `subject` of the record that a rating of this task leaves."""
        names = [site.name for site in self.sites]
        return (rater, names[0] if len(names) == 1 else frozenset(names), self.repeat)


def tasks(subjects: Sequence[Subject], rater: str, seed: int, repeats: float) -> list[Task]:
    """Every subject once, and the share `repeats` of them a second time further on.

    A repeat of a comparison has its sides exchanged, so that it also shows a leaning to one.
    """

    def draw(purpose: str, subject: Subject) -> int:
        words = [str(seed), rater, purpose, *(site.name for site in subject)]
        return int.from_bytes(hashlib.sha256("\0".join(words).encode()).digest()[:8])

    order = sorted(subjects, key=lambda subject: draw("order", subject))
    count = len(order)
    apart = min(MOST_APART, count // 2)
    placed = []
    for place, subject in enumerate(order):
        swapped = len(subject) == 2 and draw("side", subject) % 2 == 1
        placed.append((float(place), Task(subject, swapped)))
    again = [task for place, task in placed if place + apart < count] if count > 1 else []
    again.sort(key=lambda task: draw("repeat", task.sites))
    at = {task.sites: int(place) for place, task in placed}
    for task in again[: round(repeats * count)]:
        first = at[task.sites] + apart
        place = first + draw("place", task.sites) % (count - first)
        swapped = len(task.sites) == 2 and not task.swapped
        placed.append((place + 0.5, Task(task.sites, swapped, repeat=True)))
    placed.sort(key=lambda pair: pair[0])
    return [task for _, task in placed]

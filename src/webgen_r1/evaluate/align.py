"""Human alignment: which scorer ranks sites as people do, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from webgen_r1.errors import UserError
from webgen_r1.evaluate.align_people import (
    RaterAgreement,
    marks_of,
    mean_marks,
    preferences,
    rater_agreement,
    standardised,
)
from webgen_r1.evaluate.align_scores import SiteScores, order_of
from webgen_r1.rate.records import Choice, Grade, Rating
from webgen_r1.stats.agreement import MIN_SITES, Agreement, agreement
from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.preference import bradley_terry, choice_agreement
from webgen_r1.types import Frozen

RESAMPLES = 5_000

Source = Literal["grades", "standardised grades", "choices"]


class AlignedSite(Frozen):
    """One rated site: `people` is the mean of its raters, or its score from their choices."""

    site: str
    people: float
    raters: int = 0
    """How many grades the mean is of; 0 where it comes from choices."""
    scores: dict[str, float] = Field(default_factory=dict)


class ScorerAlignment(Frozen):
    """One scorer against people."""

    name: str
    agreement: Agreement
    choices: Estimate = Estimate()
    """Share of people's choices between two sites that the scorer makes too."""


class Alignment(Frozen):
    """What `webgen align` finds: `align.json`."""

    schema_version: Literal[1] = 1
    source: Source
    """Where `AlignedSite.people` comes from."""
    runs: tuple[str, ...]
    sites: tuple[AlignedSite, ...]
    scorers: tuple[ScorerAlignment, ...]
    raters: RaterAgreement
    choices: int = 0
    unknown_sites: int = 0
    """Sites that were rated but are in none of the runs; their ratings do not count."""
    unknown_ratings: int = 0
    notes: tuple[str, ...] = ()


def align(
    scores: SiteScores, ratings: Sequence[Rating], *, standardise: bool = False, seed: int = 0
) -> Alignment:
    """Compare every scorer in `scores` with `ratings`, repeats among them.

    People's number for a site is the mean grade of its raters; where fewer than three
    sites have grades, its Bradley-Terry score from choices. `standardise` puts raters on
    one scale first. Raises UserError where fewer than three sites are left to compare.
    """
    known = [rating for rating in ratings if all(site in scores for site in sites_of(rating))]
    strange = {site for rating in ratings for site in sites_of(rating)} - scores.keys()
    first = [rating for rating in known if not rating.repeat]
    grades = [rating for rating in first if isinstance(rating, Grade)]
    chosen = preferences(rating for rating in first if isinstance(rating, Choice))
    marks, left_out = marks_of(grades), list[str]()
    if standardise:
        marks, left_out = standardised(marks)
    source: Source = "standardised grades" if standardise else "grades"
    people = mean_marks(marks)
    if len(people) < MIN_SITES:
        source, people = "choices", bradley_terry(chosen)
    if len(people) < MIN_SITES:
        raise UserError(_too_few(ratings, known, strange, left_out))
    counts = {site: sum(site in given for given in marks.values()) for site in people}
    among = rater_agreement(known, seed=seed)
    return Alignment(
        source=source,
        runs=tuple(dict.fromkeys(site.partition("/")[0] for site in scores)),
        sites=tuple(
            AlignedSite(
                site=site,
                people=mark,
                raters=0 if source == "choices" else counts[site],
                scores=dict(scores[site]),
            )
            for site, mark in people.items()
        ),
        scorers=tuple(
            ScorerAlignment(
                name=name,
                agreement=_agreement(name, scores, people, seed),
                choices=choice_agreement(chosen, _by(name, scores)),
            )
            for name in order_of({site: scores[site] for site in people})
        ),
        raters=among,
        choices=len(chosen),
        unknown_sites=len(strange),
        unknown_ratings=len(ratings) - len(known),
        notes=tuple(_notes(ratings, known, strange, left_out, among, source)),
    )


def sites_of(rating: Rating) -> tuple[str, ...]:
    return (rating.site,) if isinstance(rating, Grade) else (rating.a, rating.b)


def _by(name: str, scores: SiteScores) -> dict[str, float]:
    return {site: each[name] for site, each in scores.items() if name in each}


def _agreement(name: str, scores: SiteScores, people: dict[str, float], seed: int) -> Agreement:
    both = [site for site in people if name in scores[site]]
    return agreement(
        [scores[site][name] for site in both],
        [people[site] for site in both],
        resamples=RESAMPLES,
        seed=seed,
    )


# ── what a reader must know ─────────────────────────────────────────────────────────


def _notes(
    ratings: Sequence[Rating],
    known: Sequence[Rating],
    strange: set[str],
    left_out: Sequence[str],
    among: RaterAgreement,
    source: Source,
) -> list[str]:
    notes = []
    if strange:
        notes.append(
            f"{counted(len(ratings) - len(known), 'rating')} left out: "
            f"{counted(len(strange), 'site')} not in these runs (as {min(strange)})"
        )
    notes += [
        f"{rater} is left out: one grade, or the same for every site, has no scale"
        for rater in left_out
    ]
    notes += [
        f"{rater} gave only one rating, which shows nothing about {rater}'s scale"
        for rater, count in among.ratings.items()
        if count == 1 and rater not in left_out
    ]
    if len(among.ratings) == 1:
        notes.append("one rater: whether another would agree is not known")
    if source == "choices":
        notes.append("nobody graded three sites: people's scores come from choices (Bradley-Terry)")
    return notes


def _too_few(
    ratings: Sequence[Rating], known: Sequence[Rating], strange: set[str], left_out: Sequence[str]
) -> str:
    if not ratings:
        return "there is no rating yet: people rate sites with `webgen rate`"
    if not known:
        return (
            f"none of the sites rated ({len(strange)}, as {min(strange)}) is in these runs: "
            "a site is named by the folder of its run"
        )
    sites = {site for rating in known for site in sites_of(rating)}
    because = f", and {', '.join(left_out)} gave one grade or the same for all" if left_out else ""
    elsewhere = f" ({len(strange)} not in them)" if strange else ""
    return (
        f"{counted(len(sites), 'rated site')} in these runs{elsewhere}{because}: "
        f"agreement needs at least {MIN_SITES}"
    )


def counted(count: int, noun: str) -> str:
    """`1 site`, `2 sites`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"

"""What people say of sites: one number per site, and how far they agree among themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean, stdev

from pydantic import Field

from webgen_r1.rate.records import Choice, Grade, Rating
from webgen_r1.stats.bootstrap import mean_interval
from webgen_r1.stats.estimate import Estimate
from webgen_r1.stats.preference import Preference
from webgen_r1.stats.raters import krippendorff_alpha, mean_pairwise_spearman
from webgen_r1.types import Frozen

WORTH = {"a": 1.0, "tie": 0.5, "b": 0.0}

Marks = Mapping[str, Mapping[str, float]]
"""Rater -> site -> grade, standardised or not."""


class RaterAgreement(Frozen):
    """How far raters agree with each other. An estimate is empty where it is undefined."""

    ratings: dict[str, int] = Field(default_factory=dict)
    """How many ratings each rater gave of sites that are in the runs, repeats not counted."""
    alpha_ordinal: Estimate = Estimate()
    alpha_interval: Estimate = Estimate()
    """Krippendorff's alpha of the grades, over sites."""
    spearman: Estimate = Estimate()
    """Mean rank correlation of two raters' grades, over sites."""
    alpha_choices: Estimate = Estimate()
    """Krippendorff's alpha (nominal) of the choices a, b, tie, over pairs of sites."""
    repeated: Estimate = Estimate()
    """Share of the sites and pairs shown twice to a rater who said the same both times."""


def marks_of(grades: Iterable[Grade]) -> dict[str, dict[str, float]]:
    marks: dict[str, dict[str, float]] = defaultdict(dict)
    for grade in grades:
        marks[grade.rater][grade.site] = float(grade.score)
    return dict(marks)


def standardised(marks: Marks) -> tuple[dict[str, dict[str, float]], list[str]]:
    """Each rater's grades as distances from that rater's mean, in standard deviations.

    Also the raters left out: those who always gave the same grade have no scale.
    """
    scaled, left_out = {}, []
    for rater, given in marks.items():
        spread = stdev(given.values()) if len(given) > 1 else 0.0
        if spread:
            mean = fmean(given.values())
            scaled[rater] = {site: (mark - mean) / spread for site, mark in given.items()}
        else:
            left_out.append(rater)
    return scaled, left_out


def mean_marks(marks: Marks) -> dict[str, float]:
    """Mean over the raters of each site, in the order of sites' names."""
    found: dict[str, list[float]] = defaultdict(list)
    for given in marks.values():
        for site, mark in given.items():
            found[site].append(mark)
    return {site: fmean(found[site]) for site in sorted(found)}


def preferences(choices: Iterable[Choice]) -> list[Preference]:
    return [Preference(choice.a, choice.b, WORTH[choice.choice]) for choice in choices]


def rater_agreement(ratings: Sequence[Rating], *, seed: int = 0) -> RaterAgreement:
    """Of all `ratings`, those of sites shown a second time (`repeat`) included."""
    first = [rating for rating in ratings if not rating.repeat]
    grades = [rating for rating in first if isinstance(rating, Grade)]
    choices = [rating for rating in first if isinstance(rating, Choice)]
    counts: dict[str, int] = defaultdict(int)
    for rating in first:
        counts[rating.rater] += 1
    rows = _rows((grade.rater, grade.site, float(grade.score)) for grade in grades)
    chosen = _rows((choice.rater, *_turned(choice)) for choice in choices)
    return RaterAgreement(
        ratings=dict(sorted(counts.items())),
        alpha_ordinal=krippendorff_alpha(rows, "ordinal", seed=seed),
        alpha_interval=krippendorff_alpha(rows, "interval", seed=seed),
        spearman=mean_pairwise_spearman(rows, seed=seed),
        alpha_choices=krippendorff_alpha(chosen, "nominal", seed=seed),
        repeated=_repeated(ratings, seed),
    )


def _rows(marks: Iterable[tuple[str, str, float]]) -> list[list[float | None]]:
    """One row per rater, one column per unit, both in the order of their names."""
    given = {(rater, unit): mark for rater, unit, mark in marks}
    raters, units = ({key[side] for key in given} for side in (0, 1))
    return [[given.get((rater, unit)) for unit in sorted(units)] for rater in sorted(raters)]


def _turned(choice: Choice) -> tuple[str, float]:
    """The pair, named alike whichever site stood left, and which of its two was chosen."""
    worth = WORTH[choice.choice]
    one, other = sorted((choice.a, choice.b))
    return f"{one}\n{other}", worth if one == choice.a else 1 - worth


def _said(rating: Rating) -> tuple[tuple[str, str], float]:
    if isinstance(rating, Grade):
        return (rating.rater, rating.site), float(rating.score)
    pair, worth = _turned(rating)
    return (rating.rater, pair), worth


def _repeated(ratings: Sequence[Rating], seed: int) -> Estimate:
    first = dict(_said(rating) for rating in ratings if not rating.repeat)

    def again() -> Iterator[tuple[float, str]]:
        for rating in ratings:
            key, mark = _said(rating)
            if rating.repeat and key in first:
                yield float(first[key] == mark), key[1]

    same = list(again())
    return mean_interval([each for each, _ in same], [unit for _, unit in same], seed=seed)

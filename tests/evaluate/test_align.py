"""Human alignment: who is compared with whom, what is left out, and that it is said."""

from pathlib import Path

import pytest
from align_samples import choice, grade, run, site

from webgen_r1.errors import UserError
from webgen_r1.evaluate.align import Alignment, align
from webgen_r1.evaluate.align_people import marks_of, mean_marks, rater_agreement, standardised
from webgen_r1.evaluate.align_scores import add_scores, order_of, scores_of, scores_of_runs
from webgen_r1.rate.records import Rating
from webgen_r1.stats.agreement import Agreement
from webgen_r1.stats.estimate import Estimate
from webgen_r1.types import Check, CheckReport, Components, Infra, Trace, Verdict

SCORES = {f"run/{name}": {"reward": float(index)} for index, name in enumerate("abcde")}


def scorer(found: Alignment, name: str) -> Agreement:
    return next(each.agreement for each in found.scorers if each.name == name)


def people(found: Alignment) -> dict[str, float]:
    return {each.site: round(each.people, 6) for each in found.sites}


# ── scores ──────────────────────────────────────────────────────────────────────────


def test_every_score_of_a_trace_has_a_name() -> None:
    panel = (Verdict(judge="design/1", score=4), Verdict(judge="eyes/2", score=3))
    trace = site(
        "x",
        4.5,
        verdict=Verdict(judge="design/1", score=4, parts={"contrast": 0.5}, panel=panel),
        components=Components(visual=4, functional=1, reasoning=0, static=1, checks=0.75),
    )
    assert dict(scores_of(trace)) == {
        "reward": 4.5,
        "aas": 4,
        "judge design/1": 4,
        "judge eyes/2": 3,
        "visual": 4,
        "functional": 1,
        "reasoning": 0,
        "static": 1,
        "checks": 0.75,
        "part contrast": 0.5,
    }


def test_checks_that_no_reward_used_are_a_scorer_too() -> None:
    checks = CheckReport(checks=(Check(code="a", status="pass"), Check(code="b", status="fail")))
    assert dict(scores_of(site("x", 1, checks=checks)))["checks"] == 0.5


def test_an_outage_is_no_score() -> None:
    infra = Infra(stage="judge", code="judge", message="down")
    down = Trace(
        id="x", digest="d", outcome="infra_failure", stage="judge", reward=None, infra=infra
    )
    assert dict(scores_of(down)) == {}


def test_sites_are_named_by_run_and_a_retry_replaces(tmp_path: Path) -> None:
    one = run(tmp_path / "one", site("a", 1.0), site("b", 2.0), site("a", 3.0, digest="new"))
    two = run(tmp_path / "two", site("a", 4.0))
    found = scores_of_runs([one, two / "traces.jsonl"])
    assert {name: each["reward"] for name, each in found.items()} == {
        "one/a": 3.0,
        "one/b": 2.0,
        "two/a": 4.0,
    }


def test_runs_of_one_name_cannot_be_told_apart(tmp_path: Path) -> None:
    runs = [run(tmp_path / where / "base", site("a", 1.0)) for where in ("x", "y")]
    with pytest.raises(UserError, match="2 runs are called base"):
        scores_of_runs(runs)


def test_a_folder_without_traces_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot read"):
        scores_of_runs([tmp_path])


def test_a_users_scores_join_the_others(tmp_path: Path) -> None:
    scores = {name: dict(each) for name, each in SCORES.items()}
    file = tmp_path / "mine.jsonl"
    file.write_text(
        '{"site": "run/a", "score": 2, "why": "nice"}\n{"site": "no/where", "score": 1}\n'
    )
    assert add_scores(scores, "mine", file) == 1
    assert scores["run/a"] == {"reward": 0.0, "mine": 2.0}
    assert "no/where" not in scores


@pytest.mark.parametrize("line", ['{"site": "run/a"}', '{"site": "run/a", "score": NaN}', "[]"])
def test_a_bad_score_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text('{"site": "run/a", "score": 2}\n' + line + "\n")
    with pytest.raises(UserError, match=r"mine\.jsonl:2 is not a score"):
        add_scores({"run/a": {}}, "mine", file)


def test_a_name_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="a scorer called reward already"):
        add_scores({"run/a": {"reward": 1.0}}, "reward", tmp_path / "unread.jsonl")


def test_whole_sites_come_before_sides_of_them() -> None:
    names = ["part contrast", "visual", "mine", "judge x", "aas", "reward"]
    found = order_of({"run/a": dict.fromkeys(names, 0.0)})
    assert found == ["aas", "reward", "judge x", "mine", "visual", "part contrast"]


# ── people ──────────────────────────────────────────────────────────────────────────


def test_a_site_has_the_mean_of_its_raters() -> None:
    ratings = [grade("ann", "run/a", 5), grade("bob", "run/a", 2), grade("ann", "run/b", 1)]
    assert mean_marks(marks_of(ratings)) == {"run/a": 3.5, "run/b": 1.0}


def test_standardising_takes_strictness_and_range_out() -> None:
    given = {"ann": (1, 3, 5), "bob": (4, 4, 4), "eve": (3, 4, 5)}
    ratings = [
        grade(rater, f"run/{name}", score)
        for rater, scores in given.items()
        for name, score in zip("abc", scores, strict=True)
    ]
    ratings += [grade("zed", "run/a", 1)]
    scaled, left_out = standardised(marks_of(ratings))
    assert scaled["ann"] == scaled["eve"] == {"run/a": -1.0, "run/b": 0.0, "run/c": 1.0}
    assert left_out == ["bob", "zed"]


def test_raters_are_compared_on_what_both_saw() -> None:
    ratings: list[Rating] = [
        grade(rater, f"run/{name}", score)
        for rater in ("ann", "bob")
        for name, score in zip("abcd", (1, 2, 4, 5), strict=True)
    ]
    ratings += [choice("ann", "run/a", f"run/{b}", "b") for b in "bcd"]
    ratings += [choice("bob", f"run/{b}", "run/a", "a") for b in "bcd"]  # the same said
    ratings += [choice("ann", "run/c", "run/d", "tie"), choice("bob", "run/c", "run/d", "tie")]
    found = rater_agreement(ratings)
    assert found.ratings == {"ann": 8, "bob": 8}
    for each in (found.alpha_ordinal, found.alpha_interval, found.spearman, found.alpha_choices):
        assert each.value == pytest.approx(1)


def test_repeats_measure_raters_and_nothing_else() -> None:
    ratings: list[Rating] = [
        grade("ann", "run/a", 5),
        grade("ann", "run/a", 4, repeat=True),
        grade("ann", "run/b", 2),
        grade("ann", "run/b", 2, repeat=True),
        choice("ann", "run/a", "run/b", "a"),
        choice("ann", "run/b", "run/a", "b", repeat=True),
        grade("ann", "run/z", 3, repeat=True),  # the first time is not on record
    ]
    found = rater_agreement(ratings)
    assert found.repeated.value == pytest.approx(2 / 3)
    assert found.repeated.n == 3
    assert found.ratings == {"ann": 3}


# ── both ────────────────────────────────────────────────────────────────────────────


def test_each_scorer_is_compared_on_the_sites_it_scored() -> None:
    scores = {name: dict(each) for name, each in SCORES.items()}
    for name in ("run/a", "run/b", "run/c"):
        scores[name]["mine"] = -scores[name]["reward"]
    ratings = [grade("ann", name, index + 1) for index, name in enumerate(scores)]
    found = align(scores, ratings)
    assert (scorer(found, "reward").n, scorer(found, "mine").n) == (5, 3)
    assert scorer(found, "reward").pearson.value == pytest.approx(1)
    assert scorer(found, "mine").spearman.value == pytest.approx(-1)
    assert scorer(found, "mine").pairwise.value == 0


def test_repeats_do_not_count_twice() -> None:
    ratings = [grade("ann", name, 1 + index) for index, name in enumerate(SCORES)]
    again = [grade("ann", "run/a", 5, repeat=True)]
    assert people(align(SCORES, [*ratings, *again])) == people(align(SCORES, ratings))


def test_choices_alone_give_sites_a_score_and_scorers_a_share() -> None:
    ratings = [
        choice("ann", "run/e", "run/d", "a"),
        choice("ann", "run/d", "run/c", "a"),
        choice("ann", "run/a", "run/c", "a"),
    ]
    found = align(SCORES, ratings)
    assert found.source == "choices"
    marks = people(found)
    assert marks["run/e"] > marks["run/d"] > marks["run/c"]
    (reward,) = found.scorers
    assert reward.choices.value == pytest.approx(2 / 3)
    assert reward.choices.n == 3
    assert any("Bradley-Terry" in note for note in found.notes)


def test_grades_go_before_choices() -> None:
    ratings: list[Rating] = [grade("ann", name, 3) for name in list(SCORES)[:3]]
    found = align(SCORES, [*ratings, choice("ann", "run/d", "run/e", "a")])
    assert found.source == "grades"
    assert found.choices == 1
    assert people(found) == {"run/a": 3, "run/b": 3, "run/c": 3}


def test_without_choices_there_is_no_share() -> None:
    found = align(SCORES, [grade("ann", name, 3) for name in SCORES])
    assert [each.choices for each in found.scorers] == [Estimate()]


def test_standardised_grades_leave_out_who_has_no_scale_and_say_so() -> None:
    ratings = [grade("ann", name, 1 + index) for index, name in enumerate(SCORES)]
    found = align(SCORES, [*ratings, grade("bob", "run/a", 5)], standardise=True)
    assert found.source == "standardised grades"
    assert people(found)["run/c"] == 0
    assert found.sites[0].raters == 1
    assert [note for note in found.notes if "bob" in note] == [
        "bob is left out: one grade, or the same for every site, has no scale"
    ]


# ── what must be said ───────────────────────────────────────────────────────────────


def test_ratings_of_other_runs_are_counted_and_left_out() -> None:
    ratings: list[Rating] = [grade("ann", name, 3) for name in SCORES]
    ratings += [grade("ann", "old/a", 1), choice("ann", "run/a", "old/b", "a")]
    found = align(SCORES, ratings)
    assert (found.unknown_sites, found.unknown_ratings) == (2, 2)
    assert "2 ratings left out: 2 sites not in these runs (as old/a)" in found.notes
    assert found.raters.ratings == {"ann": 5}


def test_one_rating_and_one_rater_are_noted() -> None:
    ratings = [grade("ann", name, 3) for name in SCORES]
    assert align(SCORES, ratings).notes == ("one rater: whether another would agree is not known",)
    assert align(SCORES, [*ratings, grade("bob", "run/a", 3)]).notes == (
        "bob gave only one rating, which shows nothing about bob's scale",
    )


@pytest.mark.parametrize(
    ("ratings", "line"),
    [
        ([], "there is no rating yet: people rate sites with `webgen rate`"),
        (
            [grade("ann", "old/a", 1)],
            r"none of the sites rated \(1, as old/a\) is in these runs",
        ),
        (
            [grade("ann", "run/a", 1), grade("ann", "run/b", 1), grade("ann", "old/b", 1)],
            r"2 rated sites in these runs \(1 not in them\): agreement needs at least 3",
        ),
    ],
)
def test_too_little_to_compare_is_one_clear_line(ratings: list[Rating], line: str) -> None:
    with pytest.raises(UserError, match=line):
        align(SCORES, ratings)


def test_nobody_with_a_scale_is_said_to_be_the_reason() -> None:
    ratings = [grade("ann", name, 3) for name in SCORES]
    with pytest.raises(UserError, match="and ann gave one grade or the same for all"):
        align(SCORES, ratings, standardise=True)


def test_the_same_seed_gives_the_same_table() -> None:
    ratings = [grade("ann", name, 1 + index * 7 % 5) for index, name in enumerate(SCORES)]
    assert align(SCORES, ratings, seed=3) == align(SCORES, ratings[::-1], seed=3)

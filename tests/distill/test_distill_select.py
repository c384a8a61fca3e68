"""Which answers become examples, and what is said of the others."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from distill_fakes import site, write_recipe

from webgen_r1.distill.config import DistillRecipe
from webgen_r1.distill.records import Answer, Report, answer_key
from webgen_r1.distill.select import Example, select
from webgen_r1.recipe import load_recipe
from webgen_r1.types import Infra, Trace, text_digest


def words(number: int) -> str:
    draw = random.Random(number)
    return " ".join(str(draw.randrange(10**6)) for _ in range(40))


class Folder:
    """Answers and traces of an invented run."""

    def __init__(self, tmp_path: Path) -> None:
        self.path = tmp_path
        self.wanted: list[Answer] = []
        self.answers: list[Answer] = []
        self.traces: list[Trace] = []

    def add(
        self,
        id: str,
        sample: int = 0,
        text: str | None = None,
        reward: float | None = None,
        **trace: Any,
    ) -> None:
        """An answer (words of its own by default) with its trace, if it has a reward."""
        text = site(words(len(self.wanted))) if text is None else text
        answer = Answer(id=id, sample=sample, instruction=f"site {id}", text=text, model="t")
        self.wanted.append(answer.model_copy(update={"text": None, "model": ""}))
        self.answers.append(answer)
        if reward is not None or trace:
            given: dict[str, Any] = {"outcome": "scored", "stage": "judge", **trace}
            digest = text_digest(text)
            asked = answer.instruction
            self.traces.append(
                Trace(id=answer.key, digest=digest, instruction=asked, reward=reward, **given)
            )

    def recipe(self, **changes: object) -> DistillRecipe:
        return load_recipe(write_recipe(self.path, ["x"], **changes), DistillRecipe)

    def select(self, **changes: object) -> tuple[list[Example], Report]:
        answers = {answer_key(one): one for one in self.answers}
        found = {(one.id, one.digest, one.instruction): one for one in self.traces}
        return select(self.recipe(**changes), self.wanted, answers, found)

    def kept(self, **changes: object) -> list[str]:
        return [example.answer.key for example in self.select(**changes)[0]]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_the_best_of_each_instruction_comes_first_then_the_best_of_the_rest(
    folder: Folder,
) -> None:
    for id, sample, reward in [
        ("a", 0, 4.0),
        ("a", 1, 4.9),
        ("a", 2, 4.8),
        ("b", 0, 3.5),
        ("b", 1, 3.2),
        ("c", 0, 4.1),
    ]:
        folder.add(id, sample, reward=reward)
    assert folder.kept() == ["a.s1", "c", "b", "a.s2", "a", "b.s1"]
    assert folder.kept(keep=4) == ["a.s1", "c", "b", "a.s2"]
    assert folder.select(keep=4)[1].beyond == 2


def test_what_does_not_render_or_earns_too_little_is_not_kept(folder: Folder) -> None:
    folder.add("good", reward=4.0)
    folder.add("poor", reward=2.99)
    folder.add("blank", reward=0.1, stage="render")
    folder.add("unbuilt", reward=0.1, stage="build")
    folder.add("garbage", text="I cannot do that.", reward=0.0, stage="parse")
    examples, report = folder.select(min_reward=0.0)
    assert [example.answer.key for example in examples] == ["good", "poor"]
    assert report.failed_at == {"parse": 1, "build": 1, "render": 1}
    assert folder.kept() == ["good"]
    assert folder.select()[1].below == 1


def test_an_outage_is_no_reward_of_zero(folder: Folder) -> None:
    infra = Infra(stage="judge", code="judge", message="down")
    folder.add("down", outcome="infra_failure", infra=infra)
    folder.add("up", reward=4.0)
    report = folder.select(min_reward=0.0)[1]
    assert (report.unknown, report.scored, report.below, report.mean_reward) == (1, 1, 0, 4.0)


def test_what_was_not_answered_is_counted_apart(folder: Folder) -> None:
    folder.add("up", reward=4.0)
    folder.wanted.append(Answer(id="down", instruction="site down"))
    report = folder.select()[1]
    assert (report.asked, report.answered, report.failed) == (2, 1, 1)


def test_the_better_of_two_copies_is_kept(folder: Folder) -> None:
    same = site(words(7))
    folder.add("a", text=same, reward=3.5)
    folder.add("b", text=same, reward=4.5)
    folder.add("c", text=same.replace("Site", "Page"), reward=4.0)
    folder.add("d", text=same.replace("\n<webA", "\n\n<webA"), reward=4.4)
    folder.add("e", reward=3.0)
    assert folder.kept() == ["b", "e"]
    assert folder.select()[1].copies == 3


def test_how_near_a_near_copy_is_stands_in_the_recipe(folder: Folder) -> None:
    text = words(3)
    folder.add("a", text=site(text), reward=4.0)
    folder.add("b", text=site(text + " more"), reward=3.5)
    assert folder.kept() == ["a"]
    assert folder.select()[1].near_copies == 1
    assert folder.kept(max_similarity=1.0) == ["a", "b"]


def test_samples_that_were_not_scored_only_have_to_parse_and_come_last(folder: Folder) -> None:
    folder.add("whole")
    folder.add("scored", reward=3.1)
    folder.add("cut", text=site(words(1))[:-60])
    folder.add("bare", text=site(words(2)).replace("<think>A page.</think>", ""))
    folder.add("poor", reward=1.0)
    examples, report = folder.select(score=0.0)
    assert [(one.answer.key, one.reward) for one in examples] == [("scored", 3.1), ("whole", None)]
    assert report.failed_at == {"parse": 2}
    assert (report.kept, report.kept_unscored, report.mean_reward) == (2, 1, 3.1)


def test_every_sample_is_counted_once(folder: Folder) -> None:
    same = site(words(9))
    for number, reward in enumerate([4.5, 4.0, 3.9, 1.0, 4.2, 4.1]):
        folder.add(str(number), text=same if number > 3 else None, reward=reward)
    folder.add("blank", reward=0.1, stage="render")
    folder.add("lost", outcome="infra_failure")
    folder.wanted.append(Answer(id="down", instruction="site down"))
    report = folder.select(keep=2)[1]
    fates = (report.failed, report.unknown, report.below, report.copies, report.near_copies)
    rest = (report.beyond, report.kept, *report.failed_at.values())
    assert sum(fates) + sum(rest) == report.asked == 9
    assert json.loads(report.model_dump_json())["kept"] == 2


def test_the_order_in_which_answers_came_changes_nothing(folder: Folder) -> None:
    for number in range(8):
        folder.add(str(number % 3), number // 3, reward=4.0 if number % 2 else 4.5)
    before = folder.kept(keep=5)
    folder.answers.reverse()
    folder.traces.reverse()
    assert folder.kept(keep=5) == before

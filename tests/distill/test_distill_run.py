"""One distillation: what is asked and scored, resumed, given up."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from distill_fakes import Counting, Silence, says, site, write_recipe
from starlette.responses import Response

from endpoint_server import failure, serving
from webgen_r1 import traces
from webgen_r1.distill.asking import wanted
from webgen_r1.distill.config import DistillRecipe, ModelTeacher
from webgen_r1.distill.records import COMPLETIONS_FILE, Answer
from webgen_r1.distill.run import Distillation, is_drawn
from webgen_r1.errors import GenerateError, InfraFailure
from webgen_r1.generate import make_generator
from webgen_r1.jsonl import read_all
from webgen_r1.recipe import load_recipe
from webgen_r1.types import Instruction

COLOURS = "Set the background color to white and the component color to navy."


class Run:
    """A run in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = Counting()
        self.watcher = Silence()

    async def go(self, *texts: str, **changes: object) -> None:
        recipe = load_recipe(write_recipe(self.folder, list(texts), **changes), DistillRecipe)
        instructions = [Instruction(id=str(n), text=text) for n, text in enumerate(texts, 1)]
        asked = wanted(recipe, instructions)
        await Distillation(recipe, asked, "rules", self.work.makers, self.watcher).run()

    @property
    def answers(self) -> list[Answer]:
        return read_all(self.folder / "run" / COMPLETIONS_FILE, Answer)

    @property
    def scored(self) -> list[str]:
        found = traces.read(self.folder / "run" / traces.TRACES_FILE)
        return [trace.id for trace in found if trace.outcome == "scored"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


async def test_every_sample_is_asked_with_a_seed_of_its_own_and_scored(run: Run) -> None:
    await run.go("a shop", "a blog", samples=2, seed=5)
    assert sorted(run.work.asked) == [("a blog", 5), ("a blog", 6), ("a shop", 5), ("a shop", 6)]
    assert sorted(run.scored) == ["1", "1.s1", "2", "2.s1"]
    assert {answer.model for answer in run.answers} == {"teacher-1"}
    assert run.watcher.totals == (4, 4)


async def test_the_first_samples_of_all_instructions_are_asked_first(run: Run) -> None:
    await run.go(*(f"site {n}" for n in range(5)), samples=3)
    assert [seed for _, seed in run.work.asked] == [0] * 5 + [1] * 5 + [2] * 5


async def test_samples_after_the_first_ask_for_other_colours(run: Run) -> None:
    text = f"A shop. {COLOURS}"
    await run.go(text, samples=4)
    assert run.work.asked[0][0] == text
    assert len({asked for asked, _ in run.work.asked}) == 4
    assert all(asked.startswith("A shop. Set the background") for asked, _ in run.work.asked)
    assert sorted(answer.instruction for answer in run.answers) == sorted(
        asked for asked, _ in run.work.asked
    )


async def test_colours_stay_where_the_recipe_says_so(run: Run) -> None:
    await run.go(f"A shop. {COLOURS}", samples=3, vary_colours=False)
    assert {asked for asked, _ in run.work.asked} == {f"A shop. {COLOURS}"}


async def test_what_is_there_is_not_asked_or_scored_again(run: Run) -> None:
    await run.go("a shop", "a blog")
    await run.go("a shop", "a blog", "a forum", samples=2)
    assert len(run.work.asked) == len(set(run.work.asked)) == 6
    assert len(run.work.engine.asked) == 6
    assert (run.watcher.now, run.watcher.before) == (6, 2)


async def test_a_changed_instruction_is_asked_again(run: Run) -> None:
    await run.go("a shop")
    await run.go("a shop for tea")
    assert [asked for asked, _ in run.work.asked] == ["a shop", "a shop for tea"]
    assert run.scored == ["1", "1"]


# ── shares ──────────────────────────────────────────────────────────────────────────


async def test_only_the_share_is_scored_and_without_any_no_engine_starts(run: Run) -> None:
    texts = [f"site {n}" for n in range(40)]
    await run.go(*texts, score=False)
    assert len(run.answers) == 40
    assert run.work.engine.asked == []
    await run.go(*texts, score=0.25)
    few = set(run.scored)
    assert 3 < len(few) < 20
    await run.go(*texts, score=0.5)
    assert few < set(run.scored)
    assert len(run.work.engine.asked) == len(set(run.work.engine.asked))
    assert len(run.work.asked) == 40


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_the_share_is_what_it_says(tmp_path: Path, share: float) -> None:
    recipe = load_recipe(write_recipe(tmp_path, ["x"], score=share), DistillRecipe)
    drawn = [is_drawn(recipe, Answer(id=str(n), instruction="x")) for n in range(2000)]
    assert sum(drawn) / 2000 == pytest.approx(share, abs=0.03)


# ── trouble ─────────────────────────────────────────────────────────────────────────


def fails_for(word: str) -> Counting:
    def sometimes(messages: list[dict[str, str]], seed: int) -> str:
        if word in messages[-1]["content"]:
            raise GenerateError("the model's endpoint answered 429 (5 attempts)")
        return says(messages, seed)

    return Counting(sometimes)


async def test_a_failure_of_the_teacher_is_noted_and_the_run_goes_on(run: Run) -> None:
    run.work = fails_for("busy")
    await run.go("a shop", "a busy blog", "a forum")
    assert sorted(run.scored) == ["1", "3"]
    failed = [answer for answer in run.answers if answer.infra]
    assert [(answer.id, answer.text) for answer in failed] == [("2", None)]
    assert "429" in str(failed[0].error)


async def test_where_the_teacher_failed_it_is_asked_again(run: Run) -> None:
    run.work = fails_for("busy")
    await run.go("a shop", "a busy blog")
    run.work = Counting()
    await run.go("a shop", "a busy blog")
    assert run.work.asked == [("a busy blog", 0)]
    assert sorted(run.scored) == ["1", "2"]


async def test_a_teacher_that_fails_on_and_on_ends_the_run_with_what_it_has(run: Run) -> None:
    run.work = fails_for("busy")
    texts = ["a shop", "a blog", *(f"busy {n}" for n in range(50))]
    with pytest.raises(InfraFailure, match=r"the teacher failed \d+ times in a row, .*429"):
        await run.go(*texts, max_failures=4)
    assert len(run.work.asked) < 30
    assert {answer.id for answer in run.answers if not answer.infra} == {"1", "2"}


async def test_failures_with_answers_between_them_do_not_end_the_run(run: Run) -> None:
    run.work = fails_for("busy")
    texts = [f"busy {n}" if n % 2 else f"site {n}" for n in range(20)]
    await run.go(*texts, max_failures=2, teacher={"kind": "model", "model": "m", "concurrency": 1})
    assert len(run.scored) == 10


async def test_an_engine_that_fails_on_and_on_ends_the_run(run: Run) -> None:
    with pytest.raises(InfraFailure, match=r"the engine failed \d+ times in a row, .*browser"):
        await run.go(*(f"outage {n}" for n in range(40)), max_failures=3)
    assert len(run.work.engine.asked) < 20


async def test_an_outage_of_the_engine_is_tried_again(run: Run) -> None:
    await run.go("a shop", "outage")
    await run.go("a shop", "outage")
    assert sorted(run.work.engine.asked) == ["1", "2", "2"]
    assert len(run.work.asked) == 2


async def test_an_endpoint_that_is_busy_costs_the_samples_it_was_asked_for_and_no_more(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBGEN_MODEL_API_KEY", "any")
    busy = failure(429, "slow down", retry_after="0.01")

    def answer(body: dict[str, Any]) -> Response | str:
        return busy if "busy" in str(body["messages"]) else site("hello")

    async with serving(answer) as endpoint:
        teacher = {"kind": "model", "model": "m", "base_url": endpoint.base_url, "retries": 2}
        recipe = write_recipe(run.folder, ["x"], teacher=teacher)
        settings = load_recipe(recipe, DistillRecipe).teacher
        assert isinstance(settings, ModelTeacher)
        run.work.teacher = make_generator(settings)
        await run.go("a shop", "busy 1", "busy 2", teacher=teacher)
        assert endpoint.calls == 1 + 2 * 3
    assert run.scored == ["1"]
    assert [answer.id for answer in run.answers if answer.infra] in (["2", "3"], ["3", "2"])


async def test_garbage_is_an_answer_and_is_scored(run: Run) -> None:
    run.work = Counting(lambda messages, seed: "" if "blog" in messages[-1]["content"] else "no")
    await run.go("a shop", "a blog")
    assert sorted(run.scored) == ["1", "2"]


async def test_an_answer_is_on_disk_while_another_is_scored(run: Run) -> None:
    """Paid for is kept, however slow the engine is."""
    texts = [f"slow {n}" for n in range(4)]
    task = asyncio.create_task(run.go(*texts, engine={"render": {"concurrency": 1}}))
    path = run.folder / "run" / COMPLETIONS_FILE
    while not path.exists() or path.read_bytes().count(b"\n") < 4:
        assert not task.done()
        await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(run.answers) == 4


def test_the_fake_site_is_whole() -> None:
    from webgen_r1.completion import parse

    parsed = parse(site("words"))
    assert parsed.reasoning
    assert not parsed.failures

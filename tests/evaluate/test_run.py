"""A whole evaluation with stand-ins: what is counted, what is resumed, what is refused."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench_samples import benchmark
from evaluation_fakes import FakeAgent, FakeEngine

from webgen_r1.config import EngineConfig, EvidenceConfig
from webgen_r1.errors import GenerateError, UserError
from webgen_r1.evaluate.records import Manifest
from webgen_r1.evaluate.results import RunResults
from webgen_r1.evaluate.run import Evaluation, Makers, Plan, finish
from webgen_r1.evaluate.run_folder import load_run
from webgen_r1.evaluate.watch import Part, Silent
from webgen_r1.generate import FakeGenerator
from webgen_r1.jsonl import read_all
from webgen_r1.samples import Sample
from webgen_r1.types import Generated

BENCH = benchmark(items=3, cases=2)
GOOD = {"000001": "good one", "000002": "good two", "000003": "good three"}


class Listener(Silent):
    def __init__(self) -> None:
        self.said: list[str] = []
        self.parts: dict[str, tuple[int, int]] = {}

    def part(self, name: Part, total: int, done: int) -> None:
        self.parts[name] = (total, done)

    def say(self, line: str) -> None:
        self.said.append(line)


class Bench:
    """A run folder, and how to evaluate into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "run"
        self.engine = FakeEngine(self.folder)
        self.listener = Listener()
        self.given = folder / "given.jsonl"

    def evaluation(self, **changes: Any) -> Evaluation:
        agent, generator = changes.pop("agent", None), changes.pop("generator", None)
        engine = EngineConfig(evidence=EvidenceConfig(lint=True))
        manifest = Manifest(
            benchmark=BENCH.name,
            benchmark_digest=BENCH.digest,
            model="m",
            agent={"model": "a"} if agent else None,
            generator={"model": "fake"} if generator else {},
            settings=engine.model_dump(mode="json"),
            **changes,
        )
        plan = Plan(self.folder, BENCH, manifest, engine, (self.given,))
        makers = Makers(
            engine=lambda: self.engine,
            generator=(lambda: generator) if generator else None,
            agent=(lambda: agent) if agent else None,
        )
        return Evaluation(plan, makers, self.listener)

    async def evaluate(self, completions: Mapping[str, str] = GOOD, **changes: Any) -> RunResults:
        rows = [{"id": id, "completion": text} for id, text in completions.items()]
        self.given.write_text("".join(json.dumps(row) + "\n" for row in rows))
        evaluation = self.evaluation(**changes)
        await evaluation.run()
        return evaluation.finish()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


# ── what is counted ─────────────────────────────────────────────────────────────────


async def test_good_sites_make_a_full_table(bench: Bench) -> None:
    summary = (await bench.evaluate(agent=FakeAgent())).summary
    assert (summary.vrr.value, summary.vrr.n) == (1.0, 3)
    assert (summary.fsr.value, summary.fsr.n) == (1.0, 6)
    assert (summary.aas.value, summary.aas.n) == (4.0, 3)
    assert (summary.ldpr.value, summary.ldpr.n) == (1.0, 3)
    assert (summary.start_failures, summary.unknown, summary.missing) == (0, 0, 0)


async def test_summary_json_carries_the_table(bench: Bench) -> None:
    await bench.evaluate(agent=FakeAgent({("000002", 1): "PARTIAL"}))
    summary = json.loads((bench.folder / "summary.json").read_text())
    for name in ("fsr", "fsr_verified", "vrr", "aas", "ldpr"):
        assert summary[name].keys() == {"value", "low", "high", "n"}
    assert summary["fsr"]["value"] == pytest.approx(5.5 / 6)
    assert summary["start_failures"] == 0
    assert load_run(bench.folder).summary.fsr.value == pytest.approx(5.5 / 6)


async def test_a_site_that_does_not_start_fails_all_its_cases(bench: Bench) -> None:
    agent = FakeAgent()
    completions = {**GOOD, "000001": "broken", "000003": ""}
    summary = (await bench.evaluate(completions, agent=agent)).summary
    assert (summary.start_failures, summary.start_failed_cases) == (2, 4)
    assert summary.fsr.n == 6
    assert summary.fsr.value == pytest.approx(2 / 6)
    assert {id for id, _, _ in agent.asked} == {"000002"}
    assert summary.vrr.value == pytest.approx(1 / 3)
    assert summary.ldpr.value == pytest.approx(2 / 3)


async def test_a_blank_site_started_but_did_not_render(bench: Bench) -> None:
    agent = FakeAgent()
    summary = (await bench.evaluate({**GOOD, "000001": "blank"}, agent=agent)).summary
    assert summary.start_failures == 0
    assert summary.vrr.value == pytest.approx(2 / 3)
    assert ("000001", 0, 0) in agent.asked
    assert summary.aas.n == 2


async def test_an_instruction_without_a_completion_is_a_failure_and_said(bench: Bench) -> None:
    results = await bench.evaluate({"000001": "good"}, agent=FakeAgent())
    summary = results.summary
    assert results.missing == ("000002", "000003")
    assert (summary.vrr.n, summary.fsr.n, summary.ldpr.n, summary.aas.n) == (3, 6, 3, 1)
    for rate in (summary.vrr, summary.fsr, summary.ldpr):
        assert rate.value == pytest.approx(1 / 3)
    assert any("2 completions are missing" in note for note in summary.notes)


async def test_what_could_not_be_found_out_is_in_no_figure(bench: Bench) -> None:
    agent = FakeAgent()
    summary = (await bench.evaluate({**GOOD, "000002": "outage"}, agent=agent)).summary
    assert (summary.unknown, summary.vrr.n, summary.vrr.value) == (1, 2, 1.0)
    assert summary.fsr.n == summary.categories[-1].total == 4
    assert "000002" not in {id for id, _, _ in agent.asked}  # although its site was kept


async def test_a_missing_sample_is_a_failure_like_any_other(bench: Bench) -> None:
    rows = [
        {"id": "000001", "sample": 0, "completion": "good"},
        {"id": "000001", "sample": 1, "completion": "good"},
        {"id": "000002", "sample": 0, "completion": "good"},
    ]
    bench.given.write_text("".join(json.dumps(row) + "\n" for row in rows))
    evaluation = bench.evaluation(samples=2)
    await evaluation.run()
    summary = evaluation.finish().summary
    assert (summary.missing, summary.vrr.n, summary.vrr.value) == (3, 6, 0.5)
    assert summary.pass_at["vrr@1"].value == pytest.approx(0.5)
    assert summary.pass_at["vrr@2"].value == pytest.approx(2 / 3)


async def test_samples_that_would_not_be_counted_are_refused(bench: Bench) -> None:
    rows = [{"id": "000001", "sample": n, "completion": "good"} for n in range(3)]
    bench.given.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(UserError, match="give --samples 3"):
        await bench.evaluation().run()
    await bench.evaluation(samples=3).run()  # the folder is free to become that


async def test_what_a_stopped_run_did_not_come_to_is_unknown_not_failed(bench: Bench) -> None:
    def stop(chat: list[dict[str, str]], seed: int) -> str:
        if "number 1" not in chat[-1]["content"]:
            raise RuntimeError("stop")
        return "good"

    with pytest.raises(RuntimeError, match="stop"):
        await bench.evaluation(generator=FakeGenerator(stop)).run()
    kept = read_all(bench.folder / "completions.jsonl", Sample)
    assert [sample.id for sample in kept] == ["000001"]  # whether or not it was scored yet
    summary = finish(bench.folder).summary
    assert (summary.unknown + summary.completions, summary.missing) == (3, 0)
    assert summary.vrr.n == summary.completions


async def test_an_answer_of_another_model_is_not_kept(bench: Bench) -> None:
    """Or the folder would refuse the first model too."""
    names = iter(("first", "second"))

    class Changing(FakeGenerator):
        async def generate(self, *asked: Any, **options: Any) -> Generated:
            said = await super().generate(*asked, **options)
            return replace(said, model=next(names))

    with pytest.raises(UserError, match="answered as first so far and now as second"):
        await bench.evaluation(generator=Changing(lambda chat, seed: "good")).run()
    kept = read_all(bench.folder / "completions.jsonl", Sample)
    assert {sample.model for sample in kept} == {"first"}


async def test_the_table_is_that_of_what_the_folder_holds(bench: Bench) -> None:
    """And not of a summary that is older."""
    await bench.evaluate({"000001": "good"})
    before = (bench.folder / "summary.json").read_text()
    await bench.evaluate(GOOD)
    (bench.folder / "summary.json").write_text(before)
    assert load_run(bench.folder).summary.vrr.value == 1.0


async def test_a_site_that_the_judge_could_not_grade_still_renders(bench: Bench) -> None:
    summary = (await bench.evaluate({**GOOD, "000002": "ungraded"})).summary
    assert (summary.unknown, summary.ungraded, summary.left) == (0, 1, 1)
    assert (summary.vrr.n, summary.vrr.value, summary.aas.n) == (3, 1.0, 2)
    assert any("1 completions could not be graded" in note for note in summary.notes)


async def test_an_undecided_case_is_no_NO(bench: Bench) -> None:  # noqa: N802 - the verdict NO
    agent = FakeAgent({("000001", 0): "down", ("000002", 0): "NO"})
    summary = (await bench.evaluate(agent=agent)).summary
    assert (summary.undecided_cases, summary.fsr.n) == (1, 5)
    assert summary.fsr.value == pytest.approx(4 / 5)


async def test_without_an_agent_there_is_no_fsr_and_it_is_said(bench: Bench) -> None:
    summary = (await bench.evaluate()).summary
    assert (summary.fsr.value, summary.fsr.n) == (None, 0)
    assert any("FSR is not measured" in note for note in summary.notes)


async def test_an_AAS_by_the_training_judge_is_flagged(bench: Bench) -> None:  # noqa: N802
    summary = (await bench.evaluate(judges=("design/1",), training_judge=True)).summary
    assert any("also the judge of training" in note for note in summary.notes)


async def test_lint_errors_fail_ldpr(bench: Bench) -> None:
    summary = (await bench.evaluate({**GOOD, "000002": "lint errors"})).summary
    assert summary.ldpr.value == pytest.approx(2 / 3)


async def test_unknown_and_double_ids_are_said_and_the_rest_counts(bench: Bench) -> None:
    summary = (await bench.evaluate({"000001": "good", "1": "again", "99": "who"})).summary
    assert summary.completions == 1
    assert sum("a second answer" in line for line in bench.listener.said) == 1
    assert sum("not in the benchmark" in line for line in bench.listener.said) == 1


async def test_completions_of_another_benchmark_are_a_mistake(bench: Bench) -> None:
    with pytest.raises(UserError, match="none of the completions belongs to the benchmark"):
        await bench.evaluate({"99": "who"})


# ── generation ──────────────────────────────────────────────────────────────────────


async def test_completions_are_generated_scored_and_kept(bench: Bench) -> None:
    generator = FakeGenerator(lambda chat, seed: f"good, for: {chat[-1]['content']}")
    results = await bench.evaluate(generator=generator)
    texts = {site.sample.id: site.sample.text for site in results.sites}
    assert texts["000002"] == "good, for: Build site number 2"
    assert all(site.sample.tokens_exact for site in results.sites)


async def test_several_samples_have_their_own_seed_and_give_vrr_at_k(bench: Bench) -> None:
    def says(chat: list[dict[str, str]], seed: int) -> str:
        return "good" if seed == 7 or "number 1" in chat[-1]["content"] else "broken"

    summary = (await bench.evaluate(generator=FakeGenerator(says), samples=2, seed=7)).summary
    assert summary.vrr.n == 6
    assert summary.vrr.value == pytest.approx(4 / 6)
    assert summary.pass_at["vrr@1"].value == pytest.approx(4 / 6)
    assert summary.pass_at["vrr@2"].value == 1.0


async def test_a_model_that_says_nothing_fails_and_an_outage_does_not(bench: Bench) -> None:
    def says(chat: list[dict[str, str]], seed: int) -> str:
        if "number 1" in chat[-1]["content"]:
            raise GenerateError("the model's endpoint cannot be reached")
        return "" if "number 2" in chat[-1]["content"] else "good"

    summary = (await bench.evaluate(generator=FakeGenerator(says))).summary
    assert (summary.unknown, summary.vrr.n, summary.vrr.value) == (1, 2, 0.5)
    again = (await bench.evaluate(generator=FakeGenerator(lambda chat, seed: "good"))).summary
    assert (again.unknown, again.vrr.n) == (0, 3)
    assert bench.listener.parts["generate"] == (3, 2)


# ── resuming ────────────────────────────────────────────────────────────────────────


async def test_what_is_known_is_not_found_out_again(bench: Bench) -> None:
    await bench.evaluate(agent=FakeAgent())
    bench.engine.asked.clear()
    agent = FakeAgent()
    await bench.evaluate(agent=agent)
    assert (bench.engine.asked, agent.asked) == ([], [])


async def test_outages_and_undecided_cases_are_tried_again(bench: Bench) -> None:
    await bench.evaluate({**GOOD, "000002": "outage"}, agent=FakeAgent({("000001", 1): "down"}))
    agent = FakeAgent()
    summary = (await bench.evaluate(agent=agent)).summary
    assert bench.engine.asked[3:] == ["000002"]
    assert set(agent.asked) == {("000001", 0, 1), ("000002", 0, 0), ("000002", 0, 1)}
    assert (summary.unknown, summary.undecided_cases, summary.fsr.n) == (0, 0, 6)


async def test_a_changed_completion_is_scored_and_tested_again(bench: Bench) -> None:
    await bench.evaluate(agent=FakeAgent({("000001", 0): "NO"}))
    agent = FakeAgent()
    summary = (await bench.evaluate({**GOOD, "000001": "better"}, agent=agent)).summary
    assert set(agent.asked) == {("000001", 0, 0), ("000001", 0, 1)}
    assert summary.fsr.value == 1.0


@pytest.mark.parametrize(
    "stopped_by", [lambda: {"completions": {**GOOD, "000002": "slow"}}, lambda: {"agent": "slow"}]
)
async def test_a_stopped_run_loses_at_most_what_was_in_flight(
    bench: Bench, stopped_by: Callable[[], dict[str, Any]]
) -> None:
    options = stopped_by()
    agent = FakeAgent({("000002", 0): "slow"}) if "agent" in options else FakeAgent()
    task = asyncio.create_task(bench.evaluate(options.get("completions", GOOD), agent=agent))
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    before = len(bench.engine.asked)
    assert before == 3
    summary = (await bench.evaluate(agent=(second := FakeAgent()))).summary
    assert (summary.vrr.n, summary.fsr.value, summary.fsr.n) == (3, 1.0, 6)
    assert len(bench.engine.asked) - before == (0 if "agent" in options else 1)
    assert ("000002", 0, 0) in second.asked


async def test_a_torn_last_line_is_scored_again(bench: Bench) -> None:
    await bench.evaluate()
    traces = bench.folder / "traces.jsonl"
    whole = traces.read_bytes()
    traces.write_bytes(whole[:-40])
    assert (await bench.evaluate()).summary.vrr.n == 3
    assert len(bench.engine.asked) == 4


# ── refusing to mix ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"judges": ("openai/1:other",)}, "judges"),
        ({"seed": 5}, "seed: 0 → 5"),
        ({"agent": FakeAgent()}, "agent"),
    ],
)
async def test_a_folder_holds_one_evaluation(
    bench: Bench, changes: dict[str, Any], said: str
) -> None:
    await bench.evaluate()
    with pytest.raises(UserError, match="holds another evaluation") as caught:
        await bench.evaluate(**changes)
    assert said in str(caught.value)


async def test_a_folder_in_which_nothing_was_found_is_free(bench: Bench) -> None:
    with pytest.raises(UserError, match="none of the completions"):
        await bench.evaluate({"99": "who"})
    assert (await bench.evaluate(seed=5)).summary.completions == 3


async def test_a_judge_that_changes_its_name_stops_the_run(bench: Bench) -> None:
    await bench.evaluate({"000001": "good one"})
    bench.engine.judge_model = "grader-2"
    with pytest.raises(UserError, match="answered as grader-1 so far and now as grader-2"):
        await bench.evaluate()
    bench.engine.judge_model = "grader-1"
    assert (await bench.evaluate()).summary.aas.n == 3


async def test_two_evaluations_do_not_share_a_folder(bench: Bench) -> None:
    slow = asyncio.create_task(bench.evaluate({"000001": "slow"}))
    await asyncio.sleep(0.2)
    with pytest.raises(UserError, match="is being written by another run"):
        await bench.evaluate()
    slow.cancel()
    await asyncio.gather(slow, return_exceptions=True)


def test_a_folder_that_is_no_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is no evaluation"):
        load_run(tmp_path)

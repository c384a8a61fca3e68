"""One sweep after the other in the same folder, with a runner that trains nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from sweep_fakes import FakeRunner, recipe_in

from webgen_r1 import json_file
from webgen_r1.errors import UserError
from webgen_r1.sweep.folder import SweepFolder
from webgen_r1.sweep.plan import make_plan
from webgen_r1.sweep.records import SWEEP_FILE, Basis, SweepResult
from webgen_r1.sweep.run import Sweep


class Desk:
    """One user at one folder, who asks for the same sweep again and again."""

    def __init__(self, folder: Path) -> None:
        self.recipe = recipe_in(folder)
        self.out = folder / "sweep"
        self.asked: list[tuple[str, int]] = []

    async def sweep(
        self,
        *sets: str,
        cases: Sequence[str] = (),
        seeds: Sequence[int] = (),
        overrides: Sequence[str] = (),
        limit: int | None = None,
        broken: Sequence[str] = (),
        ungraded: Sequence[str] = (),
    ) -> SweepResult:
        plan = make_plan(self.recipe, sets=sets, cases=cases, seeds=seeds, overrides=overrides)
        recipe = plan.reference.recipe.model_dump(mode="json", exclude={"output_dir"})
        folder = SweepFolder(self.out, plan, Basis(recipe=recipe, bench="b", limit=limit))
        folder.check()
        folder.claim()
        runner = FakeRunner(folder, broken=broken, ungraded=ungraded, size=6)
        self.asked = runner.asked
        work = Sweep(folder, runner, Silence())
        await work.run()
        return work.finish()


class Silence:
    """Hears everything and says nothing."""

    def starts(self, what: str) -> None: ...

    def tell(self, line: str) -> None: ...

    def done(self, what: str, seconds: float) -> None: ...

    def failed(self, what: str, why: str) -> None: ...

    def found(self, result: SweepResult) -> None: ...


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_every_cell_is_trained_once_and_the_policy_before_evaluated_once(desk: Desk) -> None:
    found = await desk.sweep("reward.gamma=0.1,0.5")
    assert desk.asked == [("before", 0), ("paper", 0), ("gamma=0.5", 0)]
    assert [(run.cell, run.status) for run in found.runs] == [
        ("paper", "done"),
        ("gamma=0.5", "done"),
    ]
    better, paper = (found.cell(name).figures["vrr"] for name in ("gamma=0.5", "paper"))
    assert better.value is not None
    assert paper.value is not None
    assert better.value > paper.value > (found.before["vrr"].value or 0)
    assert better.low is not None
    assert better.low < better.value
    assert json_file.read(desk.out / SWEEP_FILE, SweepResult) == found


async def test_what_is_done_is_not_done_again(desk: Desk) -> None:
    await desk.sweep("reward.gamma=0.1,0.5")
    await desk.sweep("reward.gamma=0.5", seeds=(0, 1))
    assert desk.asked == [("paper", 1), ("gamma=0.5", 1)]
    await desk.sweep(cases=("no visual: reward.visual=0",))
    assert desk.asked == [("no visual", 0)]


async def test_a_cell_that_fails_is_reported_and_tried_again(desk: Desk) -> None:
    found = await desk.sweep("reward.gamma=0.5", broken=("paper",))
    assert desk.asked[-1] == ("gamma=0.5", 0)
    assert [(run.cell, run.message) for run in found.failed] == [
        ("paper", "the GPU is out of memory")
    ]
    assert found.differences == ()
    assert (await desk.sweep("reward.gamma=0.5")).failed == ()
    assert desk.asked == [("paper", 0)]


async def test_what_the_judge_could_not_grade_is_asked_again(desk: Desk) -> None:
    down = await desk.sweep("reward.gamma=0.5", ungraded=("before", "gamma=0.5"))
    assert [run.status for run in down.runs] == ["done", "done"]
    assert any("could not be evaluated or graded" in note for note in down.notes)
    assert (
        "aas" not in down.cell("gamma=0.5").figures or not down.cell("gamma=0.5").figures["aas"].n
    )
    up = await desk.sweep("reward.gamma=0.5")
    assert desk.asked == [("before", 0), ("gamma=0.5", 0)]
    assert not any("graded" in note for note in up.notes)
    assert up.cell("gamma=0.5").figures["aas"].n
    await desk.sweep("reward.gamma=0.5")
    assert desk.asked == []


async def test_seeds_are_pooled(desk: Desk) -> None:
    found = await desk.sweep("reward.gamma=0.1", seeds=(0, 1))
    paper = found.cell("paper")
    assert paper.done == 2
    assert paper.figures["vrr"].n == 12
    assert {run.figures["vrr"].n for run in found.runs} == {6}


async def test_a_difference_is_taken_from_the_reference(desk: Desk) -> None:
    found = await desk.sweep("reward.gamma=0.5")
    vrr = next(each for each in found.differences if each.metric == "vrr")
    values = [found.cell(name).figures["vrr"].value or 0 for name in ("gamma=0.5", "paper")]
    assert vrr.model == "gamma=0.5"
    assert vrr.test.difference == pytest.approx(values[0] - values[1])


async def test_a_folder_holds_one_sweep(desk: Desk) -> None:
    await desk.sweep("reward.gamma=0.1")
    with pytest.raises(UserError, match=r"another sweep \(recipe.trainer.max_steps: 40 → 9\)"):
        await desk.sweep("reward.gamma=0.1", overrides=("trainer.max_steps=9",))
    with pytest.raises(UserError, match="another sweep"):
        await desk.sweep("reward.gamma=0.1", limit=1)


async def test_a_case_keeps_its_meaning(desk: Desk) -> None:
    await desk.sweep(cases=("bare: reward.gamma=0",), broken=("bare",))
    with pytest.raises(UserError, match=r"other settings .*reward\.gamma: 0.* → 0.2"):
        await desk.sweep(cases=("bare: reward.gamma=0.2",))

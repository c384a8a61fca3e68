"""`webgen probe`: what it scores, keeps and says, and with which code it ends."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from probe_fakes import PricedEngine
from rich.console import Console

from webgen_r1.commands.probe import ProbeJob, probe
from webgen_r1.config import EngineConfig
from webgen_r1.errors import UserError
from webgen_r1.probe import ProbeReport, load_suite

PROBES = [each.id for each in load_suite()[1]]


@pytest.fixture
def honest(tmp_path: Path) -> Path:
    folder = tmp_path / "honest"
    folder.mkdir()
    asked = [{"id": id, "instruction": f"Build a {id}."} for id in ("shop", "club")]
    lines = "\n".join(json.dumps(row) for row in asked)
    (folder / "instructions.jsonl").write_text(lines)
    for row in asked:
        (folder / f"{row['id']}.txt").write_text(f"a good {row['id']}")
    return folder


HONEST = {"control": 4.9, "shop": 4.0, "club": 4.5}


def run(
    engine: PricedEngine, honest: Path, out: Path, *, fresh: bool = False, mode: str = "full"
) -> tuple[int, str]:
    said = io.StringIO()
    config = EngineConfig.model_validate({"mode": mode})
    job = ProbeJob(out=out, config=config, honest=[honest], fresh=fresh)
    return probe(job, engine.make, Console(file=said, width=120)), said.getvalue()


def test_honest_sites_control_and_every_probe_are_scored(honest: Path, tmp_path: Path) -> None:
    engine = PricedEngine(HONEST)
    code, said = run(engine, honest, tmp_path / "out")
    assert code == 0
    assert sorted(engine.asked) == sorted([*HONEST, *(f"probe.{id}" for id in PROBES)])
    assert "no probe pays" in said
    assert "3.00 below" in said
    assert (tmp_path / "out" / "report" / "index.html").is_file()


def test_a_probe_that_pays_is_named_and_the_code_is_1(honest: Path, tmp_path: Path) -> None:
    engine = PricedEngine(HONEST | {"probe.one-picture": 4.2})
    code, said = run(engine, honest, tmp_path / "out")
    assert code == 1
    assert f"1 of {len(PROBES)} probes pay: one-picture" in said
    kept = (tmp_path / "out" / "probe.json").read_text()
    report = ProbeReport.model_validate_json(kept)
    assert [row.id for row in report.paying] == ["one-picture"]
    assert report.lowest_honest == 4.0
    assert report.probes[0].rank == 3  # below control and club


def test_a_second_run_scores_only_what_is_unknown(honest: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, said = run(PricedEngine(HONEST | {"probe.blank": None}), honest, out)
    assert code == 3
    assert "not found out: blank" in said
    again = PricedEngine(HONEST)
    assert run(again, honest, out)[0] == 0
    assert again.asked == ["probe.blank"]


def test_rewards_of_two_judges_are_not_compared(honest: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(PricedEngine(HONEST | {"probe.blank": None}), honest, out)
    newer = PricedEngine(HONEST, judge="eyes/2")
    with pytest.raises(UserError, match="eyes/1 and eyes/2"):
        run(newer, honest, out)
    assert run(newer, honest, out, fresh=True)[0] == 0


def test_the_suite_is_scored_as_whole_projects(honest: Path, tmp_path: Path) -> None:
    engine = PricedEngine(HONEST)
    run(engine, honest, tmp_path / "out", mode="slots")
    assert engine.config is not None
    assert engine.config.mode == "full"


def test_an_honest_site_without_an_instruction_is_a_mistake(honest: Path, tmp_path: Path) -> None:
    (honest / "pub.txt").write_text("a good pub")
    engine = PricedEngine(HONEST)
    with pytest.raises(UserError, match=r"pub\.txt.*instructions\.jsonl"):
        run(engine, honest, tmp_path / "out")
    assert engine.asked == []


def test_the_report_is_json_where_that_is_wanted(
    honest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job = ProbeJob(out=tmp_path / "out", config=EngineConfig(), honest=[honest], json=True)
    probe(job, PricedEngine(HONEST).make, Console(file=io.StringIO()))
    assert len(json.loads(capsys.readouterr().out)["probes"]) == len(PROBES)

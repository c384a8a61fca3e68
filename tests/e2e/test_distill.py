"""`webgen distill` for real: the blueprint teacher, real builds, a real browser."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from rich.console import Console

from webgen_r1.commands.distill import distill
from webgen_r1.completion import parse

pytestmark = pytest.mark.e2e

EXAMPLES = Path(__file__).parents[2] / "examples" / "instructions.jsonl"


def write_recipe(folder: Path) -> Path:
    path = folder / "recipe.yaml"
    recipe = {
        "data": {"source": str(EXAMPLES), "limit": 2},
        "teacher": {"kind": "blueprint", "size": "brief"},
        "engine": {"scaffold": "vite-react-kit", "mode": "slots"},
        "samples": 2,
        "min_reward": 1.0,
        "output_dir": str(folder / "run"),
    }
    path.write_text(json.dumps(recipe))
    return path


def test_blueprint_sites_are_built_opened_graded_and_become_a_dataset(tmp_path: Path) -> None:
    recipe, console = write_recipe(tmp_path), Console(file=StringIO(), width=100)
    assert distill(recipe, console) == 0

    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert (report["asked"], report["answered"], report["scored"]) == (4, 4, 4)
    assert report["failed_at"] == {}
    assert report["kept"] == 4

    rows: list[dict[str, Any]] = parquet.read_table(
        tmp_path / "run" / "dataset" / "train.parquet"
    ).to_pylist()
    traces = tmp_path / "run" / "traces.jsonl"
    found = {trace["id"]: trace for trace in map(json.loads, traces.read_text().splitlines())}
    for row in rows:
        assert row["teacher"] == "blueprint/1"
        assert row["reward"] == found[row["id"]]["reward"] > 1.0
        assert found[row["id"]]["pages"][0]["status"] == "ok"
        assert found[row["id"]]["instruction"] == row["messages"][1]["content"]
        assert "src/App.tsx" in parse(row["messages"][2]["content"]).completion.files
    assert len({row["instruction"] for row in rows}) == 4  # the second samples in other colours

    scored = traces.read_bytes()
    assert distill(recipe, console, overrides=["keep=2"]) == 0
    assert traces.read_bytes() == scored
    assert parquet.read_metadata(tmp_path / "run" / "dataset" / "train.parquet").num_rows == 2

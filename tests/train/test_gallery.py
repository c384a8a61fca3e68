"""Which pictures of a run are kept, and where."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from train_fakes import trace as scored

from webgen_r1 import jsonl, traces
from webgen_r1.reward.cascade import MEMORY
from webgen_r1.train.gallery import Gallery, Sample, pictures_folder
from webgen_r1.types import Page, Trace

GROUP, SIZE, EVERY = 4, 2, 10


def painted(folder: Path, id: str, text: str) -> Trace:
    """A trace as the engine makes it, its picture on disk."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    name = f"shots/{digest[:16]}/0-home.jpg"
    picture = pictures_folder(folder) / name
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(text.encode())
    page = Page(route="/", status="ok", screenshot=name)
    return scored(1.0, id=id).model_copy(update={"digest": digest, "pages": (page,)})


def index(folder: Path) -> list[Sample]:
    return jsonl.read_all(folder / "gallery" / "index.jsonl", Sample)


def take(folder: Path, gallery: Gallery, *, step: int, completions: int = 3 * GROUP) -> None:
    """A step, counted from 1, whose completions all differ."""
    for place in range(completions):
        id = f"row/step{step - 1}/{place}"
        gallery.saw(painted(folder, id, id))


def test_the_first_completions_of_the_first_groups_are_kept_at_some_steps(tmp_path: Path) -> None:
    with Gallery(tmp_path, EVERY, SIZE, GROUP) as gallery:
        for step in (1, 2, 10, 11):
            take(tmp_path, gallery, step=step)
    samples = index(tmp_path)
    assert [(sample.step, sample.id) for sample in samples] == [
        (step, f"row/step{step - 1}/{place}") for step in (1, 10) for place in (0, 1, 4, 5)
    ]
    for sample in samples:
        assert (tmp_path / "gallery" / sample.pictures[0]).read_bytes() == sample.id.encode()
    kept = list(traces.read(tmp_path / "gallery" / "step-000010" / "traces.jsonl"))
    assert [trace.id for trace in kept] == [sample.id for sample in samples[4:]]
    assert kept[0].pages[0].screenshot is not None
    assert (tmp_path / "gallery" / "step-000010" / kept[0].pages[0].screenshot).is_file()


def test_only_what_the_engine_may_still_refer_to_stays_on_disk(tmp_path: Path) -> None:
    latest = pictures_folder(tmp_path)
    with Gallery(tmp_path, EVERY, SIZE, GROUP) as gallery:
        take(tmp_path, gallery, step=2, completions=MEMORY + 20)
        assert len(list((latest / "shots").iterdir())) == MEMORY
    assert not latest.exists()


def test_a_continued_run_keeps_no_pictures_of_steps_that_it_takes_again(tmp_path: Path) -> None:
    with Gallery(tmp_path, EVERY, SIZE, GROUP) as gallery:
        take(tmp_path, gallery, step=1)
        take(tmp_path, gallery, step=10)
    with Gallery(tmp_path, EVERY, SIZE, GROUP) as gallery:
        gallery.continue_from(5)
        assert not (tmp_path / "gallery" / "step-000010").exists()
        take(tmp_path, gallery, step=10)
    assert [sample.step for sample in index(tmp_path)] == [1] * 4 + [10] * 4


@pytest.mark.parametrize("id", ["preflight/row/0", "row/step0", "somewhere else"])
def test_a_trace_that_is_of_no_step_is_not_shown(tmp_path: Path, id: str) -> None:
    with Gallery(tmp_path, EVERY, SIZE, GROUP) as gallery:
        gallery.saw(painted(tmp_path, id, "text"))
    assert index(tmp_path) == []

"""`webgen align`: what it prints and writes, and figures that show what they say."""

import io
import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from align_samples import choice, grade, run, site
from PIL import Image
from rich.console import Console

from webgen_r1.commands.align import AlignJob, run_align
from webgen_r1.errors import DiskError, UserError
from webgen_r1.evaluate.align import Alignment
from webgen_r1.rate.records import Rating
from webgen_r1.report.alignment import file_stem, text_of
from webgen_r1.report.scatter import Scatter, draw, fitted_line
from webgen_r1.stats.estimate import Estimate


@pytest.fixture
def job(tmp_path: Path) -> AlignJob:
    """A run of six sites, rated by two people."""
    folder = run(tmp_path / "base", *(site(f"s{index}", index / 2 + 1) for index in range(6)))
    ratings: list[Rating] = [
        grade(rater, f"base/s{index}", min(5, index + 1))
        for rater in ("ann", "bob|\x1b[31m")
        for index in range(6)
    ]
    ratings.append(choice("ann", "base/s5", "base/s0", "a"))
    file = tmp_path / "ratings.jsonl"
    file.write_text("".join(each.model_dump_json() + "\n" for each in ratings))
    return AlignJob(runs=[folder], ratings=[tmp_path], out=tmp_path / "align")


def done(job: AlignJob, width: int = 140) -> tuple[Alignment, str]:
    out = io.StringIO()
    found = run_align(job, Console(file=out, width=width))
    return found, out.getvalue()


def test_the_table_names_every_scorer_with_its_intervals(job: AlignJob) -> None:
    found, printed = done(job)
    for scorer in found.scorers:
        row = next(line for line in printed.splitlines() if line.startswith(scorer.name))
        assert text_of(scorer.agreement.pearson) in row
        assert text_of(scorer.choices) in row
    assert "Krippendorff's alpha (ordinal): 1.00" in printed
    assert "\x1b" not in printed


def test_a_narrow_terminal_loses_no_number(job: AlignJob) -> None:
    found, printed = done(job, width=80)
    assert max(map(len, printed.splitlines()[:12])) <= 80
    assert "…" not in printed
    assert f"[{found.scorers[0].agreement.pearson.low:.2f}, " in printed


def test_json_markdown_and_figures_are_written(job: AlignJob) -> None:
    found, _ = done(job)
    assert Alignment.model_validate_json((job.out / "align.json").read_bytes()) == found
    text = (job.out / "align.md").read_text()
    assert "| reward | 6 | " in text
    assert "![reward against people](scatter-reward.svg)" in text
    assert "\x1b" not in text
    assert sorted(path.name for path in job.out.iterdir()) == [
        "align.json",
        "align.md",
        "scatter-aas.png",
        "scatter-aas.svg",
        "scatter-reward.png",
        "scatter-reward.svg",
    ]


def test_names_from_files_are_no_markdown(job: AlignJob, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    rows = [{"site": f"base/s{index}", "score": index} for index in range(6)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    own = AlignJob(job.runs, job.ratings, job.out, scores=[f"a|b<img>={file}"])
    done(own)
    text = (job.out / "align.md").read_text()
    assert "| a\\|b\\<img\\> | 6 |" in text
    assert "](scatter-a-b-img.svg)" in text


def test_only_what_was_asked_for_is_drawn(job: AlignJob) -> None:
    asked = AlignJob(job.runs, job.ratings, job.out, figures=["part contrast"])
    done(asked)
    assert [path.name for path in job.out.glob("*.svg")] == ["scatter-part-contrast.svg"]


def test_all_draws_each(job: AlignJob) -> None:
    found, _ = done(AlignJob(job.runs, job.ratings, job.out, figures=["all"]))
    assert len(list(job.out.glob("*.png"))) == len(found.scorers)


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"figures": ["rewrad"]}, "no scorer is called rewrad: there are reward, aas"),
        ({"scores": ["mine.jsonl"]}, "say NAME=FILE"),
        ({"scores": ["mine=none.jsonl"]}, "cannot read none.jsonl"),
        ({"ratings": [Path("none.jsonl")]}, "there is no none.jsonl: `webgen rate` writes one"),
    ],
)
def test_mistakes_are_one_line_and_write_nothing(
    job: AlignJob, asked: dict[str, list[str]], line: str
) -> None:
    values = {"runs": job.runs, "ratings": job.ratings, "out": job.out, **asked}
    with pytest.raises(UserError, match=line):
        done(AlignJob(**values))  # type: ignore[arg-type]
    assert not job.out.exists()


def test_a_folder_that_cannot_be_written_is_said(job: AlignJob, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(DiskError, match="cannot write"):
        done(AlignJob(job.runs, job.ratings, tmp_path / "taken"))


# ── figures ─────────────────────────────────────────────────────────────────────────


def scatter(x: list[float], y: list[float], title: str = "reward against people") -> Scatter:
    return Scatter(title, "Pearson 0.70 [0.59, 0.78]", x, y, "mean human rating (1–5)", "reward")


def dots(svg: bytes) -> int:
    """Marks of the scatter, of which matplotlib makes a path each."""
    group = next(each for each in ElementTree.fromstring(svg).iter() if each.get("id") == "sites")
    return len(group.findall("{*}path"))


def test_one_dot_per_site() -> None:
    svg, _ = draw(scatter([1, 2, 3, 4.5], [1, 3, 2, 4]))
    assert dots(svg) == 4


def test_sites_with_the_same_numbers_share_a_larger_dot() -> None:
    svg, _ = draw(scatter([1, 2, 2, 3, 2], [1, 3, 3, 2, 3]))
    assert dots(svg) == 3


def test_the_same_numbers_give_the_same_files() -> None:
    assert draw(scatter([1, 2, 3], [1, 3, 2])) == draw(scatter([1, 2, 3], [1, 3, 2]))


def test_the_picture_is_sharp_enough_for_print() -> None:
    _, png = draw(scatter([1, 2, 3], [1, 3, 2]))
    with Image.open(io.BytesIO(png)) as image:
        assert image.width >= 1000


def test_a_name_with_dollars_is_no_formula() -> None:
    plain, _ = draw(scatter([1, 2, 3], [1, 3, 2], title="$\\frac{ against people"))
    ElementTree.fromstring(plain)


def test_the_line_is_that_of_least_squares() -> None:
    x, y = np.array([1.0, 2, 3, 5]), np.array([1.0, 3, 2, 4])
    assert fitted_line(x, y) == pytest.approx(tuple(np.polyfit(x, y, 1)))
    assert fitted_line(np.ones(3), np.arange(3.0)) is None


def test_figures_of_similar_names_do_not_overwrite_each_other() -> None:
    taken: set[str] = set()
    names = ["judge a/1", "judge a-1", "…"]
    assert [file_stem(name, taken) for name in names] == [
        "scatter-judge-a-1",
        "scatter-judge-a-1-2",
        "scatter-x",
    ]


def test_an_estimate_in_words() -> None:
    assert text_of(Estimate(value=0.756, low=0.6, high=0.8, n=9)) == "0.76 [0.60, 0.80]"
    assert text_of(Estimate()) == "–"

"""`webgen align`: ratings and runs in, agreement of scorers with people out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from webgen_r1.errors import DiskError, UserError
from webgen_r1.evaluate.align import Alignment, align, counted
from webgen_r1.evaluate.align_scores import add_scores, is_headline, scores_of_runs
from webgen_r1.rate.records import RATINGS_FILE, read_all
from webgen_r1.report.alignment import file_stem, markdown, rater_lines, scatter, terminal_table
from webgen_r1.report.scatter import draw
from webgen_r1.report.table import plain

ALL = "all"


@dataclass(frozen=True)
class AlignJob:
    """What the user asked for."""

    runs: list[Path]
    ratings: list[Path]
    """Files of ratings, or folders that hold a `ratings.jsonl`."""
    out: Path
    scores: list[str] = field(default_factory=list)
    """`NAME=FILE` each: a scorer of the user's own."""
    standardise: bool = False
    figures: list[str] = field(default_factory=list)
    """Scorers to draw; without, those that grade whole sites. `all` draws each."""
    seed: int = 0


def run_align(job: AlignJob, console: Console) -> Alignment:
    """Compare, print and write. Raises UserError, and DiskError where it cannot write."""
    scores = scores_of_runs(job.runs)
    notes = []
    for name, file in map(_named, job.scores):
        if strange := add_scores(scores, name, file):
            notes.append(f"{name}: {counted(strange, 'scored site')} in none of the runs")
    ratings = read_all(map(_ratings_file, job.ratings))
    found = align(scores, ratings, standardise=job.standardise, seed=job.seed)
    found = found.model_copy(update={"notes": (*found.notes, *notes)})
    drawn = _drawn(found, job.figures)
    console.print(terminal_table(found, console.width))
    console.print()
    for line in (*rater_lines(found), *(f"note: {note}" for note in found.notes)):
        _say(console, line)
    _write(found, drawn, job.out)
    _say(console, f"written to {job.out}: align.json, align.md and the figures")
    return found


def _ratings_file(path: Path) -> Path:
    file = path / RATINGS_FILE if path.is_dir() else path
    if not file.exists():
        raise UserError(f"there is no {file}: `webgen rate` writes one, --ratings says where it is")
    return file


def _named(scores: str) -> tuple[str, Path]:
    name, equals, file = scores.partition("=")
    if not (name and equals and file):
        raise UserError(f"--scores {scores}: say NAME=FILE, a file of {{site, score}} lines")
    return name, Path(file)


def _drawn(found: Alignment, asked: Sequence[str]) -> list[str]:
    """The scorers to draw, of those with enough sites."""
    names = [scorer.name for scorer in found.scorers]
    if strange := [name for name in asked if name != ALL and name not in names]:
        raise UserError(f"no scorer is called {strange[0]}: there are {', '.join(names)}")
    if ALL in asked:
        return names
    return [name for name in names if (name in asked if asked else is_headline(name))]


def _write(found: Alignment, drawn: Sequence[str], out: Path) -> None:
    taken: set[str] = set()
    figures = {}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for scorer in found.scorers:
            if scorer.name in drawn and scorer.agreement.n:
                stem = file_stem(scorer.name, taken)
                svg, png = draw(scatter(found, scorer))
                (out / f"{stem}.svg").write_bytes(svg)
                (out / f"{stem}.png").write_bytes(png)
                figures[scorer.name] = f"{stem}.svg"
        (out / "align.json").write_text(found.model_dump_json(indent=1) + "\n", encoding="utf-8")
        (out / "align.md").write_text(markdown(found, figures), encoding="utf-8")
    except OSError as error:
        raise DiskError(f"cannot write {out}: {error.strerror}") from error


def _say(console: Console, line: str) -> None:
    """`line` may name raters and sites, which come from files."""
    console.print(plain(line), soft_wrap=True, highlight=False, markup=False)

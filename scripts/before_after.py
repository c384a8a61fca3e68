"""One picture of what training did: the same instructions before, half-way and after.

    python scripts/before_after.py runs/nano/learn docs/results/nano/sites.png --ids

The first instructions of the benchmark, in its order, whatever came of them. `webgen learn` leaves
what is shown; of several seeds the first.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from webgen_r1.errors import UserError
from webgen_r1.evaluate.results import RunResults, SiteResult
from webgen_r1.evaluate.run_folder import load_run
from webgen_r1.report.pictures import Pictures

TILE = (384, 240)
GAP, TITLE = 16, 44
INK, FAINT, GROUND, EMPTY = "#1f2328", "#59636e", "#ffffff", "#eef1f4"


def draw(runs: dict[str, RunResults], rows: int, *, ids: bool = False) -> Image.Image:
    """A column for each run, a row for each of the first `rows` instructions that all answer."""
    items = list(_together(runs, rows))
    width = GAP + len(runs) * (TILE[0] + GAP)
    height = TITLE + len(items) * (TITLE + TILE[1]) + GAP
    sheet = Image.new("RGB", (width, height), GROUND)
    pen = ImageDraw.Draw(sheet)
    for column, name in enumerate(runs):
        pen.text((_left(column), GAP), name, INK, _font(20))
    for row, sites in enumerate(items):
        top = TITLE + row * (TITLE + TILE[1])
        item = sites[0].item
        asked = item.id if ids else " ".join(item.instruction.split())
        pen.text((GAP, top + 16), _cut(pen, asked, width - 2 * GAP), FAINT, _font(15))
        for column, (run, site) in enumerate(zip(runs.values(), sites, strict=True)):
            sheet.paste(_tile(run, site), (_left(column), top + TITLE))
    return sheet


def _together(runs: dict[str, RunResults], rows: int) -> Iterator[tuple[SiteResult, ...]]:
    by_id = [{site.item.id: site for site in run.sites} for run in runs.values()]
    ids = [id for id in by_id[0] if all(id in found for found in by_id)]
    return (tuple(found[id] for found in by_id) for id in ids[:rows])


def _tile(run: RunResults, site: SiteResult) -> Image.Image:
    """The landing page from its top, or why there is none."""
    page = site.trace.pages[0] if site.rendered and site.trace else None
    file = Pictures(run.folder, run.folder).file(page.screenshot or "") if page else None
    tile = Image.new("RGB", TILE, EMPTY)
    pen = ImageDraw.Draw(tile)
    if file is not None:
        with Image.open(file) as picture:
            scaled = picture.convert("RGB").resize(
                (TILE[0], round(picture.height * TILE[0] / picture.width)), Image.Resampling.LANCZOS
            )
        tile.paste(scaled, (0, 0))
        pen.rectangle((0, 0, TILE[0] - 1, TILE[1] - 1), outline="#d1d9e0")
        return tile
    for line, (text, size, colour) in enumerate(_why(site)):
        pen.text((20, 88 + 28 * line), _cut(pen, text, TILE[0] - 40, size), colour, _font(size))
    return tile


def _why(site: SiteResult) -> Iterator[tuple[str, int, str]]:
    trace = site.trace
    failure = trace.failures[0] if trace and trace.failures else None
    stage = trace.stage if trace else "parse"
    yield {"build": "does not build", "render": "shows nothing"}.get(stage, "is not valid"), 18, INK
    if failure is not None:
        yield failure.message, 14, FAINT


def _left(column: int) -> int:
    return GAP + column * (TILE[0] + GAP)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _cut(pen: ImageDraw.ImageDraw, text: str, width: int, size: int = 15) -> str:
    """As much of `text` as there is room for."""
    font = _font(size)
    if pen.textlength(text, font) <= width:
        return text
    while text and pen.textlength(f"{text}…", font) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def main(learn: Path, out: Path, rows: int, *, ids: bool) -> None:
    seed = next(iter(sorted(learn.glob("seed-*"))), learn)
    folders = {"before": learn / "before", "half-way": seed / "during", "after": seed / "after"}
    runs = {name: load_run(folder) for name, folder in folders.items() if folder.is_dir()}
    out.parent.mkdir(parents=True, exist_ok=True)
    draw(runs, rows, ids=ids).save(out, optimize=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("learn", type=Path, help="folder of `webgen learn`")
    parser.add_argument("out", type=Path, help="the picture, .png or .webp")
    parser.add_argument("--rows", type=int, default=4, help="instructions shown")
    parser.add_argument(
        "--ids", action="store_true", help="name rows by id: a benchmark's text is not ours to show"
    )
    given = parser.parse_args()
    try:
        main(given.learn, given.out, given.rows, ids=given.ids)
    except UserError as error:
        sys.exit(str(error))

"""Which sites there are to rate: those of one or more runs that show something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from webgen_r1 import traces
from webgen_r1.errors import UserError
from webgen_r1.rate.records import site_name
from webgen_r1.types import Page, Trace

_PICTURES = frozenset({".jpg", ".jpeg", ".png"})


@dataclass(frozen=True)
class Picture:
    """The screenshot of one page; `file` exists and lies in its run's folder."""

    route: str
    file: Path


@dataclass(frozen=True)
class RatedSite:
    """A site that can be shown: live where its bundle was kept, and in pictures.

    `name` is how ratings call it. Nobody who rates ever sees `name` or `run`.
    """

    name: str
    run: str
    id: str
    instruction: str | None
    archive: Path | None
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Collection:
    """Every site of the runs that can be shown, and how many cannot."""

    runs: tuple[str, ...]
    sites: tuple[RatedSite, ...]
    unrendered: int = 0
    unkept: int = 0
    """Rendered, but neither its bundle nor a picture is on disk."""
    still: int = 0
    """Shown in pictures only, because the bundle was not kept."""


def gather(paths: Sequence[Path]) -> Collection:
    """The sites of run folders (or of their `traces.jsonl`). Raises UserError."""
    homes = [_home(path) for path in paths]
    runs = [home.resolve().name for home in homes]
    for run, count in Counter(runs).items():
        if count > 1:
            raise UserError(
                f"{count} of the runs are called {run}: ratings tell runs apart by the name of "
                "their folder, so rename one"
            )
    sites: list[RatedSite] = []
    unrendered = unkept = 0
    for home in homes:
        for trace in _newest(home / traces.TRACES_FILE):
            if not _rendered(trace):
                unrendered += 1
                continue
            site = _site(home, trace)
            if site.archive is None and not site.pictures:
                unkept += 1
            else:
                sites.append(site)
    if not sites:
        where = ", ".join(str(path) for path in paths)
        raise UserError(
            f"nothing to rate in {where}: "
            f"{unrendered} did not render, {unkept} were kept neither as site nor as picture"
        )
    still = sum(site.archive is None for site in sites)
    return Collection(tuple(runs), tuple(sites), unrendered, unkept, still)


def pairs(collection: Collection) -> list[tuple[RatedSite, RatedSite]]:
    """Two sites for the same instruction from two runs, every two runs that share one.

    The same instruction is the same text, or the same id where no text is known. Several
    samples of an instruction are paired in order of their ids. Raises UserError.
    """
    if len(collection.runs) < 2:
        raise UserError("comparing needs at least two runs: name another folder, or --mode grade")
    asked: dict[str, dict[str, list[RatedSite]]] = {}
    for site in collection.sites:
        asked.setdefault(_question(site), {}).setdefault(site.run, []).append(site)
    found = []
    for answers in asked.values():
        runs = [run for run in collection.runs if run in answers]
        for index, one in enumerate(runs):
            for other in runs[index + 1 :]:
                found += list(
                    zip(_by_id(answers[one]), _by_id(answers[other]), strict=False)  # fewer count
                )
    if not found:
        raise UserError(
            f"the runs {', '.join(collection.runs)} have no instruction in common for which both "
            "rendered: there is nothing to compare"
        )
    return found


def _question(site: RatedSite) -> str:
    text = " ".join((site.instruction or "").split())
    return f"text {text}" if text else f"id {site.id}"


def _by_id(sites: list[RatedSite]) -> list[RatedSite]:
    return sorted(sites, key=lambda site: site.id)


def _home(path: Path) -> Path:
    home = path.parent if path.name == traces.TRACES_FILE else path
    if not (home / traces.TRACES_FILE).is_file():
        raise UserError(f"{home} holds no {traces.TRACES_FILE}: is it the folder of a run?")
    return home


def _newest(file: Path) -> list[Trace]:
    """One trace an id, the last: an id that was scored with two texts is one site."""
    return list({trace.id: trace for trace in traces.latest(file)}.values())


def _rendered(trace: Trace) -> bool:
    reached = trace.stage in ("render", "judge")
    return reached and any(page.status == "ok" for page in trace.pages[:1])


def _site(home: Path, trace: Trace) -> RatedSite:
    pictures = [_picture(home, page) for page in trace.pages]
    return RatedSite(
        name=site_name(home, trace.id),
        run=home.resolve().name,
        id=trace.id,
        instruction=trace.instruction,
        archive=_inside(home, trace.site, frozenset({".zip"})),
        pictures=tuple(picture for picture in pictures if picture),
    )


def _picture(home: Path, page: Page) -> Picture | None:
    for relative in (page.screenshot_full, page.screenshot):
        file = _inside(home, relative, _PICTURES)
        if file is not None:
            return Picture(page.route, file)
    return None


def _inside(home: Path, relative: str | None, kinds: frozenset[str]) -> Path | None:
    """The file that a trace names, if it is one of its own folder: traces are not trusted."""
    if relative is None or "\0" in relative:
        return None
    file = (home / PurePosixPath(relative)).resolve()
    inside = file.is_relative_to(home.resolve()) and file.suffix.lower() in kinds
    return file if inside and file.is_file() else None

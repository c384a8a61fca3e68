"""Folders of runs, made small, for the tests of rating."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from webgen_r1.reward.artifacts import save_site
from webgen_r1.traces import TraceWriter
from webgen_r1.types import BuildResult, Components, Page, Trace, Verdict, tree_digest

TINY = "<!doctype html><html><head><title>T</title></head><body><h1>Hello</h1></body></html>"


def write_run(
    folder: Path,
    sites: Mapping[str, str | None],
    *,
    instruction: str = "Build {}",
    keep: bool = True,
    picture: bool = True,
    base: str = "/",
) -> Path:
    """A run of sites by id: the HTML of each, None for one that did not render."""
    (folder / "shots").mkdir(parents=True)
    Image.new("RGB", (64, 40), "teal").save(folder / "shots" / "a.jpg")
    with TraceWriter(folder / "traces.jsonl") as writer:
        for name, html in sites.items():
            files = {"index.html": (html or "").encode()}
            digest = tree_digest(files | {"id": name.encode()})
            kept = save_site(BuildResult(files, base=base), folder, digest) if keep else None
            page = Page(
                route="/",
                status="ok" if html else "blank",
                screenshot="shots/a.jpg" if picture else None,
            )
            writer.append(
                Trace(
                    id=name,
                    instruction=instruction.format(name),
                    digest=digest,
                    outcome="scored",
                    stage="judge" if html else "render",
                    reward=4.321,
                    components=Components(visual=4.221),
                    verdict=Verdict(judge="design/1", score=4.221) if html else None,
                    pages=(page,),
                    site=kept,
                )
            )
    return folder

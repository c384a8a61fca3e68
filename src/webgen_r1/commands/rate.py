"""`webgen rate`: people rate sites blind, on a page of this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from rich.console import Console

from webgen_r1.errors import UserError
from webgen_r1.rate.app import RateApp
from webgen_r1.rate.desk import Desk, Mode, rater_name
from webgen_r1.rate.door import HOST, Door
from webgen_r1.rate.live import SiteTools
from webgen_r1.rate.order import Subject
from webgen_r1.rate.records import RATINGS_FILE
from webgen_r1.rate.sites import Collection, gather, pairs
from webgen_r1.rate.store import RatingsFile
from webgen_r1.render.site_server import placeholder, site_app
from webgen_r1.reward.artifacts import load_site


@dataclass(frozen=True)
class RateJob:
    """What the user asked for."""

    runs: list[Path]
    mode: Mode = "grade"
    out: Path = Path(RATINGS_FILE)
    rater: str | None = None
    repeats: float = 0.1
    seed: int = 0
    port: int = 0
    open: bool = False


def rate(job: RateJob, console: Console) -> int:
    """Serve until Ctrl-C; 0. Raises UserError, DiskError."""
    rater = rater_name(job.rater) if job.rater is not None else None
    collection = gather(job.runs)
    subjects: list[Subject] = (
        [(site,) for site in collection.sites] if job.mode == "grade" else [*pairs(collection)]
    )
    with _listen(job.port) as listener, RatingsFile(job.out) as file:
        file.check_runs(collection.runs)
        desk = Desk(subjects, file, seed=job.seed, repeats=job.repeats)
        door = Door(listener.getsockname()[1], secrets.token_urlsafe(24), rater)
        for line in _summary(job, collection, len(subjects)):
            console.print(line, soft_wrap=True, highlight=False, markup=False)
        console.print(
            f"rate at {door.address}  (Ctrl-C stops)", soft_wrap=True, highlight=False, markup=False
        )
        if job.open:
            import webbrowser

            webbrowser.open(door.address)
        _serve(RateApp(desk, SiteTools(load_site, site_app, placeholder), door), listener)
        given = f"{file.added} rating{'' if file.added == 1 else 's'}"
        console.print(f"{given} added to {job.out}", soft_wrap=True, highlight=False, markup=False)
    return 0


def _serve(app: RateApp, listener: socket.socket) -> None:
    settings = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    with suppress(KeyboardInterrupt):
        asyncio.run(uvicorn.Server(settings).serve(sockets=[listener]))


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        # The standard library's own text repeats the address.
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise UserError(
            f"cannot listen on port {port} ({reason}): choose another --port, or 0 for any free one"
        ) from error


def _summary(job: RateJob, collection: Collection, subjects: int) -> list[str]:
    what = "sites to grade" if job.mode == "grade" else "pairs to compare"
    left_out = []
    if collection.unrendered:
        left_out.append(f"{collection.unrendered} did not render")
    if collection.unkept:
        left_out.append(f"{collection.unkept} kept neither as site nor as picture")
    lines = [f"{subjects} {what}" + (f"; left out: {', '.join(left_out)}" if left_out else "")]
    if collection.still:
        lines.append(f"{collection.still} sites are shown in pictures only: they were not kept")
    return lines

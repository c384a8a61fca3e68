"""`webgen publish`: a policy's folder in, a repository with a model card on the hub out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from webgen_r1.commands.report import say
from webgen_r1.errors import UserError
from webgen_r1.publish import Hub, gather, make_hub, send, write_card
from webgen_r1.publish.card import CARD_FILE


@dataclass(frozen=True)
class PublishJob:
    """What the user asked for."""

    folder: Path
    repo: str
    evaluations: tuple[Path, ...] = ()
    recipe: Path | None = None
    private: bool = False
    dry_run: bool = False


def publish(job: PublishJob, console: Console, make: Callable[[], Hub] = make_hub) -> None:
    """Write the card, and send the folder. Raises UserError, InfraFailure.

    A card that is there is sent as it is, so that it may be edited; a dry run writes it anew.
    """
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", job.repo):
        raise UserError(f"{job.repo!r} is no name for a repository: give owner/name")
    facts = gather(job.folder, job.evaluations, job.recipe)
    hub = None if job.dry_run else make()
    card = job.folder / CARD_FILE
    if job.dry_run or not card.exists():
        write_card(facts, job.repo)
        say(console, f"card    {card}")
    else:
        say(console, f"card    {card}, as it is (--dry-run writes it anew)")
    if hub is None:
        say(console, "nothing was sent")
        return
    with console.status(f"sending {job.folder}"):
        send(hub, job.folder, job.repo, private=job.private)
    say(console, f"sent    {job.repo}")

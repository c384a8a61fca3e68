"""What a person sees of a sweep: the plan, then a bar over its runs. Always on stderr."""

from __future__ import annotations

from datetime import datetime, timedelta

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from webgen_r1.commands.report import say
from webgen_r1.live import Live
from webgen_r1.report.sweep import write_page
from webgen_r1.report.sweep_tables import duration
from webgen_r1.report.table import plain
from webgen_r1.report.view import short
from webgen_r1.sweep.folder import SweepFolder
from webgen_r1.sweep.records import SweepResult

MAX_ROWS = 40


class SweepDisplay(Live):
    """A bar on a terminal; anywhere else a line for each run that ends."""

    def __init__(self, console: Console, folder: SweepFolder) -> None:
        self._console = console
        plan = folder.plan
        known = [folder.seconds(cell, seed) for cell, seed in plan.runs]
        self._took = [seconds for seconds in known if seconds is not None]
        self._all, self._ended = len(known), len(self._took)
        self._folder = folder
        self._progress = Progress(
            TextColumn("runs"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        super().__init__(self._progress)
        self._task = self._progress.add_task("", total=self._all, completed=self._ended)
        self._what = ""

    # ── before anything starts ──────────────────────────────────────────────────────

    def plan(self) -> None:
        """Cells, what each changes, what is done, and how long the rest will take."""
        plan = self._folder.plan
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for header in ("cell", "changes", "steps", "done"):
            table.add_column(header, justify="left" if header in ("cell", "changes") else "right")
        for cell in plan.cells[:MAX_ROWS]:
            done = sum(self._folder.seconds(cell, seed) is not None for seed in plan.seeds)
            table.add_row(
                plain(cell.name),
                plain(" ".join(cell.change.overrides) or "nothing"),
                str(cell.recipe.trainer.get("max_steps", "–")),
                f"{done}/{len(plan.seeds)}",
            )
        self._console.print(table)
        if len(plan.cells) > MAX_ROWS:
            say(self._console, f"… and {len(plan.cells) - MAX_ROWS} cells more")
        several = len(plan.seeds) > 1
        seeds = f"seed{'s' if several else ''} {', '.join(map(str, plan.seeds))}"
        say(
            self._console,
            f"{len(plan.cells)} cells, {seeds}: {self._all} training runs, "
            f"{self._all - self._ended} to do, each trained and evaluated",
        )
        say(self._console, self._forecast() or "how long it takes is told after the first run")

    # ── while it works ──────────────────────────────────────────────────────────────

    def starts(self, what: str) -> None:
        self._what = what
        self.tell("starting")

    def tell(self, line: str) -> None:
        self._progress.update(self._task, description=f"{short(self._what, 40)} · {line}")

    def done(self, what: str, seconds: float) -> None:
        self._took.append(seconds)
        self._advance()
        forecast = self._forecast()
        self._say(f"{what}: done in {duration(seconds)}{f'; {forecast}' if forecast else ''}")

    def failed(self, what: str, why: str) -> None:
        self._advance()
        self._say(f"{what}: failed: {why}")

    def found(self, result: SweepResult) -> None:
        """The page shows what is there while the rest is at work."""
        write_page(result, self._folder.path)

    def _advance(self) -> None:
        self._ended += 1
        self._progress.update(self._task, completed=self._ended)

    def _say(self, line: str) -> None:
        say(self._progress.console, line)

    def _forecast(self) -> str:
        """From the runs that are done, the mean; empty while there is none, or none is left."""
        left = self._all - self._ended
        if not self._took or not left:
            return ""
        each = sum(self._took) / len(self._took)
        end = datetime.now().astimezone() + timedelta(seconds=each * left)
        runs = "run" if left == 1 else "runs"
        return (
            f"{left} {runs} left at about {duration(each)} each: {duration(each * left)}, "
            f"until {end:%a %H:%M}"
        )

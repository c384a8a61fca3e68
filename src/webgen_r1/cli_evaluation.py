"""The commands about evaluation: `eval`, `compare`, `rate`, `align`, `probe`.

They belong to `webgen_r1.cli`, which adds them to the program.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from webgen_r1.commands.exits import EXIT_CODES, exit_codes
from webgen_r1.commands.options import (
    ConfigOption,
    JsonOption,
    JudgeOption,
    ModeOption,
    PolicyOption,
    PresetOption,
    RateMode,
    SandboxOption,
    ScaffoldOption,
    Session,
)
from webgen_r1.commands.settings import settings_of

app = typer.Typer(rich_markup_mode="markdown")


@app.command(
    name="eval",
    epilog="**Examples**\n\n"
    "- `webgen eval --completions samples.jsonl --bench webgen-bench --out runs/mine`\n"
    "- `webgen eval --completions exports/ --model bolt --out runs/bolt`: a folder of exported "
    "projects, named by the ids of the benchmark\n"
    "- `webgen eval --model Qwen/Qwen2.5-Coder-7B-Instruct --out runs/base`\n"
    "- `webgen eval --model gpt-x --base-url https://host/v1 --agent gpt-x --judge openai`\n"
    "- `webgen eval --model m --samples 4 --temperature 0.8 --out runs/m4`\n\n" + EXIT_CODES,
)
def evaluate(
    context: typer.Context,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder of the run; the same call goes on there.")
    ] = Path("runs/eval"),
    bench: Annotated[
        str,
        typer.Option(
            help="webgen-bench, webdev-arena, a .jsonl/.parquet with `instruction` (and what "
            "else WebGen-Bench's rows have), or owner/name:split on the hub."
        ),
    ] = "webgen-bench",
    model: Annotated[
        str | None,
        typer.Option(
            help="What to evaluate: a policy that ships, a folder, a name on the hub, or a "
            "model at --base-url. With --completions only the name that the report shows."
        ),
    ] = None,
    completions: Annotated[
        list[Path] | None,
        typer.Option(
            help="Completions that are there: a .jsonl of {id, completion}, text files, project "
            "folders or .zip exports, or a folder of these. May be given several times."
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(help="OpenAI-compatible endpoint of the model [WEBGEN_MODEL_BASE_URL]."),
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="Completions for each instruction.")] = 1,
    temperature: Annotated[
        float | None, typer.Option(min=0, help="Of the model. Default: the policy's own, else 0.")
    ] = None,
    max_tokens: Annotated[
        int | None,
        typer.Option(min=1, help="Longest completion. Default: the policy's own, else 8192."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of sampling and of the intervals.")] = 0,
    judge: Annotated[
        list[str] | None,
        typer.Option(
            help="Judge of the AAS: design, openai or openai:MODEL. Several times: side by "
            "side, the first one's mean is the AAS."
        ),
    ] = None,
    draws: Annotated[
        int | None, typer.Option(min=1, help="Verdicts of each judge on a site. Default: 1.")
    ] = None,
    training_judge: Annotated[
        str,
        typer.Option(help="The kind of judge that training used: an AAS by it is flagged."),
    ] = "design",
    agent: Annotated[
        str | None,
        typer.Option(
            help="Model of the GUI agent that works the test cases (FSR), at "
            "WEBGEN_AGENT_BASE_URL. Without one FSR is not measured.",
            envvar="WEBGEN_AGENT_MODEL",
        ),
    ] = None,
    agent_url: Annotated[
        str | None, typer.Option(help="The agent's endpoint [WEBGEN_AGENT_BASE_URL].")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first instructions.")] = None,
    scaffold: ScaffoldOption = None,
    mode: ModeOption = None,
    sandbox: SandboxOption = None,
    policy: PolicyOption = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Warm build processes.")] = None,
    concurrency: Annotated[
        int | None, typer.Option(min=1, help="Completions scored at the same time.")
    ] = None,
    config: ConfigOption = None,
    fresh: Annotated[
        bool, typer.Option("--fresh/--resume", help="Start over, or go on where it stopped.")
    ] = False,
) -> None:
    """Evaluate a model, or completions that are there, on a benchmark.

    Generates (or takes) completions, builds and opens every site, lints it, checks what works
    on it, lets a GUI agent work the test cases, and writes `summary.json`, `report.html` and
    figures: FSR, FSR-verified, VRR, AAS and LDPR, each with a 95 % interval.
    """
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.commands import eval as evaluation
        from webgen_r1.commands.generate_options import settings_for

        engine: dict[str, dict[str, Any]] = {
            "sandbox": {"kind": sandbox},
            "build": {"policy": policy, "workers": workers},
            "render": {"concurrency": concurrency},
        }
        if model is None or completions:
            generate, settings = None, settings_of(config, scaffold=scaffold, mode=mode, **engine)
        else:
            generate, settings = settings_for(
                model,
                base_url=base_url,
                temperature=temperature,
                max_tokens=max_tokens,
                scaffold=scaffold,
                mode=mode,
                config=config,
                engine=engine,
            )
        job = evaluation.EvalJob(
            out=out,
            bench=bench,
            engine=settings,
            judges=evaluation.judges_of(judge or [settings.judge.kind], settings.judge, draws),
            model=model,
            generate=generate,
            completions=tuple(completions or ()),
            agent=evaluation.agent_of(agent, agent_url),
            samples=samples,
            seed=seed,
            limit=limit,
            training_judge=training_judge,
            fresh=fresh,
        )
        code = evaluation.evaluate(job, Console(stderr=True))
    raise typer.Exit(code)


@app.command(epilog="**Example**\n\n- `webgen compare runs/base runs/mine --baseline base`")
def compare(
    context: typer.Context,
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN", help="Folders of `webgen eval`, two or more, of the same benchmark."
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="Folder for compare.html, .md, .tex, .json and figures."),
    ] = Path("compare"),
    baseline: Annotated[
        str | None,
        typer.Option(
            help="Model that differences are taken from, by the name the table shows; "
            "else the first."
        ),
    ] = None,
) -> None:
    """Put evaluated models side by side: tables, paired differences, every page of every model.

    compare.html is one file with its pictures inside: it can be sent and opened offline.
    """
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.commands.compare import compare as run_compare

        run_compare(runs, out, baseline, Console(stderr=True))


@app.command(
    epilog="**Examples**\n\n- `webgen rate runs/a --open`\n"
    "- `webgen rate runs/a runs/b --mode compare --out study/ratings.jsonl`"
)
def rate(
    context: typer.Context,
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN", help="Folders of runs, from `webgen eval` or `score`."),
    ],
    mode: Annotated[
        RateMode,
        typer.Option(
            help="grade: one site at a time, 1 to 5. compare: which of two sites for the same "
            "instruction is better; needs two runs."
        ),
    ] = RateMode.grade,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Ratings, one a line; the next call goes on there.")
    ] = Path("ratings.jsonl"),
    rater: Annotated[
        str | None,
        typer.Option(help="Who rates; else the page asks, and several may rate at once."),
    ] = None,
    repeats: Annotated[
        float,
        typer.Option(
            min=0, max=0.5, help="Share shown twice, to see how far raters agree with themselves."
        ),
    ] = 0.1,
    seed: Annotated[int, typer.Option(help="Another seed is another order for everybody.")] = 0,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 0,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Let people rate or compare sites blind, on a page of this machine, until Ctrl-C.

    They see the instruction, the live site and its pictures, and never who made it. Every
    rating is kept at once. `webgen align` then says how well judges agree with people.
    """
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.commands.rate import RateJob
        from webgen_r1.commands.rate import rate as run_rate

        job = RateJob(runs, mode.value, out, rater, repeats, seed, port, open_page)
        code = run_rate(job, Console(stderr=True))
    raise typer.Exit(code)


@app.command(
    epilog="**Examples**\n\n"
    "- `webgen align runs/a runs/b --ratings ratings.jsonl`: the reward and every judge against "
    "people\n"
    "- `webgen align runs/a --scores mine=mine.jsonl --figure mine`: a scorer of your own"
)
def align(
    context: typer.Context,
    runs: Annotated[
        list[Path], typer.Argument(help="Folders of runs whose sites were rated.", metavar="RUN…")
    ],
    ratings: Annotated[
        list[Path] | None,
        typer.Option(
            "--ratings",
            "-r",
            help="What people said, written by `webgen rate`: a file, or the folder of a "
            "ratings.jsonl; repeat it for several. Default: ratings.jsonl",
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for align.json, align.md and figures.")
    ] = Path("align"),
    scores: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE",
            help='Compare a scorer of your own too: JSON lines of {"site": "RUN/ID", '
            '"score": NUMBER}.',
        ),
    ] = None,
    standardise: Annotated[
        bool,
        typer.Option(
            "--standardise",
            help="Put raters on one scale first, so that strict and mild ones count alike.",
        ),
    ] = False,
    figure: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SCORER",
            help="Draw only this scorer's scatter, such as visual; `all` draws each. Default: "
            "those that grade whole sites.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the resamples behind the intervals.")] = 0,
) -> None:
    """Compare rewards and judges with what people say: correlations, with intervals.

    Prints how well each scorer of RUN… ranks sites as people do, and how far people agree
    among themselves.
    """
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.commands.align import AlignJob, run_align
        from webgen_r1.rate.records import RATINGS_FILE

        job = AlignJob(
            runs=runs,
            ratings=ratings or [Path(RATINGS_FILE)],
            out=out,
            scores=scores or [],
            standardise=standardise,
            figures=figure or [],
            seed=seed,
        )
        run_align(job, Console())


@app.command(
    epilog="**Examples**\n\n- `webgen probe`\n"
    "- `webgen probe --judge openai --out out/probe-eyes`\n"
    "- `webgen probe --honest my-sites/ --preset graded`\n\n"
    "**Exit codes**: 0 no probe pays · 1 one pays · 2 a mistake in the call · "
    "3 not everything was found out"
)
def probe(
    context: typer.Context,
    honest: Annotated[
        list[Path] | None,
        typer.Option(
            help="Honest sites that set the bar, with an instructions.jsonl beside them; "
            "may be repeated. Default: the good examples that ship."
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for traces, probe.json and pictures.")
    ] = Path("out/probe"),
    json: JsonOption = False,
    preset: PresetOption = None,
    judge: JudgeOption = None,
    checks_weight: Annotated[
        float | None, typer.Option(min=0, help="Weight of the interaction checks in the reward.")
    ] = None,
    sandbox: SandboxOption = None,
    policy: PolicyOption = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Warm build processes.")] = None,
    concurrency: Annotated[
        int | None, typer.Option(min=1, help="Completions worked on at the same time.")
    ] = None,
    config: ConfigOption = None,
    fresh: Annotated[
        bool,
        typer.Option("--fresh/--resume", help="Score again what the folder holds, or go on there."),
    ] = False,
) -> None:
    """Try completions made to earn reward without deserving it, and say which of them pay.

    A probe pays when it earns at least what the lowest honest site earns. Run it on your own
    judge before you train with it.
    """
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.commands.probe import ProbeJob
        from webgen_r1.commands.probe import probe as run_probe

        settings = settings_of(
            config,
            reward={"preset": preset, "checks_weight": checks_weight},
            judge={"kind": judge},
            sandbox={"kind": sandbox},
            build={"policy": policy, "workers": workers},
            render={"concurrency": concurrency},
        )
        job = ProbeJob(
            out=out,
            config=settings,
            honest=honest or [],
            concurrency=settings.render.concurrency,
            fresh=fresh,
            json=json,
        )
        code = run_probe(job, session.make_engine, Console(stderr=True))
    raise typer.Exit(code)

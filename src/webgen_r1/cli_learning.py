"""The commands about learning: `instructions`, `distill`, `sft`, `grpo`, `learn`, `sweep`.

They belong to `webgen_r1.cli`, which adds them to the program.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from webgen_r1.commands.exits import EXIT_CODES, exit_codes
from webgen_r1.commands.options import Session

app = typer.Typer(rich_markup_mode="markdown")

RecipeArgument = Annotated[Path, typer.Argument(help="A recipe in YAML; see recipes/.")]
Overrides = Annotated[
    list[str] | None,
    typer.Argument(metavar="[KEY=VALUE]…", help="Keys of the recipe to replace: seed=1."),
]
DataOption = Annotated[str | None, typer.Option(help="Replaces the recipe's data.source.")]
OutputOption = Annotated[Path | None, typer.Option(help="Replaces the recipe's output_dir.")]
BenchOption = Annotated[
    str, typer.Option(help="Instructions to evaluate on, as for `webgen eval`; not trained on.")
]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Only the first instructions.")]
SamplesOption = Annotated[int, typer.Option(min=1, help="Completions for each instruction.")]
TemperatureOption = Annotated[
    float | None,
    typer.Option(min=0, help="Of the evaluations; else what the policy samples best with."),
]


@app.command(
    epilog="**Examples**\n\n"
    "- `webgen instructions webgen-instruct --against webgen-bench --out data/clean`\n"
    "- `webgen instructions mine.jsonl --split train=0.9,eval=0.1 --out data/mine`\n\n" + EXIT_CODES
)
def instructions(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            help="webgen-instruct, webgen-bench, webdev-arena, a .jsonl/.parquet with "
            "`instruction`, or owner/name:split on the hub."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the rows and the report.")],
    against: Annotated[
        list[str] | None,
        typer.Option(help="A test set no row may be near. May be given several times."),
    ] = None,
    dedupe: Annotated[
        bool, typer.Option("--dedupe/--no-dedupe", help="Drop rows that repeat an earlier one.")
    ] = True,
    split: Annotated[
        str | None, typer.Option(help="train=0.9,eval=0.1 (shares) or train=600,eval=60 (rows).")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many.")] = None,
    seed: Annotated[int, typer.Option(help="Of the split.")] = 0,
    duplicate: Annotated[
        float, typer.Option(min=0.01, max=1, help="Similarity from which a row is a repeat.")
    ] = 0.4,
    contaminated: Annotated[
        float, typer.Option(min=0.01, max=1, help="Share of a test row that no row may have.")
    ] = 0.3,
    meaning: Annotated[
        float, typer.Option(min=0.01, max=1, help="Cosine from which rows mean the same.")
    ] = 0.9,
    embed: Annotated[
        str | None, typer.Option(help="Compare meaning too, with this embedding model.")
    ] = None,
    embed_url: Annotated[
        str | None, typer.Option(help="OpenAI-compatible endpoint of the embedding model.")
    ] = None,
) -> None:
    """Load instructions, drop repeats and what is near a test set, part the rest."""
    from webgen_r1.commands.instructions import InstructionsJob
    from webgen_r1.commands.instructions import instructions as prepare
    from webgen_r1.instructions.clean import CleanSettings

    session: Session = context.obj
    with exit_codes(debug=session.debug):
        settings = CleanSettings(
            dedupe=dedupe, duplicate=duplicate, contaminated=contaminated, meaning=meaning
        )
        job = InstructionsJob(
            source=source,
            out=out,
            against=against or [],
            settings=settings,
            split=split,
            limit=limit,
            seed=seed,
            embed=embed,
            embed_url=embed_url,
        )
        prepare(job, Console(stderr=True))


@app.command(
    epilog="**Examples**\n\n- `webgen distill recipes/blueprint.distill.yaml`\n"
    "- `webgen distill recipes/gpt-4.1.distill.yaml data.limit=50 --output-dir data/try`\n\n"
    + EXIT_CODES
)
def distill(
    context: typer.Context,
    recipe: RecipeArgument,
    overrides: Overrides = None,
    data: DataOption = None,
    output_dir: OutputOption = None,
) -> None:
    """Ask a teacher for websites, score them, keep the good ones as a dataset for `webgen sft`.

    The teacher is an OpenAI-compatible endpoint, a model on this machine, or `blueprint`, which
    needs no model. The same command run again goes on where the last one stopped.
    """
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.commands.distill import distill as run_distill

        code = run_distill(
            recipe,
            Console(stderr=True),
            data=data,
            output_dir=output_dir,
            overrides=overrides or (),
        )
    raise typer.Exit(code)


@app.command(
    epilog="**Examples**\n\n- `webgen sft recipes/nano.sft.yaml`\n"
    "- `webgen sft recipes/qwen2.5-coder-7b.sft.yaml --data runs/gpt-4.1-600/dataset`"
)
def sft(
    context: typer.Context,
    recipe: RecipeArgument,
    overrides: Overrides = None,
    data: DataOption = None,
    output_dir: OutputOption = None,
) -> None:
    """Fine-tune a model on examples, or make one from scratch (needs the extra `train`).

    The same command run again goes on from the last whole checkpoint.
    """
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.train import sft as loop

        code = loop.run(recipe, data=data, output_dir=output_dir, overrides=overrides or ())
    raise typer.Exit(code)


@app.command(
    epilog="**Examples**\n\n- `webgen grpo recipes/smoke.yaml`\n"
    "- `webgen grpo recipes/smoke.yaml --data test.jsonl trainer.max_steps=4`"
)
def grpo(
    context: typer.Context,
    recipe: RecipeArgument,
    overrides: Overrides = None,
    data: DataOption = None,
    output_dir: OutputOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what the run takes and what would fail.")
    ] = False,
    gpus: Annotated[
        int | None, typer.Option(min=1, help="With --dry-run: for so many GPUs, not this machine.")
    ] = None,
    zero: Annotated[
        int | None, typer.Option(min=0, max=3, help="With --dry-run: DeepSpeed's ZeRO stage.")
    ] = None,
    gpu_memory: Annotated[
        float | None, typer.Option(help="With --dry-run: GiB of each GPU (80).")
    ] = None,
) -> None:
    """Train with GRPO and this reward (needs the extra: pip install 'webgen-r1[train]')."""
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.train import dry_run as planning
        from webgen_r1.train import grpo as loop

        if dry_run:
            code = planning.run(
                recipe,
                data=data,
                output_dir=output_dir,
                overrides=overrides or (),
                gpus=gpus,
                zero=zero,
                gpu_memory=gpu_memory,
            )
        else:
            code = loop.run(recipe, data=data, output_dir=output_dir, overrides=overrides or ())
    raise typer.Exit(code)


@app.command(
    epilog="**Examples**\n\n"
    "- `webgen learn recipes/nano.grpo.yaml --bench examples/held-out.jsonl --out runs/learn`\n"
    "- `webgen learn mine.yaml --bench held-out.jsonl --out runs/three --seeds 0,1,2 "
    "trainer.max_steps=50`\n\n" + EXIT_CODES
)
def learn(
    context: typer.Context,
    recipe: RecipeArgument,
    bench: BenchOption,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder; the same call goes on there.")],
    overrides: Overrides = None,
    limit: LimitOption = None,
    samples: SamplesOption = 1,
    during: Annotated[
        int, typer.Option(min=0, help="Instructions asked half-way, for the gallery.")
    ] = 12,
    seeds: Annotated[
        str | None, typer.Option(help="0,1,2: one training each; else the recipe's own seed.")
    ] = None,
    before: Annotated[
        Path | None,
        typer.Option(help="Use this evaluation of the same policy on the same instructions."),
    ] = None,
    temperature: TemperatureOption = None,
) -> None:
    """Evaluate a policy, train it with GRPO, evaluate it again, and show before and after."""
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.commands.learn import LearnJob
        from webgen_r1.commands.learn import learn as run_learn
        from webgen_r1.commands.sweep import seeds_of

        job = LearnJob(
            recipe=recipe,
            bench=bench,
            out=out,
            limit=limit,
            samples=samples,
            during=during,
            seeds=seeds_of(seeds),
            before=before,
            temperature=temperature,
            overrides=tuple(overrides or ()),
        )
        code = run_learn(job, Console(stderr=True))
    raise typer.Exit(code)


@app.command(
    epilog="**Examples**\n\n"
    "- `webgen sweep recipes/nano.grpo.yaml --bench examples/held-out.jsonl --out runs/grid "
    "--set reward.gamma=0,0.1,0.5 --set reward.lambda=0,0.1,0.5`\n"
    "- `webgen sweep recipes/nano.grpo.yaml --bench examples/held-out.jsonl --out runs/terms "
    '--case "no visual: reward.visual=0" --case "no cascade: reward.cascade=false" '
    "--seeds 0,1`\n\n" + EXIT_CODES
)
def sweep(
    context: typer.Context,
    recipe: RecipeArgument,
    bench: BenchOption,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder of the sweep; the same call goes on there.")
    ],
    overrides: Overrides = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", help="key=value,value: a key and its values. Several make a grid."),
    ] = None,
    cases: Annotated[
        list[str] | None,
        typer.Option(
            "--case", help="'name: key=value key=value': one setting beside the grid, named."
        ),
    ] = None,
    seeds: Annotated[
        str | None, typer.Option(help="0,1,2: train every cell with each; else the recipe's own.")
    ] = None,
    limit: LimitOption = None,
    samples: SamplesOption = 1,
    temperature: TemperatureOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan and train nothing.")
    ] = False,
) -> None:
    """Train and evaluate a GRPO recipe with many settings; tables, heat maps and a page.

    The recipe as it is (`paper`) is always among them. A finished cell is never trained again, a
    failing one is reported and the others go on.
    """
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.commands import sweep as sweeping

        job = sweeping.SweepJob(
            recipe=recipe,
            bench=bench,
            out=out,
            sets=tuple(values or ()),
            cases=tuple(cases or ()),
            seeds=sweeping.seeds_of(seeds),
            overrides=tuple(overrides or ()),
            limit=limit,
            samples=samples,
            temperature=temperature,
            dry_run=dry_run,
        )
        code = sweeping.sweep(job, Console(stderr=True))
    raise typer.Exit(code)

"""The commands about using a policy: `generate`, `publish`.

They belong to `webgen_r1.cli`, which adds them to the program.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
    SandboxOption,
    ScaffoldOption,
    Session,
)

app = typer.Typer(rich_markup_mode="markdown")


@app.command(
    epilog="**Examples**\n\n"
    "- `webgen generate 'A site for a bakery in seashell and firebrick' --open`\n"
    "- `webgen generate 'A shop for plants' --best-of 8 --temperature 1 --out plants`\n"
    "- `webgen generate --file rows.jsonl --model runs/mine/final --out sites`\n"
    "- `webgen generate 'A blog' --model http://127.0.0.1:8000/v1 --mode full`\n\n" + EXIT_CODES
)
def generate(
    context: typer.Context,
    instructions: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INSTRUCTION]…", help="What to build, in words; one site each."),
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            help="A policy that ships (nano-sft), a folder, a name on the Hugging Face hub, "
            "or the address of an OpenAI-compatible endpoint (http://…/v1)."
        ),
    ] = "nano",
    name: Annotated[
        str | None,
        typer.Option(help="Which model of the endpoint; by itself where it serves only one."),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder; the same call goes on there.")
    ] = Path("out/generate"),
    file: Annotated[
        Path | None,
        typer.Option(help="Instructions: a .txt with one a line, a .jsonl or a .parquet."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many.")] = None,
    best_of: Annotated[
        int, typer.Option(min=1, help="Write so many, keep the one with the best reward.")
    ] = 1,
    temperature: Annotated[
        float | None, typer.Option(min=0, help="Of sampling. Default: the policy's own.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of sampling.")] = 0,
    max_tokens: Annotated[
        int | None, typer.Option(min=1, help="Longest completion. Default: the policy's own.")
    ] = None,
    concurrency: Annotated[
        int, typer.Option(min=1, help="Completions written at the same time.")
    ] = 8,
    scaffold: ScaffoldOption = None,
    mode: ModeOption = None,
    score: Annotated[bool, typer.Option(help="Build, open and grade what was written.")] = True,
    open_site: Annotated[
        bool, typer.Option("--open", help="Serve the site and open it in a browser.")
    ] = False,
    json: JsonOption = False,
    preset: PresetOption = None,
    judge: JudgeOption = None,
    sandbox: SandboxOption = None,
    policy: PolicyOption = None,
    config: ConfigOption = None,
    fresh: Annotated[
        bool, typer.Option("--fresh/--resume", help="Start over, or go on where it stopped.")
    ] = False,
) -> None:
    """Write websites: a project folder each, scored and ready to run.

    The completion is shown as it is written. Sites are in OUT/sites, what was found about
    them in OUT/traces.jsonl.
    """
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.commands.generate import GenerateJob
        from webgen_r1.commands.generate import generate as run_generate
        from webgen_r1.commands.generate_options import asked_for, settings_for

        asked = asked_for(instructions or [], file, limit)
        how, engine = settings_for(
            model,
            name=name,
            temperature=temperature,
            max_tokens=max_tokens,
            concurrency=concurrency,
            scaffold=scaffold,
            mode=mode,
            config=config,
            engine={
                "reward": {"preset": preset},
                "judge": {"kind": judge},
                "sandbox": {"kind": sandbox},
                "build": {"policy": policy},
            },
        )
        job = GenerateJob(
            asked=asked,
            out=out,
            generate=how,
            engine=engine,
            best_of=best_of,
            seed=seed,
            score=score,
            open_site=open_site,
            json=json,
            fresh=fresh,
        )
        code = run_generate(job, session.make_engine, Console(stderr=True))
    raise typer.Exit(code)


@app.command(
    epilog="**Examples**\n\n"
    "- `webgen publish runs/mine/final --repo me/webgen-mine --dry-run`: the card only\n"
    "- `webgen publish runs/mine/final --repo me/webgen-mine --eval runs/eval-mine`"
)
def publish(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A policy, such as runs/mine/final.")],
    repo: Annotated[str, typer.Option(help="owner/name on the Hugging Face hub.")],
    evaluation: Annotated[
        list[Path] | None,
        typer.Option("--eval", help="Folder of a `webgen eval` run of it; may be repeated."),
    ] = None,
    recipe: Annotated[
        Path | None,
        typer.Option(help="What it was trained with. Default: recipe.yaml in or above FOLDER."),
    ] = None,
    private: Annotated[bool, typer.Option(help="Make the repository private.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write the model card into FOLDER, send nothing.")
    ] = False,
) -> None:
    """Put a policy on the Hugging Face hub: model, tokenizer, webgen.json and a model card."""
    session: Session = context.obj
    with exit_codes(debug=session.debug):
        from webgen_r1.commands.publish import PublishJob
        from webgen_r1.commands.publish import publish as run_publish

        job = PublishJob(folder, repo, tuple(evaluation or ()), recipe, private, dry_run)
        run_publish(job, Console(stderr=True))

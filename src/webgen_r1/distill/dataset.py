"""The dataset on disk: a parquet file and a card that says what it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from webgen_r1.distill.config import DistillRecipe
from webgen_r1.distill.records import TRAIN_FILE, Report
from webgen_r1.distill.select import Example
from webgen_r1.errors import DiskError
from webgen_r1.prompts import chat
from webgen_r1.whole_file import write_text


def write_dataset(
    folder: Path, recipe: DistillRecipe, system: str, examples: Sequence[Example], report: Report
) -> None:
    """Write `train.parquet` and `README.md`, each whole or not at all. Raises DiskError."""
    # Imported here: it takes a quarter of a second that other commands need not pay.
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema(
        [
            ("id", pa.string()),
            ("instruction", pa.string()),
            ("messages", pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))),
            ("reward", pa.float64()),
            ("seed", pa.int64()),
            ("teacher", pa.string()),
        ]
    )
    rows = [_row(example, recipe.seed, system) for example in examples]
    table = pa.Table.from_pylist(rows, schema=schema)
    card = _card(recipe, report)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{TRAIN_FILE}.part"
        parquet.write_table(table, draft, compression="zstd")
        draft.replace(folder / TRAIN_FILE)
    except OSError as error:
        raise DiskError(f"cannot write {folder}: {error.strerror or error}") from error
    write_text(folder / "README.md", card)


def _row(example: Example, seed: int, system: str) -> dict[str, Any]:
    answer = example.answer
    said = {"role": "assistant", "content": (answer.text or "").strip()}
    return {
        "id": answer.key,
        "instruction": answer.instruction,
        "messages": [*chat(system, answer.instruction), said],
        "reward": example.reward,
        "seed": seed + answer.sample,
        "teacher": answer.model,
    }


def _card(recipe: DistillRecipe, report: Report) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=select_autoescape(),  # none: a card is Markdown
    )
    source = Path(recipe.data.source).name if Path(recipe.data.source).exists() else None
    return environment.get_template("card.md.j2").render(
        recipe=recipe,
        report=report,
        source=source or recipe.data.source,
        train_file=TRAIN_FILE,
    )

"""Sources with a name: where each may lie on this machine, and where it is on the hub."""

from __future__ import annotations

import os
from pathlib import Path

NAMED = {
    "webgen-bench": ("webgen-bench/test.jsonl", "luzimu/WebGen-Bench:test"),
    "webgen-instruct": ("webgen-bench/train.parquet", "luzimu/WebGen-Bench:train"),
    "webdev-arena": (
        "webdev-arena/prompts.jsonl",
        "lmarena-ai/webdev-arena-preference-10k:train",
    ),
}
"""Name to its place in a data folder, and on the hub."""

DATA_FOLDERS = ("data", "shared/data", "../shared/data")
"""Where a named source may lie on this machine, unless $WEBGEN_DATA names the folder."""


def place(source: str) -> str:
    """The file or hub name that `source` stands for; what is no name is returned as it is."""
    if source not in NAMED:
        return source
    local, hub = NAMED[source]
    given = os.environ.get("WEBGEN_DATA")
    for folder in (given,) if given else DATA_FOLDERS:
        if (Path(folder) / local).is_file():
            return str(Path(folder) / local)
    return hub

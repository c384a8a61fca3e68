"""Put seeds that were run one by one together: numbers, table and figures of all of them.

    python scripts/join_seeds.py runs/seed-0/learning.json runs/seed-1/learning.json --out out/all

Each file is what `webgen learn` left of one recipe on one benchmark.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

from webgen_r1 import json_file
from webgen_r1.errors import UserError
from webgen_r1.learn.join import join
from webgen_r1.learn.records import LEARNING_FILE, Learning
from webgen_r1.report.learning_figures import write_learning_figures
from webgen_r1.report.learning_tables import learning_table, write_markdown

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, nargs="+", help="learning.json of each")
    parser.add_argument("--out", type=Path, required=True, help="folder for what is written")
    given = parser.parse_args()
    try:
        learning = join([json_file.read(path, Learning) for path in given.runs])
    except UserError as error:
        sys.exit(str(error))
    given.out.mkdir(parents=True, exist_ok=True)
    json_file.write(given.out / LEARNING_FILE, learning)
    write_learning_figures(learning, given.out)
    write_markdown(learning, given.out)
    Console().print(learning_table(learning))

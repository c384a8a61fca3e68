"""Put a trained policy into the package, its weights as bfloat16.

    python scripts/ship_policy.py runs/nano/sft/final nano-sft

Recipe and log of the run, in the folder above, come with it.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

from webgen_r1 import policies

BESIDE = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", policies.TRAINED_FILE)
OF_THE_RUN = ("recipe.yaml", "log.jsonl")


def ship(final: Path, name: str) -> Path:
    folder = Path(policies.__file__).parent / name
    shutil.rmtree(folder, ignore_errors=True)
    AutoModelForCausalLM.from_pretrained(final, dtype=torch.bfloat16).save_pretrained(folder)
    for file in BESIDE:
        shutil.copyfile(final / file, folder / file)
    for file in OF_THE_RUN:
        shutil.copyfile(final.parent / file, folder / file)
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("final", type=Path, help="what training left in `final/`")
    parser.add_argument("name", help="the policy's name in the package")
    given = parser.parse_args()
    folder = ship(given.final, given.name)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{folder}: {size / 1e6:.1f} MB")

"""Draw docs/learning.svg, the README's picture, from what `webgen learn` left.

    python scripts/readme_picture.py runs/learn/seed-0 runs/learn/before 000012 000040 000077

Evaluations before, during and after must have the instructions that are named.
"""

from __future__ import annotations

import argparse
import base64
import io
from pathlib import Path

import jinja2
from PIL import Image

from webgen_r1 import jsonl, traces
from webgen_r1.train.grpo_log import GrpoStep
from webgen_r1.types import Trace

HERE = Path(__file__).parent
OUT = HERE.parent / "docs" / "learning.svg"
ABOUT = "3.7 million parameters, trained on two CPU cores; instructions of WebGen-Bench, one sample"


def thumbnail(picture: Path) -> str:
    image = Image.open(picture).convert("RGB")
    image.thumbnail((320, 200))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=72)
    return base64.b64encode(buffer.getvalue()).decode()


def cell(run: Path, id: str, when: str) -> dict[str, str | None]:
    trace: Trace = next(trace for trace in traces.latest(run / "traces.jsonl") if trace.id == id)
    shown = trace.stage == "judge" and trace.pages and trace.pages[0].screenshot
    return {
        "data": thumbnail(run / trace.pages[0].screenshot) if shown else None,
        "failed": {
            "parse": "not readable",
            "static": "breaks a rule",
            "build": "does not build",
        }.get(trace.stage, "page is broken"),
        "reward": f"{trace.reward:.1f}",
        "when": when,
    }


def path(steps: list[int], shares: list[float]) -> str:
    scale = 346 / max(1, steps[-1] - steps[0])
    points = (
        f"{26 + scale * (step - steps[0]):.1f} {280 - 250 * share:.1f}"
        for step, share in zip(steps, shares, strict=True)
    )
    return "M" + "L".join(points)


def moving_mean(values: list[float], width: int) -> list[float]:
    spans = [values[max(0, n - width) : n + width + 1] for n in range(len(values))]
    return [sum(span) / len(span) for span in spans]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=Path, help="the folder of one seed")
    parser.add_argument("before", type=Path, help="the evaluation before training")
    parser.add_argument("ids", nargs=3, help="instructions")
    given = parser.parse_args()
    log = jsonl.read_all(given.seed / "train" / "log.jsonl", GrpoStep)
    steps = [step.step for step in log]
    shares = [step.reached.get("judge", 0.0) for step in log]
    smooth = moving_mean(shares, 4)
    runs = {
        "before": given.before,
        f"step {steps[-1] // 2}": given.seed / "during",
        f"step {steps[-1]}": given.seed / "after",
    }
    drawn = jinja2.Template((HERE / "readme_picture.svg.jinja").read_text("utf-8")).render(
        policy="nano",
        about=ABOUT,
        rows=[[cell(run, id, when) for when, run in runs.items()] for id in given.ids],
        thin=path(steps, shares),
        bold=path(steps, smooth),
        steps=steps[-1],
        first=round(100 * smooth[0]),
        last=round(100 * smooth[-1]),
    )
    OUT.write_text(drawn, encoding="utf-8")
    print(f"{OUT}: {len(drawn) / 1000:.0f} kB")

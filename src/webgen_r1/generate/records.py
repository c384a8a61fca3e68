"""What `webgen generate` leaves in its folder.

out/generate.json       with what it was written: `Making`
    completions.jsonl   what the model wrote: `Written`
    sites/NAME/         the project of each site, ready for `npm install && npm run dev`
    traces.jsonl shots/ what scoring found
"""

from __future__ import annotations

from webgen_r1.samples import Sample
from webgen_r1.types import Frozen, Mode

RUN_FILE = "generate.json"
COMPLETIONS_FILE = "completions.jsonl"
SITES_FOLDER = "sites"


class Making(Frozen):
    """What decides about what is written. A folder never mixes two of them."""

    model: str
    endpoint: str | None
    temperature: float
    top_p: float
    min_p: float = 0.0
    max_tokens: int
    seed: int
    scaffold: str
    mode: Mode
    prompt: str
    """Digest of the system prompt."""
    version: str


class Written(Sample):
    """One completion. Sample n was drawn with the run's seed plus n."""

    instruction: str
    cut: bool = False
    """Whether the limit on its length ended it."""
